package wecomtest_test

import (
	"testing"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

// An app may ask for its Apis while the test goes on: callback URLs and tickets change
// nothing in them.
// G: wecomtest/app
func TestApisWhileTheTestGoesOn(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Suites(2))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 1000 {
			_, _ = w.Suite(1).SuiteId(), w.ConfigOf(0)
		}
	}()
	for range 20 {
		w.Deliver(w.Suite(1), callback.App, success())
		w.Advance(10 * time.Minute)
	}
	<-done
}
