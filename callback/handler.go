package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// Channel is the kind of callback URL, as WeCom's console names it. It decides whose
// messages are accepted there.
type Channel int

const (
	// Instruction 指令回调URL of a third-party app, or 代开发模板回调URL: tickets,
	// authorisations, licenses. Messages are for the SuiteId.
	Instruction Channel = iota
	// Data 数据回调URL of a third-party app, or the URL of a customised app: messages and
	// events of the corps that have installed it. Messages are for such a corp.
	Data
	// System 系统事件接收URL of the provider. Messages are for the provider's corp.
	System
)

// String gives the name of the channel.
func (c Channel) String() string {
	switch c {
	case Instruction:
		return "Instruction"
	case Data:
		return "Data"
	case System:
		return "System"
	}
	return "Channel(" + strconv.Itoa(int(c)) + ")"
}

// Key is a Token and EncodingAESKey of a callback URL. It prints without them.
type Key struct {
	Token          string // up to 32 letters or digits
	EncodingAESKey string // 43 letters or digits
}

// Format masks both parts, whatever the verb.
func (k Key) Format(s fmt.State, verb rune) {
	type plain Key
	k.Token, k.EncodingAESKey = redact.Mask(k.Token), redact.Mask(k.EncodingAESKey)
	format(s, verb, plain(k))
}

// LogValue masks both parts.
func (k Key) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", k)) }

const (
	defaultMaxAge  = 10 * time.Minute
	defaultWorkers = 8
)

// Config describes one callback URL. It prints without its secrets.
type Config struct {
	Token          string // as in the console, for this URL
	EncodingAESKey string // as in the console, for this URL
	// Keys are further pairs that are accepted, while rotating: the new pair is known here
	// before it is entered in the console, the old one until no push uses it any more.
	Keys []Key
	// Channel is the kind of URL. The zero value is Instruction.
	Channel Channel
	// ReceiveIds are further ids that messages may be for. An empty string in it accepts
	// the third-party app of an individual (个人主体), whose messages are for nobody.
	ReceiveIds []string
	// MaxAge is how far the timestamp of a request may be from our clock, either way.
	// 0: 10 minutes.
	MaxAge time.Duration
	// Queue holds what was answered until it is worked; it serves this Handler only.
	// nil: NewMemoryQueue(), which forgets it when the process ends.
	Queue Queue
	// Workers is how many notices are worked at once. 0: 8.
	Workers int
	// OnError hears of every request that was refused (then n may be nil), every failed
	// attempt at a notice, every notice that is given up (then err is ErrGiveUp), and of the
	// end of Run by a failure of the queue (then n is nil). It runs on the goroutine that
	// failed, and may run several times at once.
	OnError func(ctx context.Context, n *Notice, err error)
}

// Format prints the Config without its secrets, whatever the verb.
func (cfg Config) Format(s fmt.State, verb rune) {
	type plain Config
	cfg.Token, cfg.EncodingAESKey = redact.Mask(cfg.Token), redact.Mask(cfg.EncodingAESKey)
	format(s, verb, plain(cfg))
}

// LogValue is the Config without its secrets.
func (cfg Config) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", cfg)) }

// crypts makes a Crypt of each pair and names those that are none.
func (cfg Config) crypts() ([]*Crypt, error) {
	var crypts []*Crypt
	var errs []error
	add := func(field string, k Key) {
		c, err := NewCrypt(k.Token, k.EncodingAESKey)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", field, err))
		}
		crypts = append(crypts, c)
	}
	add("Config.Token and EncodingAESKey", Key{cfg.Token, cfg.EncodingAESKey})
	for i, k := range cfg.Keys {
		add(fmt.Sprintf("Config.Keys[%d]", i), k)
	}
	return crypts, errors.Join(errs...)
}

