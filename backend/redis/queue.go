package wecomredis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gothird/wecom/callback"
)

// How long things are kept, as [callback.Queue] says.
const (
	identityLife = 2 * time.Hour
	longestWait  = 24 * time.Hour
	longestLease = 100 * 365 * 24 * time.Hour
)

// Queue is a [callback.Queue] in Redis, for any number of processes. All of it is in one slot
// of a cluster, and each change is one script: it happens as a whole or not at all.
//
//	             ┌──── the owner's lease ends ────┐
//	             ▼                                │
//	Put ───▶ waiting ──────── Claim ─────────▶  busy ── Done ──▶ gone
//	          ▲  ▲  ▲                           │ │ │              ▲
//	          │  │  └─ Wait: the lane is closed ┘ │ │              │
//	          │  └─── due ─── later ◀── Again ────┘ │              │
//	          └────── Retry ─ dead ◀─── Bury ───────┘── Discard ───┘
type Queue struct {
	c        redis.UniversalClient
	scripts  scripts
	keys     []string
	tag      string // begins all keys
	channel  string
	maxItems int

	identityLife, longestWait time.Duration

	mu     sync.Mutex
	calls  sync.WaitGroup // requests that are under way
	closed chan struct{}
}

var _ callback.Queue = (*Queue)(nil)

// NewQueue returns a Queue for [callback.Config]. It makes no request. Close leaves the client
// open for others.
func NewQueue(c redis.UniversalClient, o Options) (*Queue, error) {
	prefix, err := o.prefix(c)
	if err != nil {
		return nil, err
	}
	q := &Queue{
		c: c, scripts: newScripts(sharedText), tag: prefix + "{queue}", maxItems: o.MaxItems,
		identityLife: identityLife, longestWait: longestWait, closed: make(chan struct{}),
	}
	for _, name := range queueKeys {
		q.keys = append(q.keys, q.tag+name)
	}
	q.channel = q.tag + "wake"
	return q, nil
}

// Put stores items in one step. When it returns nil, they are as durable as the server's
// settings say. With [Options].MaxItems or a full memory the error is [callback.ErrQueueFull].
func (q *Queue) Put(ctx context.Context, items []callback.Item) error {
	if len(items) == 0 {
		return q.enterAndLeave(ctx)
	}
	keys, args := q.keys, make([]any, 0, 1+7*len(items))
	args = append(args, q.maxItems)
	for _, it := range items {
		args = append(args, it.Route, it.Lane, flag(it.Urgent), it.Identity, it.Same, it.Payload, it.State)
		if it.Identity == "" && it.Same == "" && len(keys) == len(q.keys) {
			keys = q.requestKeys()
		}
	}
	answer, err := run(ctx, q, q.scripts.put, keys, args, (*redis.Cmd).Text)
	if err == nil && answer == "FULL" {
		err = fmt.Errorf("%w: it has %d items, the most that Options.MaxItems allows", callback.ErrQueueFull, q.maxItems)
	}
	return said("put", err)
}

// requestKeys are the keys of a script that must notice when the client repeats it, because
// the answer was lost on the way.
func (q *Queue) requestKeys() []string {
	return append(q.keys[:len(q.keys):len(q.keys)], q.tag+"request:"+rand.Text())
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// Join gives owner a lease.
func (q *Queue) Join(ctx context.Context, owner string, lease time.Duration) error {
	if err := q.checkEviction(ctx); err != nil {
		return said("join", err)
	}
	return q.lease(ctx, "join", owner, lease)
}

// Extend renews the lease of an owner, or returns [callback.ErrLost].
func (q *Queue) Extend(ctx context.Context, owner string, lease time.Duration) error {
	return q.lease(ctx, "extend", owner, lease)
}

func (q *Queue) lease(ctx context.Context, what, owner string, lease time.Duration) error {
	args := []any{what, owner, milliseconds(min(max(lease, 0), longestLease))}
	answer, err := run(ctx, q, q.scripts.lease, q.keys, args, (*redis.Cmd).Text)
	if err == nil && answer == "LOST" {
		return callback.ErrLost
	}
	return said(what, err)
}

// checkEviction returns an error if the server may delete what is in the queue. A server that
// does not tell, or may not, is trusted.
func (q *Queue) checkEviction(ctx context.Context) error {
	info, err := call(ctx, q, func(ctx context.Context) (string, error) { return q.c.Info(ctx, "memory").Result() })
	var refused redis.Error
	switch policy := infoField(info, "maxmemory_policy"); {
	case errors.As(err, &refused):
		return nil
	case err != nil:
		return err
	case len(policy) > 7 && policy[:7] == "allkeys":
		return fmt.Errorf("the server's maxmemory-policy is %s, by which it deletes notices when its memory is full: set it to noeviction", policy)
	}
	return nil
}

// run runs a script of the queue and reads its answer.
func run[T any](ctx context.Context, q *Queue, script *redis.Script, keys []string, args []any, read func(*redis.Cmd) (T, error)) (T, error) {
	all := append([]any{q.channel, q.identityLife.Milliseconds(), q.longestWait.Milliseconds()}, args...)
	return call(ctx, q, func(ctx context.Context) (T, error) { return read(script.Run(ctx, q.c, keys, all...)) })
}

// call makes a request unless the queue is closed, and lets Close wait for its end.
func call[T any](ctx context.Context, q *Queue, request func(ctx context.Context) (T, error)) (none T, err error) {
	return ask(ctx, func(ctx context.Context) (T, error) {
		if err := q.enter(); err != nil {
			return none, err
		}
		defer q.calls.Done()
		return request(ctx)
	})
}

// enter begins a request, which ends with q.calls.Done.
func (q *Queue) enter() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.closed:
		return callback.ErrClosed
	default:
		q.calls.Add(1)
		return nil
	}
}

// enterAndLeave is a call that has nothing to ask for.
func (q *Queue) enterAndLeave(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := q.enter(); err != nil {
		return err
	}
	q.calls.Done()
	return nil
}

// said names what failed, and gives a full memory the error that the Inbox knows.
func said(what string, err error) error {
	switch {
	case err == nil, errors.Is(err, callback.ErrClosed):
		return err
	case redis.HasErrorPrefix(err, "OOM "):
		return fmt.Errorf("wecomredis: %s: %w: the server's memory is full (maxmemory): %v", what, callback.ErrQueueFull, err)
	case redis.HasErrorPrefix(err, "NEWERQUEUE "):
		return fmt.Errorf("wecomredis: %s: the queue was written by a newer version of this module: update this program too: %w", what, err)
	}
	return fmt.Errorf("wecomredis: %s: %w", what, err)
}

// Close waits for requests that are under way: normally not at all, and ten seconds if the
// server hangs.
func (q *Queue) Close() error {
	q.mu.Lock()
	select {
	case <-q.closed:
	default:
		close(q.closed)
	}
	q.mu.Unlock()
	q.calls.Wait()
	return nil
}

// Format prints the prefix and no content.
func (q *Queue) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, q.String()) }

// LogValue logs the prefix and no content.
func (q *Queue) LogValue() slog.Value { return slog.StringValue(q.String()) }

// String names the prefix.
func (q *Queue) String() string { return fmt.Sprintf("wecomredis.Queue{%s}", q.tag) }
