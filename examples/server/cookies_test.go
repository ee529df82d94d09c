package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of all cookies, only those that the server has signed log somebody in: here each with one
// character changed, left out, or added. (No fuzz target: SQLite would be instrumented with it.)
func TestForgedSessions(t *testing.T) {
	t.Parallel()
	s := &Server{suites: map[string]*suite{firstApp: {}}, cookies: [][]byte{[]byte("key"), []byte("old key")}}
	w := httptest.NewRecorder()
	require.NoError(t, s.setSession(w, session{Suite: firstApp, Corp: "wpRiverside", User: "woLin"}))
	good := w.Result().Cookies()[0].Value
	forged := []string{"", ".", "e30.", "%.%", good + "="}
	for i := range good {
		forged = append(forged, good[:i]+good[i+1:], good[:i]+"."+good[i:])
		for _, x := range "Az09-_.%" {
			forged = append(forged, good[:i]+string(x)+good[i+1:])
		}
	}
	text, _, _ := s.decode(good)
	for _, value := range forged {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Cookie", sessionCookie+"="+value)
		if who := s.session(r); who != nil {
			same, _, _ := s.decode(value) // bits that base64 leaves over
			assert.Equal(t, text, same, value)
			assert.Equal(t, "woLin", who.User)
		}
	}
}

// A session is read as it was written, under the new key and under the old one, and not when its
// app is gone.
func TestSessionKeys(t *testing.T) {
	t.Parallel()
	old := &Server{suites: map[string]*suite{firstApp: {}}, cookies: [][]byte{[]byte("old key")}}
	w := httptest.NewRecorder()
	require.NoError(t, old.setSession(w, session{Suite: firstApp, Corp: "wpRiverside", User: "woLin"}))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	for name, x := range map[string]struct {
		server *Server
		known  bool
	}{
		"same":      {old, true},
		"new key":   {&Server{suites: old.suites, cookies: [][]byte{[]byte("key"), []byte("old key")}}, true},
		"other key": {&Server{suites: old.suites, cookies: [][]byte{[]byte("key")}}, false},
		"other app": {&Server{suites: map[string]*suite{secondApp: {}}, cookies: old.cookies}, false},
	} {
		who := x.server.session(r)
		require.Equal(t, x.known, who != nil, name)
		if x.known {
			assert.Equal(t, [3]string{firstApp, "wpRiverside", "woLin"}, [3]string{who.Suite, who.Corp, who.User})
		}
	}
}

// A cookie ends when what is in it does, and goes over TLS only if the site has that.
func TestLivesOfCookies(t *testing.T) {
	t.Parallel()
	for site, secure := range map[string]bool{"https://app.example": true, "http://127.0.0.1:8080": false} {
		s := &Server{cfg: Config{Site: site}, suites: map[string]*suite{firstApp: {}}, cookies: [][]byte{[]byte("key"), []byte("old key")}}
		w := httptest.NewRecorder()
		require.NoError(t, s.setSession(w, session{Suite: firstApp, Corp: "wpRiverside", User: "woLin"}))
		state := s.newState(w)
		s.dropCookie(w, sessionCookie)
		cookies := w.Result().Cookies()
		require.Len(t, cookies, 3)
		for i, life := range []time.Duration{sessionLife, stateLife, -time.Second} {
			assert.Equal(t, int(life.Seconds()), cookies[i].MaxAge)
			assert.Equal(t, [4]any{secure, true, http.SameSiteLaxMode, "/"}, [4]any{cookies[i].Secure, cookies[i].HttpOnly, cookies[i].SameSite, cookies[i].Path})
		}
		assert.Equal(t, state, cookies[1].Value)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.AddCookie(cookies[0])
		who := s.session(r)
		require.NotNil(t, who)
		assert.WithinDuration(t, time.Now().Add(sessionLife), who.Until, time.Hour, "a browser may keep it for longer")
		text, signature, ok := s.decode(cookies[0].Value)
		require.True(t, ok)
		assert.Equal(t, sign(s.cookies[0], text), signature, "the newest key signs")
	}
}

// A state that nobody was given is none, also if it is empty on both sides.
func TestEmptyState(t *testing.T) {
	t.Parallel()
	s := new(Server)
	for _, value := range []string{"", "given"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?state=", nil)
		r.AddCookie(&http.Cookie{Name: stateCookie, Value: value})
		require.Error(t, s.checkState(httptest.NewRecorder(), r))
	}
}
