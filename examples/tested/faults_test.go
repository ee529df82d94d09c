package main

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/wecomtest"
)

// errCodes are those that WeCom has answered a path with.
func errCodes(wecom *wecomtest.WeCom, path string) (codes []int) {
	for _, r := range wecom.Requests(path) {
		codes = append(codes, r.ErrCode)
	}
	return codes
}

// WeCom ends tokens early, and in time. Members notice nothing.
func TestTokensEnd(t *testing.T) {
	t.Parallel()
	const whoIsIt, whatHasHe = "/cgi-bin/service/auth/getuserinfo3rd", "/cgi-bin/license/get_active_info_by_user"
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t)
		corp := wecom.Install(wecomtest.Corp{})
		time.Sleep(30 * time.Second) // until the app waits for the payment
		member := corp.Members[1].UserId
		look := func() {
			status, text := visit(app, corp, member)
			assert.Equal(t, http.StatusOK, status, text)
		}
		wecom.Fail(whoIsIt, wecomtest.Fault{KillToken: true})
		wecom.Fail(whatHasHe, wecomtest.Fault{KillToken: true})
		look()
		wecom.Advance(3 * time.Hour)
		look()
		assert.Equal(t, []int{40082, 0, 42009, 0}, errCodes(wecom, whoIsIt))
		assert.Equal(t, []int{40082, 0, 42001, 0}, errCodes(wecom, whatHasHe))
	})
}

// A gateway that is down is told to the visitor, and no secret with it.
func TestWeComIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t)
		wecom.Fail("/cgi-bin/service/get_pre_auth_code", wecomtest.Fault{Status: http.StatusBadGateway, Times: 9})
		status, _, text := (&browser{app: app}).get("/install/" + wecom.Api().SuiteId())
		assert.Equal(t, http.StatusBadGateway, status)
		assert.NotContains(t, text, wecom.Config().SuiteSecret)
	})
}

// The balance is too low at first. Nothing is ordered twice.
func TestBalanceTooLow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom := wecomtest.New(t)
		app := connect(t, wecom, Config{WeCom: wecom.Config(), Folder: t.TempDir(), Buyer: "chen.mei", Payer: "chen.mei", Site: "https://greeter.example"})
		wecom.Go(app.Run)
		wecom.Fail("/cgi-bin/license/submit_pay_job", wecomtest.Fault{ErrCode: 90433})
		corp := wecom.Install(wecomtest.Corp{})
		time.Sleep(3 * time.Minute)
		_, text := visit(app, corp, corp.Members[0].UserId)
		assert.Contains(t, text, "licensed: true")
		assert.Equal(t, []int{90433, 0}, errCodes(wecom, "/cgi-bin/license/submit_pay_job"))
		assert.Equal(t, []int{0}, errCodes(wecom, "/cgi-bin/license/create_new_order"))
	})
}
