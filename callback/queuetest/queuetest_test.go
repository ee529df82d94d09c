package queuetest

import (
	"testing"

	"github.com/gothird/wecom/callback"
)

func TestMemoryQueue(t *testing.T) {
	t.Parallel()
	Run(t, func(*testing.T) callback.Queue { return callback.NewMemoryQueue() }, Options{})
}
