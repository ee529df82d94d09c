package queuetest_test

import (
	"testing"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/callback/queuetest"
)

// The test of a Queue with a clock of its own: the time is real, and short.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestQueue(t *testing.T)
		queuetest.Run(t, func(*testing.T) callback.Queue { return callback.NewMemoryQueue() },
			queuetest.Options{Now: time.Now, Sleep: time.Sleep, Pause: time.Second})
	}
}
