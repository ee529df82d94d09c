package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// views are all that the API shows, but for what a restart changes.
func (s *sandbox) views() map[string]obj {
	s.t.Helper()
	all, h := map[string]obj{}, s.Handler(Access{})
	get := func(path string) {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		require.Equal(s.t, http.StatusOK, rec.Code, "%s: %s", path, rec.Body)
		var out obj
		require.NoError(s.t, json.Unmarshal(rec.Body.Bytes(), &out))
		all[path] = out
	}
	for _, x := range Routes() {
		switch needed := required(x); {
		case x.Method != http.MethodGet || x.Path == apiPath || strings.HasSuffix(x.Path, "/changes"):
		case len(needed) == 0:
			get(x.Path)
		case len(needed) == 1 && needed[0] == "corp":
			for _, c := range s.engine.Corps() {
				get(strings.ReplaceAll(x.Path, "{corp}", c.Id))
			}
		}
	}
	for _, name := range []string{"last_change", "base_url"} {
		delete(all[apiPath+"/status"], name)
	}
	delete(all, apiPath+"/environment") // it has the address, and secrets that other views have
	return all
}

// required are the names that a route cannot be asked without.
func required(x Route) (names []string) {
	for _, f := range x.In {
		if f.Required {
			names = append(names, f.Name)
		}
	}
	return names
}

// restart ends the world, and goes on with what it has saved.
func (s *sandbox) restart(c Config) {
	s.t.Helper()
	before := s.views()
	s.server.Close()
	require.NoError(s.t, s.Close())
	var err error
	s.World, err = New(c)
	require.NoError(s.t, err)
	s.server = httptest.NewServer(s.Handler(Access{}))
	s.t.Cleanup(s.server.Close)
	s.SetBaseURL(s.server.URL)
	after := s.views()
	for path, view := range before {
		require.Equal(s.t, view, after[path], path)
	}
	require.Len(s.t, after, len(before))
}

// stopped is a clock that stands still: so lives of tokens are the same before and after.
func stopped() func() time.Time {
	now := time.Now()
	return func() time.Time { return now }
}

// Everything happens in a world that is ended and started again after each step.
// G: sandbox/state
func TestStateOutlivesTheWorld(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "state")
	clock := stopped()
	s := newSandbox(t, Config{Corps: 1, State: dir, Now: clock}, Access{})
	again := Config{State: dir, Now: clock, Apps: []App{{}, {Template: true}}, Corps: 7}
	for _, step := range stepsOfAll() {
		step(s)
		s.restart(again)
	}
	require.NoError(t, s.Close())
	for path, mode := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, stateFile): 0o600} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		if runtime.GOOS != "windows" {
			assert.Equal(t, mode, info.Mode().Perm(), path)
		}
	}
}

// What is given at the start counts; what is left out is as it was.
func TestConfigCountsBeforeState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := New(Config{State: dir, Apps: []App{{Secret: "first-secret", Callback: Callback{URL: "http://127.0.0.1:1/a"}, DataURL: "http://127.0.0.1:1/d"}},
		Choices: Choices{Tries: 7, PerMinute: 9}})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	w, err = New(Config{State: dir, ProviderSecret: "other-provider", System: Callback{URL: "http://127.0.0.1:1/s"},
		Apps: []App{{Secret: "second-secret", DataURL: "http://127.0.0.1:1/e"}}, Choices: Choices{PerMinute: 3, EditContacts: true}})
	require.NoError(t, err)
	defer w.Close()
	x, p := w.engine.Suites()[0], w.theProvider()
	assert.Equal(t, "second-secret", x.Secret)
	assert.Equal(t, "http://127.0.0.1:1/a", x.Command.URL, "it was left out")
	assert.Equal(t, "http://127.0.0.1:1/e", x.DataURL)
	assert.Equal(t, "other-provider", p.Secret)
	assert.Equal(t, "http://127.0.0.1:1/s", p.System.URL)
	c, err := w.ShowChoices(t.Context(), none{})
	require.NoError(t, err)
	assert.Equal(t, Choices{Tries: 7, PerMinute: 3, EditContacts: true, AllowedIPs: []string{}}, c)
	assert.True(t, x.EditsContacts)
}

// It is saved soon after a change, and not without one. A disk that fails is told of once.
// G: sandbox/state-saved
func TestStateIsSavedAfterChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		told := make(chan error, 10)
		dir := t.TempDir()
		file := filepath.Join(dir, stateFile)
		w, err := New(Config{State: dir, NotSaved: func(err error) { told <- err }})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			w.Run(ctx)
			close(ended)
		}()
		saved := func() bool {
			synctest.Wait()
			info, err := os.Stat(file)
			return err == nil && info.Mode().IsRegular()
		}
		time.Sleep(2 * time.Second)
		assert.True(t, saved(), "the world is new")
		require.NoError(t, os.Remove(file))
		time.Sleep(time.Minute)
		assert.False(t, saved(), "nothing has changed")
		addCorp := func() {
			_, err := w.AddCorp(ctx, NewCorp{})
			require.NoError(t, err)
			time.Sleep(2 * time.Second)
		}
		addCorp()
		assert.True(t, saved())

		require.NoError(t, os.Remove(file))
		require.NoError(t, os.Mkdir(file, 0o700)) // nothing can be renamed to it
		addCorp()
		time.Sleep(time.Minute)
		assert.ErrorContains(t, <-told, stateFile)
		assert.Empty(t, told, "once")
		require.NoError(t, os.Remove(file))
		time.Sleep(2 * time.Minute)
		assert.True(t, saved(), "it was tried again")
		cancel()
		<-ended
		require.NoError(t, os.Remove(file))
		require.NoError(t, w.Close())
		assert.True(t, saved(), "at the end in any case")
	})
}

// A process that dies leaves what was written last, and perhaps a half of a file.
func TestStateOutlivesACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := New(Config{State: dir})
	require.NoError(t, err)
	_, err = w.AddCorp(t.Context(), NewCorp{Name: "Harbour"})
	require.NoError(t, err)
	require.NoError(t, w.save(false))
	_, err = w.AddCorp(t.Context(), NewCorp{Name: "Lost"})
	require.NoError(t, err)
	half := filepath.Join(dir, ".tmp-wecom-0123456789abcdef")
	require.NoError(t, os.WriteFile(half, []byte(`{"format":1`), 0o600))
	w.folder.held.Unlock() // as the system does when a process dies
	w, err = New(Config{State: dir})
	require.NoError(t, err)
	defer w.Close()
	corps := w.engine.Corps()
	require.Len(t, corps, 1)
	assert.Equal(t, "Harbour", corps[0].Name)
	assert.NoFileExists(t, half)
	next, err := w.AddCorp(t.Context(), NewCorp{})
	require.NoError(t, err)
	assert.NotEqual(t, corps[0].Id, next.CorpId, "ids go on")
}
