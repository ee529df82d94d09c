package fakewecom

// Login is a visit of a member.
type Login struct{}

func loginHandlers() map[string]handler { return nil }
