package token

import (
	"context"
	"fmt"
	"time"
)

// watchdog ends a stream that makes no progress. Other attempts have one timeout for the
// whole.
type watchdog struct {
	timer  *time.Timer // nil: no stream
	cancel context.CancelFunc
}

// watch starts the timeout of one attempt.
func (a *Api) watch(r *request) (context.Context, watchdog) {
	if r.upload == nil && !r.streams() {
		ctx, cancel := context.WithTimeout(a.ctx, r.timeout)
		return ctx, watchdog{cancel: cancel}
	}
	ctx, cancel := context.WithCancel(a.ctx)
	return ctx, watchdog{time.AfterFunc(r.timeout, cancel), cancel}
}

func (w watchdog) progress() {
	if w.timer != nil {
		w.timer.Reset(streamTimeout)
	}
}

func (w watchdog) stop() {
	if w.timer != nil {
		w.timer.Stop()
	}
	w.cancel()
}

// ownTimeout returns another error when the SDK's own timeout ended the attempt and the
// caller's context did not.
func (a *Api) ownTimeout(ctx context.Context, r *request, err error) error {
	if err == nil || ctx.Err() == nil || a.ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("no answer, or no progress, in time (Config.Timeout is %s): %w (%v)", r.timeout, context.DeadlineExceeded, err)
}
