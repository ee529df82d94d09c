package callback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/keylock"
	"github.com/gothird/wecom/token"
)

const (
	defaultWorkers = 8
	defaultDrain   = 30 * time.Second
)

// Config describes an [Inbox]. The zero Config uses a queue in memory.
type Config struct {
	// Queue holds what was answered until it is processed. nil: NewMemoryQueue(), which forgets
	// it when the process ends. It stays the caller's: close it after Run and the server have
	// ended.
	Queue Queue
	// Workers is how many functions run at once. 0: 8. One that has run for ten seconds no
	// longer counts, at most a hundred of those for each worker. Auth codes and welcome codes,
	// which live for minutes or seconds, have workers of their own, at most 64.
	Workers int
	// Drain is how long functions may go on when Run is to end. 0: 30 seconds.
	Drain time.Duration
	// Timeout is for one function: then its context ends, and it counts as failed. One that
	// does not heed its context keeps its lane, and is reported each minute. 0: none.
	Timeout time.Duration
	// Logger hears of every refused request, failed function, notice that is given up, of
	// the end of Run, and of notices that wait while nobody runs the inbox. nil: slog.Default().
	// Nothing waits for it or for OnError: what does not get through in time, 1,000 reports, is
	// left out and counted.
	Logger *slog.Logger
	// OnError hears the same, after the sender has its answer. n is nil for what could not be
	// decrypted. [ErrDead] in err is worth waking somebody. It runs once at a time, in the order
	// of what happened, and n is a copy.
	OnError func(ctx context.Context, n *Notice, err error)
}

// Inbox receives what WeCom pushes, for any number of suites and callback URLs, and processes
// it: every push once, in the order of its lane (see [On]), again after a failure.
//
//	in, err := callback.NewInbox(callback.Config{Queue: queue})
//	callback.On(in, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error { … })
//	h, err := in.Handler(api, callback.URL{Token: …, EncodingAESKey: …})
//	http.Handle("/wecom", h)
//	go in.Run(ctx)
//
// https://developer.work.weixin.qq.com/document/path/91116
type Inbox struct {
	cfg   Config
	queue Queue
	log   *slog.Logger

	mu        sync.Mutex
	routes    map[string]*token.Api  // by route
	apis      map[string]*token.Api  // of the Handlers, by route and suite
	sent      map[string]*replyCache // by route: one push may come on several URLs
	functions []function
	replies   []replyFunction
	mistakes  []error        // of registrations
	runner    *runner        // nil while Run does not run
	putting   sync.WaitGroup // under mu to add
	closed    bool           // Run has ended, and the queue is one in memory

	held atomic.Int32 // pushes that were not kept, which wait for WeCom to hang up

	lanes  keylock.Locks // held by the tasks of this process
	losses losses

	removals removals

	puts    batcher[Item]
	absence absence // of Run
	logs    teller  // to Logger
	calls   teller  // to OnError
}

// Format prints nothing of what an Inbox holds.
func (in *Inbox) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "callback.Inbox{…}") }

// LogValue shows nothing of what an Inbox holds.
func (in *Inbox) LogValue() slog.Value { return slog.StringValue("callback.Inbox{…}") }

// NewInbox checks cfg and makes an Inbox. It starts nothing: see [Inbox.Run].
func NewInbox(cfg Config) (*Inbox, error) {
	var errs []error
	for _, f := range []struct {
		name     string
		negative bool
	}{{"Workers", cfg.Workers < 0}, {"Drain", cfg.Drain < 0}, {"Timeout", cfg.Timeout < 0}} {
		if f.negative {
			errs = append(errs, fmt.Errorf("callback.Config.%s is negative", f.name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("callback: NewInbox: %w", err)
	}
	in := &Inbox{cfg: cfg, queue: cfg.Queue, log: cfg.Logger, routes: map[string]*token.Api{}, apis: map[string]*token.Api{}, sent: map[string]*replyCache{}}
	if in.queue == nil {
		in.queue = NewMemoryQueue()
	}
	in.puts.most, in.puts.run = maxBatch, in.queue.Put
	if in.log == nil {
		in.log = slog.Default()
	}
	return in, nil
}

// addHandler lets Run work what comes for a Handler, and returns what keeps its replies.
func (in *Inbox) addHandler(h *Handler) *replyCache {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.routes[h.route], in.apis[h.route+" "+h.api.SuiteId()] = h.api, h.api
	if in.sent[h.route] == nil {
		in.sent[h.route] = &replyCache{}
	}
	in.sent[h.route].keepFor(h.url.MaxAge)
	if in.runner != nil {
		in.runner.wake()
	}
	return in.sent[h.route]
}
