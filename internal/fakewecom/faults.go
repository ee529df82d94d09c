package fakewecom

// Fault makes requests fail.
type Fault struct{}
