package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzSession: of all cookies, only those that the server has signed log somebody in.
func FuzzSession(f *testing.F) {
	s := &Server{suites: map[string]*suite{firstApp: {}}, cookies: [][]byte{[]byte("key"), []byte("old key")}}
	w := httptest.NewRecorder()
	require.NoError(f, s.setSession(w, session{Suite: firstApp, Corp: "wpRiverside", User: "woLin"}))
	good := w.Result().Cookies()[0].Value
	for _, seed := range []string{good, "", ".", "e30.", "%.%", good + "="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Cookie", sessionCookie+"="+value)
		who := s.session(r)
		if who == nil {
			return
		}
		text, signature, ok := s.decode(value)
		assert.True(t, ok && s.signed(text, signature), "it was not signed")
		assert.Equal(t, "woLin", who.User)
		assert.True(t, who.Until.After(time.Now()))
	})
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
