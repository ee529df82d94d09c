package wecomtest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// What was pushed and not accepted fails the test, unless the test has asked for it.
// G: wecomtest/told
func TestTheEndTellsOfPushes(t *testing.T) {
	t.Parallel()
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "busy", http.StatusServiceUnavailable) })
	run := func(ask bool, opts ...wecomtest.Option) error {
		return wecomtest.Run(func(t testing.TB) {
			w := wecomtest.New(t, opts...)
			corp := w.Install(wecomtest.Corp{})
			w.Deliver(w.Api(), callback.App, busy)
			d := corp.PushSample("change_auth")
			if ask {
				assert.ErrorContains(t, d.Err(), "503")
			}
			if d.Tries != 3 || d.Status != 503 || d.Body != "busy\n" {
				t.Errorf("three tries, each answered with 503, not %+v", d)
			}
		})
	}
	err := run(false)
	require.ErrorContains(t, err, "the app did not accept")
	assert.ErrorContains(t, err, "change_auth")
	assert.ErrorContains(t, err, "HTTP 503")
	assert.Equal(t, 1, strings.Count(err.Error(), "did not accept"))
	assert.NoError(t, run(true))
	assert.NoError(t, run(false, wecomtest.Choices{Quiet: true}))
}

// A ticket that nobody took fails the test too.
// G: wecomtest/told
func TestTheEndTellsOfWhatTimeBrought(t *testing.T) {
	t.Parallel()
	err := wecomtest.Run(func(t testing.TB) {
		w := wecomtest.New(t)
		w.Deliver(w.Api(), callback.App, http.NotFoundHandler())
		w.Advance(time.Hour)
	})
	assert.ErrorContains(t, err, "suite_ticket")
	assert.ErrorContains(t, err, "404")
}

// Requests of a form that WeCom refuses fail the test, whoever makes them.
// G: wecomtest/told
func TestTheEndTellsOfRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path, body string
		want               string
	}{
		"method":   {http.MethodGet, "/cgi-bin/service/get_suite_token", "", "it wants POST"},
		"path":     {http.MethodPost, "/cgi-bin/service/get_suite_tokens", "{}", "no such endpoint"},
		"JSON":     {http.MethodPost, "/cgi-bin/service/get_suite_token", "suite_id=1", "invalid json"},
		"required": {http.MethodPost, "/cgi-bin/service/get_suite_token", `{"suite_id":"a","suite_secret":"b"}`, "missing suite_ticket"},
		"type":     {http.MethodPost, "/cgi-bin/service/get_suite_token", `{"suite_id":1,"suite_secret":"b","suite_ticket":"c"}`, "suite_id should be string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t)
				req, err := http.NewRequest(c.method, "https://qyapi.weixin.qq.com"+c.path, strings.NewReader(c.body))
				require.NoError(t, err)
				res, err := w.Config().HTTPClient.Do(req)
				require.NoError(t, err)
				_ = res.Body.Close()
			})
			assert.ErrorContains(t, err, "WeCom refuses "+c.method+" "+c.path)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// A handler that hangs or panics is a push that failed; WeCom waits five seconds for each try.
// G: wecomtest/pushes
func TestHandlersThatHangOrPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := wecomtest.New(t)
		corp := w.Install(wecomtest.Corp{})
		leave := make(chan struct{})
		w.Deliver(w.Api(), callback.App, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-leave }))
		begin := time.Now()
		d := corp.PushSample("change_auth")
		assert.ErrorContains(t, d.Err(), "deadline exceeded")
		assert.Equal(t, 15*time.Second, time.Since(begin))
		assert.Equal(t, 3, d.Tries)
		close(leave)

		w.Deliver(w.Api(), callback.App, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh dear") }))
		d = corp.PushSample("change_auth")
		assert.ErrorContains(t, d.Err(), "the handler panicked: oh dear")
		assert.ErrorContains(t, d.Err(), "told_test.go", "and where")
	})
}

// An app that only wants a third try gets it.
// G: wecomtest/pushes
func TestTries(t *testing.T) {
	t.Parallel()
	for tries, accepted := range map[int]bool{0: true, 1: false, 2: false, 5: true} {
		w := wecomtest.New(t, wecomtest.Choices{Tries: tries})
		corp := w.Install(wecomtest.Corp{})
		var asked atomic.Int32
		w.Deliver(w.Api(), callback.App, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			if asked.Add(1) < 3 {
				rw.WriteHeader(http.StatusBadGateway)
			} else {
				_, _ = io.WriteString(rw, "success")
			}
		}))
		d := corp.PushSample("change_auth")
		assert.Equal(t, accepted, d.Err() == nil, "%d tries", tries)
		assert.EqualValues(t, asked.Load(), d.Tries)
		assert.Len(t, w.Deliveries(), 1)
	}
}

// Programs that are no part of the test have a port, and a URL of their own.
// G: wecomtest/app
func TestAcrossSockets(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	cfg := w.Config()
	cfg.BaseURL, cfg.HTTPClient = "http://"+w.Addr(), nil
	assert.Equal(t, w.Addr(), w.Addr())
	api, err := token.New(cfg)
	require.NoError(t, err)
	require.NoError(t, api.Verify())

	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	h, err := inbox.Handler(api, w.URL(api, callback.System))
	require.NoError(t, err)
	server := httptest.NewServer(h)
	defer server.Close()
	w.Deliver(api, callback.System, nil, server.URL+"/wecom")
	require.NoError(t, w.CheckURL(api, callback.System))
	d := w.Push(w.Install(wecomtest.Corp{}), "<xml><ServiceCorpId>"+cfg.CorpId+"</ServiceCorpId><InfoType>license_refund</InfoType></xml>")
	assert.NoError(t, d.Err())
	assert.Equal(t, "success", d.Body)
}

// An app that lets no push in while it asks WeCom gets its answer first, as from WeCom.
// G: wecomtest/pushes
func TestAnswersDoNotWaitForPushes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := wecomtest.New(t)
		corp := w.Install(wecomtest.Corp{})
		asking := make(chan struct{}, 1) // a lock
		w.Deliver(w.Api(), callback.App, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asking <- struct{}{}
			<-asking
			_, _ = io.WriteString(w, "success")
		}))
		asking <- struct{}{}
		begin := time.Now()
		_, err := externalcontact.AddCorpTag(corp.Api(), externalcontact.NewTags{GroupName: "Level", Tag: []externalcontact.NewTag{{Name: "A"}}})
		require.NoError(t, err)
		assert.LessOrEqual(t, time.Since(begin), time.Second)
		<-asking
		synctest.Wait()
		pushed := w.Deliveries()
		require.Len(t, pushed, 2, "of the group and of the tag")
		for _, d := range pushed {
			assert.NoError(t, d.Err())
			assert.Equal(t, 1, d.Tries)
		}
	})
}

// The end of a test waits for pushes that are under way, and tells of them.
// G: wecomtest/told
func TestTheEndWaitsForPushes(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{http.StatusOK: "", http.StatusTeapot: "change_external_tag.create: push 2 answered with HTTP 418"} {
		synctest.Test(t, func(t *testing.T) {
			err := wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t, wecomtest.Choices{Tries: 1})
				corp := w.Install(wecomtest.Corp{})
				w.Deliver(w.Api(), callback.App, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(3 * time.Second)
					w.WriteHeader(status)
					_, _ = io.WriteString(w, "success")
				}))
				_, err := externalcontact.AddCorpTag(corp.Api(), externalcontact.NewTags{GroupName: "Level", Tag: []externalcontact.NewTag{{Name: "A"}}})
				require.NoError(t, err)
			})
			if want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, want)
		})
	}
}
