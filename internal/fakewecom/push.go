package fakewecom

import "time"

// pushTimeout is WeCom's patience with a callback URL.
const pushTimeout = 5 * time.Second

type sentPush struct{}
