// Package fakewecom is a fake WeCom (企业微信): an http.Handler with state that
// answers every endpoint a service provider calls, refuses what WeCom refuses,
// and pushes callbacks in the real encryption.
//
// The admin methods of Server play everybody else: the provider console, the
// customer's administrator who installs an app, the clock of the platform.
// Server starts no goroutine; time is Options.Now.
package fakewecom

// Server is the fake WeCom.
type Server struct {
	*Platform
	*Desks
	*Messages
}

// New returns a fake.
func New(o Options) *Server {
	p := NewPlatform(o)
	return &Server{p, NewDesks(p), NewMessages(p)}
}
