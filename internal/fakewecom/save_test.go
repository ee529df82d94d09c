package fakewecom_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Saving an empty fake looks at the types of all of its state: a field that was forgotten is an
// error, and so is one that cannot be saved.
// G: sandbox/state-whole
func TestNoFieldOfTheStateIsForgotten(t *testing.T) {
	t.Parallel()
	s := fakewecom.New(platform.Options{})
	state, err := s.Save()
	require.NoError(t, err)
	parts := reflect.ValueOf(*s).NumField()
	assert.Equal(t, parts, strings.Count(strings.Split(string(state), `],"objects"`)[0], "},{")+1, "each part is saved: %s", state)
}

// A story in which the state is saved and loaded before each request is the same story.
// G: sandbox/state-same
func TestStoryGoesOnAfterLoading(t *testing.T) {
	t.Parallel()
	saved := 0
	told := story(t, "a", func(s *fakewecom.Server) {
		state, err := s.Save()
		require.NoError(t, err)
		require.NoError(t, s.Load(state))
		saved++
	})
	assert.Equal(t, story(t, "a", func(*fakewecom.Server) {}), told)
	assert.Greater(t, saved, 10)
}

const (
	hookToken = "t"
	hookKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// pushes is a fake whose only app has this callback URL.
func pushes(t *testing.T, hook http.HandlerFunc) *fakewecom.Server {
	t.Helper()
	server := httptest.NewServer(hook)
	t.Cleanup(server.Close)
	s := installed(t)
	require.NoError(t, s.AddSuite(platform.Suite{Id: suite, Secret: "s", Command: platform.Callback{URL: server.URL, Token: hookToken, EncodingAESKey: hookKey}}))
	return s
}

// A push that was not at its end when the state was saved is tried again, as often as it may be.
// G: sandbox/state-pushes
func TestPushesGoOnAfterLoading(t *testing.T) {
	t.Parallel()
	came, answer, left := make(chan string, 10), make(chan string, 10), make(chan struct{}, 10)
	s := pushes(t, func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the end of the client is not noticed
		came <- r.URL.RawQuery
		defer func() { left <- struct{}{} }()
		select {
		case text := <-answer:
			_, _ = rw.Write([]byte(text))
		case <-r.Context().Done():
		}
	})
	ended := make(chan platform.Delivery)
	go func() {
		d, _ := s.PushTicket(context.Background(), suite)
		ended <- d
	}()
	first := <-came
	answer <- "no"
	<-came // the second try is under way
	state, err := s.Save()
	require.NoError(t, err)
	require.NoError(t, s.Load(state))
	assert.Empty(t, (<-ended).Before, "what was under way has ended, and what it brought is not kept")
	<-left
	<-left // nobody else waits for an answer
	d := s.Deliveries()[0]
	assert.Equal(t, "no", d.Body)
	answer <- "no"
	answer <- "success"
	s.Resume(t.Context())
	d = s.Deliveries()[0]
	assert.Len(t, d.Before, 2, "three tries in all")
	assert.True(t, d.Accepted())
	assert.Equal(t, first, <-came, "byte for byte")
	assert.Equal(t, first, <-came)
	s.Resume(t.Context())
	assert.Empty(t, came, "once")
	state, err = s.Save()
	require.NoError(t, err)
	require.NoError(t, s.Load(state))
	s.Resume(t.Context())
	assert.Empty(t, came, "it was accepted")
}

// Readers of the change feed see a gap, also those who wait, and ids go forward.
func TestLoadingIsAGapInTheFeed(t *testing.T) {
	t.Parallel()
	s := installed(t)
	state, err := s.Save()
	require.NoError(t, err)
	before := s.LastChange()
	waited := make(chan error)
	go func() { waited <- s.AwaitChange(t.Context(), before) }()
	s.Advance(time.Hour) // one change, or the waiter would wait for good if it came late
	require.NoError(t, s.Load(state))
	require.NoError(t, <-waited)
	for _, after := range []int64{0, before, before + 1} {
		list, gap := s.ChangesAfter(after, 10)
		assert.True(t, gap, after)
		assert.Empty(t, list)
	}
	last := s.LastChange()
	assert.Greater(t, last, before+1)
	assert.Zero(t, s.Ahead(), "the clock was not ahead when the state was saved")
	s.Advance(time.Hour)
	list, gap := s.ChangesAfter(last, 10)
	assert.False(t, gap)
	require.Len(t, list, 1)
	assert.Equal(t, platform.ChangedClock, list[0].Kind)
}

// What a fake makes of itself anew: ciphers of callback URLs, jobs that fetch.
func TestWhatIsDerivedIsMadeAnew(t *testing.T) {
	t.Parallel()
	s := pushes(t, func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("success")) })
	s.AddFault(platform.Fault{Path: "/cgi-bin/user/get", Count: 2, ErrCode: 7, Header: http.Header{"X-A": {"b"}}})
	s.Choose(platform.Choices{Tries: 5, AllowedIPs: []string{"192.0.2.1"}})
	value, err := s.IssueToken(spec.CredentialCorp, suite, corp)
	require.NoError(t, err)
	state, err := s.Save()
	require.NoError(t, err)

	other := fakewecom.New(platform.Options{})
	require.NoError(t, other.Load(state))
	d, err := other.PushTicket(t.Context(), suite)
	require.NoError(t, err)
	assert.True(t, d.Accepted())
	assert.Equal(t, s.Faults(), other.Faults())
	assert.Equal(t, s.Choices(), other.Choices())
	assert.Contains(t, other.Secrets(), value)
	assert.Equal(t, s.Authorizations()[0].PermanentCode, other.Authorizations()[0].PermanentCode)
	wrong := strings.Replace(string(state), hookKey, "short", 1)
	assert.Error(t, other.Load([]byte(wrong)))
}
