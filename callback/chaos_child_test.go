package callback_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
)

// chaosEnv holds the chaosOrders of a child process.
const chaosEnv = "WECOM_TEST_CHAOS"

// chaosOrders are what one life of the server is started with.
type chaosOrders struct {
	Dir   string // of what the test itself writes, which never fails
	Disk  string // of the Store and the queue
	WeCom string
	Life  int
	Clock time.Duration // how wrong the clock is
	Steps bool          // the clock moves while the process lives
	Ills  bool          // the Store, or all files and connections, fail for a while
}

// exit codes of a child, beside those of Go
const (
	exitStart = 3 // it could not start: the disk is not there
	exitRun   = 4 // Run has ended by itself
)

const (
	chaosProvider = "wwchaosprovider1"
	chaosToken    = "CallbackToken1"
	chaosKey      = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	chaosSeal     = "a sealing key of 32 bytes, known"
	chaosWorkers  = 8
	chaosMaxAge   = 5 * time.Hour // clocks are wrong, and pushes repeated byte for byte
	chaosDrain    = 2 * time.Second
)

// chaosSuites are the suites of the provider. The last one is a template.
var chaosSuites = [...]string{"wwchaossuite0001", "wwchaossuite0002", "dkchaostempl0003"}

// TestChaosChild is what the child processes of TestChaos do.
func TestChaosChild(t *testing.T) {
	text := os.Getenv(chaosEnv)
	if text == "" {
		return
	}
	c := &chaosChild{}
	require.NoError(t, json.Unmarshal([]byte(text), &c.orders))
	if err := c.start(); err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(exitStart)
	}
	c.serve()
}

// chaosChild is one life of the server.
type chaosChild struct {
	orders chaosOrders
	log    *os.File // what it does
	store  *chaosStore
	in     *callback.Inbox
	apis   map[string]*token.Api // by suite
	mux    *http.ServeMux
}

func (c *chaosChild) start() (err error) {
	// One write to a file that is appended to is not torn by a kill.
	c.log, err = os.OpenFile(filepath.Join(c.orders.Dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	said, err := os.OpenFile(filepath.Join(c.orders.Dir, "said"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(said, nil)).With("life", c.orders.Life)
	if c.store, err = newChaosStore(c); err != nil {
		return err
	}
	queue, err := callback.NewDirQueue(filepath.Join(c.orders.Disk, "queue"), []byte(chaosSeal))
	if err != nil {
		return err
	}
	c.in, err = callback.NewInbox(callback.Config{Queue: queue, Workers: chaosWorkers, Drain: chaosDrain, Logger: logger})
	if err != nil {
		return err
	}
	c.register()
	return c.handlers(logger)
}

// handlers makes the seven URLs, and what the parent asks for beside.
func (c *chaosChild) handlers(logger *slog.Logger) error {
	api, err := chaosApi(c.orders.WeCom, c.store, logger, strconv.Itoa(c.orders.Life))
	if err != nil {
		return err
	}
	c.mux, c.apis = http.NewServeMux(), map[string]*token.Api{}
	pair := callback.URL{Token: chaosToken, EncodingAESKey: chaosKey, MaxAge: chaosMaxAge}
	for _, id := range chaosSuites {
		c.apis[id] = api.WithSuite(id, "secret-of-"+id)
		for _, path := range []string{"/command/", "/data/"} {
			if err := c.handle(path+id, c.apis[id], pair); err != nil {
				return err
			}
		}
	}
	pair.Channel = callback.System
	c.mux.HandleFunc("/redirect", c.redirect)
	c.mux.HandleFunc("/look", c.look)
	return c.handle("/system", c.apis[chaosSuites[0]], pair)
}

func (c *chaosChild) handle(path string, api *token.Api, url callback.URL) error {
	h, err := c.in.Handler(api, url)
	c.mux.Handle(path, h)
	return err
}

// chaosApi is an Api of the first suite. Its requests tell whose they are.
func chaosApi(wecom string, store token.Store, logger *slog.Logger, name string) (*token.Api, error) {
	sign := func(next http.RoundTripper) http.RoundTripper {
		return inprocess.Func(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			q := r.URL.Query()
			q.Set("life", name)
			r.URL.RawQuery = q.Encode()
			resp, err := next.RoundTrip(r)
			if r.URL.Path == chaosExchange && rand.N(10) == 0 {
				time.Sleep(rand.N(3 * time.Second)) // some answers come late
			}
			return resp, err
		})
	}
	return token.New(token.Config{CorpId: chaosProvider, ProviderSecret: "provider-secret", SuiteId: chaosSuites[0],
		SuiteSecret: "secret-of-" + chaosSuites[0], BaseURL: wecom, Store: store, Logger: logger, Middleware: []func(http.RoundTripper) http.RoundTripper{sign}})
}

// serve goes on until the parent kills the process, or tells it to end or is gone itself.
func (c *chaosChild) serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(exitStart)
	}
	ctx, end := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() {
		if err := c.in.Run(ctx); err != nil || ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "Run has ended:", err)
			os.Exit(exitRun)
		}
	})
	server := &http.Server{Handler: c.mux, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() { _ = server.Serve(listener) }()
	go c.beat()
	c.mischief()
	c.write("born", "-", "-", "-")
	fmt.Println("\nready", listener.Addr())
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil || line != "end\n" {
		os.Exit(0)
	}
	end()
	run.Wait()
	late, cancel := context.WithTimeout(context.Background(), chaosDrain)
	defer cancel()
	_ = server.Shutdown(late)
	os.Exit(0)
}

// write appends one line to the log: what happens in which life, in which function, to which
// notice, when, and how it ends.
func (c *chaosChild) write(what, function, id, outcome string) {
	fmt.Fprintf(c.log, "%s %d %s %s %d %s\n", what, c.orders.Life, function, id, time.Now().UnixNano(), outcome)
}

// redirect is what an install page leads to.
func (c *chaosChild) redirect(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ctx, cancel := context.WithTimeout(r.Context(), 4*time.Second)
	defer cancel()
	if _, err := c.in.Install(c.apis[q.Get("suite")].WithContext(ctx), q.Get("code"), q.Get("state")); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "success")
}

// chaosLook is how the inbox is.
type chaosLook struct {
	Life int
	callback.Stats
	Buried map[string]chaosBuried // by chaosId
}

type chaosBuried struct {
	Deaths int
	Reason string
}

func (c *chaosChild) look(w http.ResponseWriter, r *http.Request) {
	look := chaosLook{Life: c.orders.Life, Buried: map[string]chaosBuried{}}
	var err error
	for d, walked := range c.in.Dead(r.Context()) {
		if err = walked; err != nil {
			break
		}
		if d.Notice == nil {
			err = fmt.Errorf("a dead notice is not readable: %s", d.Reason)
			break
		}
		id, _ := chaosId(d.Notice)
		look.Buried[id] = chaosBuried{d.Deaths, d.Reason}
	}
	if err == nil {
		look.Stats, err = c.in.Stats(r.Context())
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(look)
}
