package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/wecomtest"
)

// Two apps of the provider are served by one program and one inbox.
func TestTwoSuites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wecom, app := setUp(t, wecomtest.Suites(2))
		other := wecom.ConfigOf(1)
		require.NoError(t, app.AddSuite(app.api.WithSuite(other.SuiteId, other.SuiteSecret), wecom.URL(wecom.Suite(1), callback.App)))
		wecom.Deliver(wecom.Suite(1), callback.App, app, "/wecom/"+other.SuiteId)

		first := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
		synctest.Wait() // until the functions of the first app have run
		second := wecom.Install(wecomtest.Corp{Id: first.Id, App: wecom.Suite(1)})
		time.Sleep(time.Minute)
		r, err := app.load(first.Id)
		require.NoError(t, err)
		first.Pay(r.Purchase.OrderId)
		time.Sleep(time.Minute)
		for _, corp := range []*wecomtest.Corp{first, second} {
			_, text := visit(app, corp, "woLin")
			assert.Equal(t, "Hello woLin, licensed: true", text, "a licence is good for all apps of the provider")
			d := corp.Send(wecomtest.Message{UserId: "woLin", Text: "hi"})
			assert.Equal(t, corp.App.SuiteId(), d.SuiteId)
			assert.Contains(t, d.Reply, "Hello woLin")
		}
		require.Len(t, wecom.Messages("woLin"), 1)
		assert.Equal(t, first.App.SuiteId(), wecom.Messages("woLin")[0].SuiteId)
		assert.Len(t, wecom.Requests("/cgi-bin/license/create_new_order"), 1)

		second.Cancel()
		accounts, err := license.LICGetActiveByUser(first.Api(), "woLin")
		require.NoError(t, err)
		assert.Len(t, accounts.ActiveInfoList, 1)
	})
}
