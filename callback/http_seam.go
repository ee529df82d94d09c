package callback

// The other side of the inbox in its simplest form, until the two sides meet. Dropped then.

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/token"
)

// CorpId names the corp.
func (n *Notice) CorpId() string { return cmp.Or(n.AuthCorpId, n.ToUserName) }

func (n *Notice) isMessage() bool { return n.InfoType == "" && n.MsgType != "" && n.MsgType != "event" }

type function struct {
	wants func(n *Notice) bool
	run   func(ctx context.Context, n *Notice) error
}

// On registers a function.
func On[E any](in *Inbox, fn func(ctx context.Context, n *Notice, e *E) error, kinds ...string) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.functions = append(in.functions, function{
		wants: func(n *Notice) bool { return isWanted[E](n, kinds) },
		run:   func(ctx context.Context, n *Notice) error { return fn(ctx, n, n.Content.(*E)) },
	})
}

// OnAny registers a function.
func (in *Inbox) OnAny(fn func(ctx context.Context, n *Notice) error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.functions = append(in.functions, function{wants: func(*Notice) bool { return true }, run: fn})
}

// Run works what was put.
func (in *Inbox) Run(ctx context.Context) error {
	in.mu.Lock()
	err := errors.Join(in.mistakes...)
	in.mu.Unlock()
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		claimed, err := in.queue.Claim(ctx, Ask{})
		if err != nil {
			return err
		}
		for _, c := range claimed {
			id, raw, _ := strings.Cut(string(c.Payload), "\n")
			n, err := Parse([]byte(raw))
			if err != nil {
				return err
			}
			n.ReceiveId = id
			in.mu.Lock()
			n.Api = in.routes[c.Route].WithCorp(n.CorpId()).WithContext(ctx)
			functions := in.functions
			in.mu.Unlock()
			for _, f := range functions {
				if f.wants(n) {
					if err := recoverPanic(func() error { return f.run(ctx, n) }); err != nil {
						in.report(ctx, n, err)
					}
				}
			}
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
		}
	}
	return nil
}

func (in *Inbox) enqueue(ctx context.Context, h *Handler, n *Notice) error {
	if e, ok := n.Content.(*SuiteTicketEvent); ok && n.ReceiveId == h.api.SuiteId() {
		return h.api.WithContext(ctx).SetSuiteTicket(e.SuiteTicket, time.Unix(n.TimeStamp, 0))
	}
	return in.queue.Put(ctx, []Item{{Route: h.route, Payload: []byte(n.ReceiveId + "\n" + string(n.Raw))}})
}

func (in *Inbox) report(ctx context.Context, n *Notice, err error) {
	ctx = context.WithoutCancel(ctx)
	attrs := []slog.Attr{slog.Any("err", err)}
	if n != nil {
		attrs = append(attrs, slog.Any("notice", n))
	}
	_ = recoverPanic(func() error { in.log.LogAttrs(ctx, slog.LevelWarn, "wecom: callback", attrs...); return nil })
	if in.cfg.OnError != nil {
		_ = recoverPanic(func() error { in.cfg.OnError(ctx, n, err); return nil })
	}
}

type seamQueue struct {
	mu    sync.Mutex
	items []Item
}

// NewMemoryQueue makes a queue.
func NewMemoryQueue() Queue { return &seamQueue{} }

func (q *seamQueue) Put(_ context.Context, items []Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, items...)
	return nil
}

func (q *seamQueue) Claim(context.Context, Ask) (out []Claimed, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		out = append(out, Claimed{Item: it})
	}
	q.items = nil
	return out, nil
}
func (q *seamQueue) Join(context.Context, string, time.Duration) error             { return nil }
func (q *seamQueue) Extend(context.Context, string, time.Duration) error           { return nil }
func (q *seamQueue) Settle(context.Context, []Settlement) (lost []Hold, err error) { return nil, nil }
func (q *seamQueue) Watch(context.Context, func()) error                           { return nil }
func (q *seamQueue) Stats(context.Context) (map[string]Stats, error)               { return nil, nil }
func (q *seamQueue) Dead(context.Context, string, int) ([]Buried, error)           { return nil, nil }
func (q *seamQueue) Retry(context.Context, []string) error                         { return nil }
func (q *seamQueue) Discard(context.Context, []string) error                       { return nil }
func (q *seamQueue) Close() error                                                  { return nil }

var errGoexit = errors.New("callback: a function ended its goroutine (runtime.Goexit; is it t.FailNow of a test?)")

func recoverPanic(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
	}()
	return fn()
}

func panicError(p any) error {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	return fmt.Errorf("callback: a function panicked: %s", what)
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

func typeName[E any]() string { return reflect.TypeFor[E]().String() }

func isWanted[E any](n *Notice, kinds []string) bool {
	_, ok := n.Content.(*E)
	return ok && (len(kinds) == 0 || slices.Contains(kinds, n.Kind()) || n.ChangeType != "" && slices.Contains(kinds, n.ChangeType))
}

func checkKinds[E any](caller string, names []string) error {
	if _, unknown := any(new(E)).(*UnknownEvent); unknown {
		return nil
	}
	known := namesOf[E]()
	if len(known) == 0 {
		return fmt.Errorf("%s[%s]: this is no event: give the type that Content has, such as callback.AuthEvent", caller, typeName[E]())
	}
	for _, name := range names {
		if !known[name] {
			return fmt.Errorf("%s[%s]: %q is no kind of it; there are %s", caller, typeName[E](), name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}

func namesOf[E any]() map[string]bool {
	names := map[string]bool{}
	for k, newOf := range kinds {
		if _, ok := newOf().(*E); ok {
			names[k.name] = true
		}
	}
	for name, newOf := range messages {
		if _, ok := newOf().(*E); ok {
			names[name] = true
		}
	}
	return names
}

var _ *token.Api