func (cfg Config) check(api *token.Api) error {
	var errs []error
	if api == nil {
		errs = append(errs, errors.New("api is nil; make one with token.New"))
	}
	if cfg.Channel < Instruction || cfg.Channel > System {
		errs = append(errs, fmt.Errorf("Config.Channel is %d; it is Instruction, Data or System", cfg.Channel))
	}
	if api != nil && len(cfg.ReceiveIds) == 0 {
		switch {
		case cfg.Channel == System && api.ProviderCorpId() == "":
			errs = append(errs, errors.New("Config.Channel is System, which needs an Api with CorpId"))
		case cfg.Channel != System && api.SuiteId() == "":
			errs = append(errs, fmt.Errorf("Config.Channel is %s, which needs an Api with SuiteId", cfg.Channel))
		}
	}
	for _, f := range []struct {
		name     string
		negative bool
	}{{"MaxAge", cfg.MaxAge < 0}, {"Workers", cfg.Workers < 0}} {
		if f.negative {
			errs = append(errs, fmt.Errorf("callback.Config.%s is negative", f.name))
		}
	}
	return errors.Join(errs...)
}

// Handler 回调: is the http.Handler of one callback URL. It answers WeCom at once and
// works the notices afterwards, in [Handler.Run]:
//
//	h, err := callback.NewHandler(api, callback.Config{Token: …, EncodingAESKey: …, Queue: queue})
//	callback.On(h, func(ctx context.Context, n *callback.Notice, e *callback.AuthEvent) error { … })
//	go h.Run(ctx)
//	http.Handle("/wecom/instruction", h)
//
// On an Instruction URL it does by itself, before any function of the user: suite_ticket is
// stored; the code of create_auth and reset_permanent_code is exchanged and the installation
// saved, so that [EventNotify.AuthCorpId] names the corp and api.WithCorp of it works;
// cancel_auth removes the installation.
//
// https://developer.work.weixin.qq.com/document/path/91116
type Handler struct {
	api       *token.Api
	cfg       Config
	crypts    []*Crypt
	mu        sync.Mutex
	functions []function
	replies   []replyFunction
}

type function func(ctx context.Context, n *Notice) error

// NewHandler makes the Handler of one callback URL. Its errors name every bad field; one in
// a Token or key is ErrKey too.
func NewHandler(api *token.Api, cfg Config) (*Handler, error) {
	crypts, err := cfg.crypts()
	if err = errors.Join(cfg.check(api), err); err != nil {
		return nil, fmt.Errorf("callback: NewHandler: %w", err)
	}
	if cfg.MaxAge == 0 {
		cfg.MaxAge = defaultMaxAge
	}
	if cfg.Workers == 0 {
		cfg.Workers = defaultWorkers
	}
	if cfg.Queue == nil {
		cfg.Queue = NewMemoryQueue()
	}
	return &Handler{api: api, cfg: cfg, crypts: crypts}, nil
}

// Format prints what the Handler serves, without its secrets.
func (h *Handler) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "callback.Handler{%s}", h.cfg.Channel)
}

// On registers a function for the events of one type, as in [Notice.Content]. Several may be
// registered for a type; they run in the order of registration. Register before Run starts.
//
// A function runs after the push was answered, as long as it needs. If it or another one
// fails or panics, the notice comes back later, with back-off, and all its functions run
// again; after a crash too. So a function must bear repetition; [Notice.Key] tells a
// repetition from a new notice. A notice that failed for a day is given up.
func On[E any](h *Handler, fn func(ctx context.Context, n *Notice, e *E) error) {
	h.OnAny(func(ctx context.Context, n *Notice) error {
		if e, ok := n.Content.(*E); ok {
			return fn(ctx, n, e)
		}
		return nil
	})
}

// OnAny registers a function for all notices, unknown kinds included. See [On].
func (h *Handler) OnAny(fn func(ctx context.Context, n *Notice) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.functions = append(h.functions, fn)
}

func (h *Handler) registered() []function {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.functions[:len(h.functions):len(h.functions)]
}
