package sandbox

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// beginsAnew is the end of everything that has happened.
func beginsAnew(s *sandbox) {
	before := s.get("/suites")
	environment := list(s.get("/environment?reveal=true"), "variables")
	out := s.post("/reset", "{}")
	assert.Equal(s.t, []string{"suite_ticket", "suite_ticket"}, pushed(out))
	fresh, err := begin(s.cfg)
	require.NoError(s.t, err)
	status := s.get("/status")
	assert.EqualValues(s.t, len(fresh.engine.Corps()), status["corps"])
	assert.EqualValues(s.t, 2, status["pushes"])
	assert.Equal(s.t, "0s", status["ahead"])
	for _, name := range []string{"installs", "orders", "codes", "tokens", "requests", "faults"} {
		assert.Zero(s.t, status[name], name)
	}
	after := s.get("/suites")
	for i, x := range list(after, "suites") {
		was := list(before, "suites")[i]
		assert.NotEmpty(s.t, x["command_url"])
		for _, name := range []string{"suite_id", "secret", "command_url", "data_url", "token", "aes_key"} {
			assert.Equal(s.t, was[name], x[name], name)
		}
	}
	assert.Equal(s.t, before["system_url"], after["system_url"])
	for i, v := range list(s.get("/environment?reveal=true"), "variables") {
		if v["name"] != "WECOM_SUITE_TICKET" {
			assert.Equal(s.t, environment[i], v)
		}
	}
	choices, err := s.ShowChoices(s.t.Context(), none{})
	require.NoError(s.t, err)
	assert.Equal(s.t, s.cfg.Choices.Tries, choices.Tries)
}

// What happens after the world has begun anew is what happens in a new one, to the last id.
// G: sandbox/reset
func TestResetWorldIsAsNew(t *testing.T) {
	t.Parallel()
	c := Config{Corps: 1, Now: stopped()}
	s := newSandbox(t, c, Access{})
	licences(s)
	customerLife(s)
	s.post("/reset", "{}")
	first := newSandbox(t, c, Access{})
	first.post("/reset", "{}") // pushes the same tickets
	for _, x := range []*sandbox{s, first} {
		people(x)
		service(x)
	}
	want := first.views()
	for path, view := range s.views() {
		if !slices.Contains([]string{"/requests", "/pushes", "/suites"}, strings.TrimPrefix(path, apiPath)) { // they tell of real time, and addresses
			assert.Equal(t, want[path], view, path)
		}
	}
}

// A stream goes on: it is told of a gap, and then of what happens.
func TestStreamOutlivesReset(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	next, _ := s.listen("", "")
	s.post("/corps", `{}`)
	assert.Equal(t, "corp", next().event)
	before := s.number(s.get("/status"), "last_change")
	s.post("/reset", "{}")
	m := next()
	assert.Equal(t, "gap", m.event)
	assert.Greater(t, len(m.id), len(before), "ids go forward")
	for m.event != "corp" { // tickets are pushed before
		s.post("/corps", `{}`)
		m = next()
	}
	assert.Equal(t, true, s.get("/changes?after=" + before)["gap"])
}

// A push that is under way ends, and is not heard of again.
func TestResetEndsPushes(t *testing.T) {
	t.Parallel()
	came, gone := make(chan struct{}), make(chan struct{})
	var first sync.Once
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		hang := false
		first.Do(func() { hang = true })
		if hang {
			close(came)
			<-r.Context().Done()
			close(gone)
			return
		}
		_, _ = io.WriteString(rw, "success")
	}))
	defer hook.Close()
	w, err := New(Config{Apps: []App{{Callback: Callback{URL: hook.URL}}}})
	require.NoError(t, err)
	ended := make(chan Outcome)
	go func() {
		out, _ := w.PushTicket(t.Context(), SuiteRef{})
		ended <- out
	}()
	<-came
	_, err = w.Reset(t.Context(), none{})
	require.NoError(t, err)
	<-gone
	<-ended
	pushes, err := w.ListPushes(t.Context(), PushQuery{})
	require.NoError(t, err)
	require.Len(t, pushes.Pushes, 1, "that of the reset")
	assert.True(t, pushes.Pushes[0].Accepted)
}

// Resets and requests at the same time: each request is answered by one of the worlds.
// G: sandbox/reset-races
func TestResetAmongRequests(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{Corps: 1}, Access{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				c, err := s.AddCorp(s.t.Context(), NewCorp{})
				assert.NoError(t, ignoreUnknown(err))
				_, err = s.Install(s.t.Context(), NewInstall{CorpId: c.CorpId})
				assert.NoError(t, ignoreUnknown(err))
				_, err = s.ShowStatus(s.t.Context(), none{})
				assert.NoError(t, err)
			}
		})
	}
	for range 5 {
		_, err := s.Reset(t.Context(), none{})
		require.NoError(t, err)
	}
	all.Wait()
	_, err := s.Reset(t.Context(), none{})
	require.NoError(t, err)
	assert.Len(t, s.engine.Corps(), 1)
}

// ignoreUnknown forgives that a corp is of the world before: an action of several steps may find
// that it is gone.
func ignoreUnknown(err error) error {
	if _, ok := err.(*Error); ok { //nolint:errorlint // the API's own errors are not wrapped
		return nil
	}
	return err
}
