package fakewecom

// Request is one request as the fake saw it.
type Request struct{}
