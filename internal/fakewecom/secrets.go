package fakewecom

import "slices"

// secret is an id that nobody may see. s.mu is held.
func (s *Server) secret(n int) string {
	value := s.id("", n)
	s.secrets = append(s.secrets, value)
	return value
}

// Secrets returns every secret there is or ever was: those of AddProvider and
// AddSuite, and all tokens, tickets and codes handed out. A test searches logs
// and errors for them.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.secrets)
	for _, p := range s.providers {
		list = append(list, p.Secret, p.System.Token, p.System.EncodingAESKey)
	}
	for _, x := range s.suites {
		list = append(list, x.Secret, x.Command.Token, x.Command.EncodingAESKey)
	}
	list = slices.DeleteFunc(list, func(v string) bool { return v == "" })
	slices.Sort(list)
	return slices.Compact(list)
}
