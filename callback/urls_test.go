package callback

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What has an identity has one Key wherever it is seen.
// G: inbox/once
func TestAKeyIsTheSameEverywhere(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		s.installed(s.api, siteCorp)
		var got seen
		Answer(s.in, func(_ context.Context, n *Notice, _ *TextMessage) (Reply, error) {
			got.add("Answer " + n.Key())
			return nil, errTest
		})
		On(s.in, func(_ context.Context, n *Notice, _ *TextMessage) error {
			got.add("On " + n.Key())
			return errTest
		})
		s.in.cfg.OnError = func(_ context.Context, n *Notice, err error) {
			switch {
			case errors.Is(err, ErrDead):
				got.add("ErrDead " + n.Key())
			case got.count("OnError "+n.Key()) == 0: // of the Handler, and then of the function
				got.add("OnError " + n.Key())
			}
		}
		defer s.run(s.in)()
		s.send(request{payload: textDoc(siteCorp, "a", 7), receiveId: siteCorp})
		pass(25 * time.Hour)
		for d, err := range s.in.Dead(t.Context()) {
			require.NoError(t, err)
			key := d.Key
			assert.Contains(t, key, "text/")
			assert.Equal(t, key, d.Notice.Key())
			for _, place := range []string{"Answer", "On", "OnError", "ErrDead"} {
				assert.Positive(t, got.count(place+" "+key), place)
			}
			for _, seen := range got.all() {
				assert.Contains(t, seen, key)
			}
			return
		}
		assert.Fail(t, "nothing is dead")
	})
}

// A message that comes on two URLs of a suite is answered by one run, on both.
// G: reply/kept
func TestAMessageOnTwoURLsIsAnsweredOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		brief := s.appURL()
		brief.MaxAge = time.Minute
		s.handler("/two", s.api, brief)
		s.handler("/template", s.template(), s.appURL())
		s.installed(s.api, siteCorp)
		s.installed(s.template(), siteCorp)
		var got seen
		Answer(s.in, func(_ context.Context, n *Notice, _ *TextMessage) (Reply, error) {
			got.add(n.Api.SuiteId())
			return &TextReply{Content: "hello"}, nil
		})
		push := request{payload: textDoc(siteCorp, "a", 7), receiveId: siteCorp}
		for _, path := range []string{"/app", "/two", "/two", "/template"} {
			push.path = path
			assert.Contains(t, openReply(t, s.body(s.send(push)), siteCorp), "hello", path)
		}
		assert.Equal(t, []string{siteSuite, siteTemplate}, got.all(), "another suite answers for itself")

		time.Sleep(5 * time.Minute) // within MaxAge of the first
		push.path, push.timestamp, push.payload = "/app", "", textDoc(siteCorp, "a", 7)
		s.send(push)
		assert.Len(t, got.all(), 2)
	})
}

// A system event that names no suite has the Api of the Handler that took it.
// G: inbox/api
func TestASystemEventHasTheApiOfItsHandler(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.handler("/one", s.api, s.systemURL())
		s.handler("/two", s.template(), s.systemURL())
		var got seen
		s.in.OnAny(func(_ context.Context, n *Notice) error { got.add(n.Api.SuiteId()); return nil })
		defer s.run(s.in)()
		for i, path := range []string{"/one", "/two"} {
			doc := "<xml><ServiceCorpId>" + siteProvider + "</ServiceCorpId><InfoType>register_corp</InfoType><RegisterCode>" + path + "</RegisterCode></xml>"
			s.send(request{path: path, payload: doc, receiveId: siteProvider, token: ownToken, key: ownKey})
			pass(time.Second)
			require.Len(t, got.all(), i+1)
		}
		assert.Equal(t, []string{siteSuite, siteTemplate}, got.all())
	})
}

// A job that is told on the URL of the suite and on that of the provider is processed once.
// G: inbox/identity
func TestAJobOnTwoURLsIsProcessedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		s.handler("/system", s.api, s.systemURL())
		var got seen
		s.in.OnAny(func(_ context.Context, n *Notice) error { got.add(n.Kind()); return nil })
		defer s.run(s.in)()
		job := "<BatchJob><JobId>J1</JobId></BatchJob>"
		s.send(request{payload: infoDoc(siteSuite, "batch_job_result", job), receiveId: siteSuite})
		s.send(request{path: "/system", token: ownToken, key: ownKey, receiveId: siteProvider,
			payload: "<xml><ServiceCorpId>" + siteProvider + "</ServiceCorpId><InfoType>batch_job_result</InfoType>" + job + "</xml>"})
		pass(time.Second)
		assert.Equal(t, []string{"batch_job_result"}, got.all())
		assert.Empty(t, s.takeErrs(0))
	})
}
