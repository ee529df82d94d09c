package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// session is a member who has logged in. It is kept by his browser, signed.
type session struct {
	Suite string    `json:"suite"` // the name of the app
	Corp  string    `json:"corp"`
	User  string    `json:"user"`
	Until time.Time `json:"until"`
}

const (
	sessionCookie = "session"
	stateCookie   = "state"
	sessionLife   = 12 * time.Hour
	stateLife     = 10 * time.Minute
)

func (s *Server) setSession(w http.ResponseWriter, who session) error {
	who.Until = time.Now().Add(sessionLife)
	text, err := json.Marshal(who)
	if err != nil {
		return err
	}
	s.setCookie(w, sessionCookie, encode(text)+"."+encode(sign(s.cookies[0], text)), sessionLife)
	return nil
}

// session reads who has logged in, or nil.
func (s *Server) session(r *http.Request) *session {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	text, signature, ok := s.decode(cookie.Value)
	if !ok || !s.signed(text, signature) {
		return nil
	}
	who := new(session)
	if err := json.Unmarshal(text, who); err != nil || time.Now().After(who.Until) || s.suites[who.Suite] == nil {
		return nil
	}
	return who
}

func (s *Server) decode(value string) (text, signature []byte, ok bool) {
	first, second, ok := strings.Cut(value, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || !ok {
		return nil, nil, false
	}
	signature, err = base64.RawURLEncoding.DecodeString(second)
	return text, signature, err == nil
}

// signed reports whether one of the keys has signed a text.
func (s *Server) signed(text, signature []byte) bool {
	for _, key := range s.cookies {
		if hmac.Equal(sign(key, text), signature) {
			return true
		}
	}
	return false
}

func sign(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return mac.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// newState makes a value that only this browser knows, against forged redirects.
func (s *Server) newState(w http.ResponseWriter) string {
	state := rand.Text()
	s.setCookie(w, stateCookie, state, stateLife)
	return state
}

// checkState refuses who did not begin in this browser. A state is good once.
func (s *Server) checkState(w http.ResponseWriter, r *http.Request) error {
	cookie, err := r.Cookie(stateCookie)
	if err != nil || cookie.Value == "" || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(r.FormValue("state"))) != 1 {
		return &problem{http.StatusForbidden, "请从本站首页重新开始：此链接不是从这个浏览器打开的，或已过期。"}
	}
	s.dropCookie(w, stateCookie)
	return nil
}

func (s *Server) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Secure: strings.HasPrefix(s.cfg.Site, "https:"), HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (s *Server) dropCookie(w http.ResponseWriter, name string) {
	s.setCookie(w, name, "", -time.Second)
}
