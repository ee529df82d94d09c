package wecomtest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

const adminList = "/cgi-bin/agent/get_admin_list"

// Each fault once, as the app sees it.
// G: wecomtest/faults
func TestFaults(t *testing.T) {
	t.Parallel()
	var refused *token.Error
	for name, c := range map[string]struct {
		fault wecomtest.Fault
		check func(t *testing.T, err error, asked []wecomtest.Request)
	}{
		"errcode": {wecomtest.Fault{ErrCode: 60011}, func(t *testing.T, err error, asked []wecomtest.Request) {
			require.ErrorAs(t, err, &refused)
			assert.EqualValues(t, 60011, refused.Code)
			assert.Equal(t, 60011, asked[0].ErrCode)
			assert.True(t, asked[0].Fault)
		}},
		"status": {wecomtest.Fault{Status: http.StatusBadGateway, Times: 9}, func(t *testing.T, err error, asked []wecomtest.Request) {
			assert.ErrorContains(t, err, "502")
			assert.Equal(t, 502, asked[0].Status)
		}},
		"cut":     {wecomtest.Fault{Cut: true, Times: 9}, func(t *testing.T, err error, _ []wecomtest.Request) { assert.ErrorIs(t, err, io.ErrUnexpectedEOF) }},
		"garbage": {wecomtest.Fault{Garbage: true, Times: 9}, func(t *testing.T, err error, _ []wecomtest.Request) { assert.Error(t, err) }},
		"delay": {wecomtest.Fault{Delay: time.Minute, Times: 9}, func(t *testing.T, err error, _ []wecomtest.Request) {
			assert.ErrorContains(t, err, "deadline exceeded")
		}},
		"killed token": {wecomtest.Fault{KillToken: true}, func(t *testing.T, err error, asked []wecomtest.Request) {
			require.NoError(t, err)
			require.Len(t, asked, 2)
			assert.Equal(t, []int{40014, 0}, []int{asked[0].ErrCode, asked[1].ErrCode})
		}},
		"later": {wecomtest.Fault{ErrCode: 60011, Skip: 1}, func(t *testing.T, err error, asked []wecomtest.Request) {
			require.NoError(t, err)
			assert.False(t, asked[0].Fault)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := wecomtest.New(t)
				corp := w.Install(wecomtest.Corp{})
				w.Fail(adminList, c.fault)
				_, err := service.GetAgentAdminList(corp.Api())
				c.check(t, err, w.Requests(adminList))
			})
		})
	}
}

// A late fault spoils the answer, not the work: the app can't know.
// G: wecomtest/faults
func TestLateFault(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	w.Fail("/cgi-bin/message/send", wecomtest.Fault{Cut: true, Late: true})
	_, err := send(corp, corp.Members[1].UserId, "hello")
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	assert.Len(t, w.Messages(corp.Members[1].UserId), 1)
}

// Requests say whose token they brought, and show no secret.
// G: wecomtest/faults
func TestRequests(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	_, err := service.GetAgentAdminList(corp.Api())
	require.NoError(t, err)
	asked := w.Requests(adminList)
	require.Len(t, asked, 1)
	r := asked[0]
	assert.Equal(t, []string{http.MethodPost, adminList, corp.Id, w.Config().SuiteId}, []string{r.Method, r.Path, r.CorpId, r.SuiteId})
	assert.Equal(t, 200, r.Status)
	assert.NotEmpty(t, r.Query.Get("access_token"))
	in, err := corp.Api().Installation()
	require.NoError(t, err)
	all := w.Requests("")
	assert.Greater(t, len(all), 2)
	for _, r := range all {
		assert.NotContains(t, r.Body, w.Config().SuiteSecret)
		assert.NotContains(t, r.Body, in.PermanentCode)
		assert.Less(t, len(r.Query.Get("access_token")), 20)
		assert.WithinDuration(t, time.Now(), r.Time, time.Minute)
	}
}

// A secret is hidden wherever it is sent and whatever its name, and long ids keep their digits.
// G: wecomtest/faults
func TestRequestsHideEverySecret(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Choices{Quiet: true})
	for _, name := range redact.Names {
		body := `{"id":9007199254740993,"list":[{"` + name + `":"nobody-may-see"}]}`
		res, err := w.Config().HTTPClient.Post("https://qyapi.weixin.qq.com/cgi-bin/gettoken?"+name+"=nobody-may-see", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		_ = res.Body.Close()
	}
	asked := w.Requests("")
	require.Len(t, asked, len(redact.Names))
	for _, r := range asked {
		assert.NotContains(t, fmt.Sprint(r), "nobody-may-see")
		assert.Contains(t, r.Body, "9007199254740993")
	}
}

// What is open in WeCom's documents can be chosen.
// G: wecomtest/choices
func TestChoices(t *testing.T) {
	t.Parallel()
	call := func(w *wecomtest.WeCom) error {
		_, err := service.GetAgentAdminList(w.Install(wecomtest.Corp{Id: "wpOne"}).Api())
		return err
	}
	assert.NoError(t, call(wecomtest.New(t, wecomtest.Choices{AllowedIPs: []string{"127.0.0.1"}})))
	err := wecomtest.Run(func(t testing.TB) {
		wecomtest.New(t, wecomtest.Choices{AllowedIPs: []string{"10.0.0.1"}}).Install(wecomtest.Corp{})
	})
	assert.ErrorContains(t, err, "60020")

	w := wecomtest.New(t, wecomtest.Choices{PerMinute: 2})
	api := w.Install(wecomtest.Corp{}).Api()
	codes := []error{}
	for range 3 {
		_, err := service.GetAgentAdminList(api)
		codes = append(codes, err)
	}
	assert.NoError(t, errors.Join(codes[:2]...))
	assert.True(t, token.IsRateLimited(codes[2]), "%v", codes[2])
	other := w.Install(wecomtest.Corp{}).Api()
	_, err = service.GetAgentAdminList(other)
	assert.NoError(t, err, "counted for each corp")
	w.Advance(time.Minute)
	_, err = service.GetAgentAdminList(other)
	assert.NoError(t, err, "and minute")

	w = wecomtest.New(t, wecomtest.Choices{TokenLife: time.Minute})
	api = w.Install(wecomtest.Corp{}).Api()
	value, err := api.AccessToken(token.Corp)
	require.NoError(t, err)
	assert.LessOrEqual(t, value.ExpiresIn, int64(60))
}

// One seed, one set of ids; another seed, others.
// G: wecomtest/apart
func TestSeed(t *testing.T) {
	t.Parallel()
	ids := func(opts ...wecomtest.Option) string {
		w := wecomtest.New(t, opts...)
		corp := w.Install(wecomtest.Corp{})
		in, err := corp.Api().Installation()
		require.NoError(t, err)
		value, err := corp.Api().AccessToken(token.Corp)
		require.NoError(t, err)
		return strings.Join([]string{w.Config().CorpId, w.Config().SuiteSecret, corp.Id, corp.Members[0].UserId, in.PermanentCode, value.AcsToken}, " ")
	}
	assert.Equal(t, ids(), ids())
	assert.Equal(t, ids(wecomtest.Seed("a")), ids(wecomtest.Seed("a")))
	assert.NotEqual(t, ids(), ids(wecomtest.Seed("a")))
}
