package token

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// CallInfo describes one attempt at a call.
type CallInfo struct {
	Path       string        // such as /cgi-bin/license/active_account
	Credential string        // kind of token: provider, suite, corp, static or none
	SuiteId    string        // "" for calls without a suite
	CorpId     string        // "" for calls without a corp
	Attempt    int           // 1 for the first
	HTTPStatus int           // 0 when no answer came
	ErrCode    int           // WeCom's errcode
	Duration   time.Duration // of this attempt
	Err        error         // error of the attempt
	Warning    string        // errmsg of a success that warns, such as licences that the corp's app order does not cover
}

// TokenInfo describes one attempt to get a token.
type TokenInfo struct {
	Kind      string // provider, suite, corp, or ticket for those of the JS-SDK
	SuiteId   string // "" for a provider token
	CorpId    string // "" for a provider or suite token
	FromStore bool   // read from the Store: another process had asked WeCom
	// Lost: WeCom says that the authorisation of the corp is over. This is about the
	// installation whose permanent code was sent; another one may have replaced it meanwhile:
	// let a goroutine of yours call RemoveIfLost.
	Lost     bool
	Err      error         // why there is no token
	Duration time.Duration // of WeCom's answer
}

// hooks holds calls of OnCall, OnToken and the Logger until a flight has landed or a lock is
// released: they may use the Api themselves.
type hooks struct {
	mu    sync.Mutex
	due   []func()
	ended bool // nothing that is added now would be run
}

type hooksKey struct{}

// run calls a hook of the user: at once, or after landing if this is a flight.
func (a *Api) run(hook func()) {
	runLater(a.ctx, hook)
}

func runLater(ctx context.Context, hook func()) {
	if h, ok := ctx.Value(hooksKey{}).(*hooks); !ok || !h.add(hook) {
		hook()
	}
}

// withHooksLater returns the Api with its hooks deferred until runHooks, or until the end of
// the flight that it runs in already.
func (a *Api) withHooksLater() (later *Api, runHooks func()) {
	if _, ok := a.ctx.Value(hooksKey{}).(*hooks); ok {
		return a, func() {}
	}
	h := new(hooks)
	return a.WithContext(context.WithValue(a.ctx, hooksKey{}, h)), func() { a.core.runHooks(h, true) }
}

// add reports whether the hook will be run.
func (h *hooks) add(hook func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return false
	}
	h.due = append(h.due, hook)
	return true
}

// next removes and returns the first hook; nil if there is none. With last, no hook can be
// added after that.
func (h *hooks) next(last bool) func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.due) == 0 {
		h.ended = h.ended || last
		return nil
	}
	hook := h.due[0]
	h.due = h.due[1:]
	return hook
}

// runHooks runs the deferred hooks, and those that they cause by calls of their own. A panic
// is logged without its text, which may hold a secret.
func (c *core) runHooks(h *hooks, last bool) {
	for hook := h.next(last); hook != nil; hook = h.next(last) {
		func() {
			defer func() {
				if recover() != nil {
					defer func() { _ = recover() }() // the Logger itself may panic
					c.log.Error("wecom: panic in OnCall, OnToken or the Logger")
				}
			}()
			hook()
		}()
	}
}

// lateHandler defers log records as hooks are deferred: a log handler may use the Api too.
type lateHandler struct{ slog.Handler }

func (l lateHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return ctx.Value(hooksKey{}) != nil || l.Handler.Enabled(ctx, level)
}

func (l lateHandler) Handle(ctx context.Context, r slog.Record) error {
	runLater(ctx, func() {
		if l.Handler.Enabled(ctx, r.Level) {
			_ = l.Handler.Handle(ctx, r)
		}
	})
	return nil
}

// report calls OnCall for one attempt, and logs a warning.
func (a *Api) report(r *request, g *grant, n int, sent time.Time, status int, failed *Error, warning string) {
	info := CallInfo{
		Path: r.Path, Credential: r.Credential.String(), SuiteId: a.suiteFor(r.Endpoint), CorpId: a.corpFor(r.Endpoint),
		Attempt: n, HTTPStatus: status, Duration: clock.Since(sent),
	}
	if failed != nil {
		info.ErrCode, info.Err = failed.Code, failed
	}
	if warning != "" {
		info.Warning = r.clean(warning, g)
		a.core.log.WarnContext(a.ctx, "wecom: done, with a warning", "path", info.Path, "suite", info.SuiteId, "corp", info.CorpId, "warning", info.Warning)
	}
	if a.core.onCall != nil {
		ctx := a.ctx
		a.run(func() { a.core.onCall(ctx, info) })
	}
}

// reportToken calls OnToken for one attempt to get a token.
func (a *Api) reportToken(kind string, fromStore, lost bool, err error, took time.Duration) {
	if a.core.onToken == nil {
		return
	}
	info := TokenInfo{Kind: kind, FromStore: fromStore, Lost: lost, Err: err, Duration: took}
	if kind != Provider.String() {
		info.SuiteId = a.SuiteId()
	}
	if kind != Provider.String() && kind != Suite.String() {
		info.CorpId = a.CorpId()
	}
	ctx := a.ctx
	a.run(func() { a.core.onToken(ctx, info) })
}
