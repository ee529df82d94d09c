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
	// Queue holds notices from the answer until they are processed. nil: NewMemoryQueue(),
	// which loses them when the process ends. The caller closes it, after Run and the server
	// have ended.
	Queue Queue
	// Workers is how many notices are processed at once, each by one function after the other.
	// 0: 8. A notice that has been processed for ten seconds no longer counts, up to a hundred
	// of those for each worker. Auth codes and welcome codes, which live for minutes or seconds,
	// have workers of their own, at most 64.
	Workers int
	// Drain is how long functions may go on after the context of Run has ended. 0: 30
	// seconds.
	Drain time.Duration
	// Timeout is for one function: after it the function's context ends, and the function
	// counts as failed. A function that ignores its context blocks its lane, and is reported
	// each minute. 0: no timeout.
	Timeout time.Duration
	// Logger gets every refused request, failed function and dead notice, the end of Run,
	// and notices that wait while no process runs the inbox. nil: slog.Default(). Logger and
	// OnError never delay the work: up to 1,000 reports wait for each of them, more are
	// dropped and counted.
	Logger *slog.Logger
	// OnError gets the same, after the sender has its answer. n is nil for a push that could
	// not be decrypted. Alert a person if err is [ErrDead]. Calls come one at a time, in the
	// order of events, and n is a copy.
	OnError func(ctx context.Context, n *Notice, err error)
}

// Inbox receives what WeCom pushes, for any number of suites and callback URLs, and
// processes it: one notice of a lane after the other (see [On]), and again after a failure.
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

	mu          sync.Mutex
	routes      map[string]*token.Api  // by route
	apis        map[string]*token.Api  // Apis of the Handlers, by route and suite
	replyCaches map[string]*replyCache // caches of passive replies, by route: one push may come on several URLs
	functions   []function
	replies     []replyFunction
	mistakes    []error        // mistakes in registrations
	runner      *runner        // nil while Run does not run
	putting     sync.WaitGroup // Add only while mu is held
	closed      bool           // Run has ended, and the queue is in memory

	hangingUp atomic.Int32 // pushes that were not kept, which wait for WeCom to hang up

	lanes  keylock.Locks // lanes of the tasks of this process
	losses losses

	removals removals

	puts       batcher[Item]
	unattended unattended // of Run
	logs       reporter   // reports to Logger
	calls      reporter   // reports to OnError
}

// Format prints no content of the Inbox.
func (in *Inbox) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "callback.Inbox{…}") }

// LogValue logs no content of the Inbox.
func (in *Inbox) LogValue() slog.Value { return slog.StringValue("callback.Inbox{…}") }

// NewInbox checks cfg and returns an Inbox. It starts no goroutine: see [Inbox.Run].
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
	in := &Inbox{cfg: cfg, queue: cfg.Queue, log: cfg.Logger, routes: map[string]*token.Api{}, apis: map[string]*token.Api{}, replyCaches: map[string]*replyCache{}}
	if in.queue == nil {
		in.queue = NewMemoryQueue()
	}
	in.puts.most, in.puts.run, in.puts.apart = maxBatch, in.queue.Put, isVolatile(in.queue)
	if in.log == nil {
		in.log = slog.Default()
	}
	return in, nil
}

// addHandler lets Run process the notices of a Handler, and returns the cache of its
// replies.
func (in *Inbox) addHandler(h *Handler) *replyCache {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.routes[h.route], in.apis[h.route+" "+h.api.SuiteId()] = h.api, h.api
	if in.replyCaches[h.route] == nil {
		in.replyCaches[h.route] = &replyCache{}
	}
	in.replyCaches[h.route].keepFor(h.url.MaxAge)
	if in.runner != nil {
		in.runner.wake()
	}
	return in.replyCaches[h.route]
}
