package chaos

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
	"github.com/gothird/wecom/examples/scaleout/internal/record"
	"github.com/gothird/wecom/examples/scaleout/internal/shared"
	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const configVariable = "CHAOS_TEST_CHILD"

// config is what another process of the app is told, by its environment.
type config struct {
	Role                         string // worker: takes and works pushes; putter: only takes them; caller: calls WeCom
	Backend, URL, WeCom          string
	CorpId, SuiteId, SuiteSecret string
	Token, EncodingAESKey        string
	Corp                         string        // for which a caller calls
	Folder                       string        // of the records
	Clock                        time.Duration // how wrong its clock is
}

// workers is how many notices a process works at once.
const workers = 4

// app is what all roles have.
type app struct {
	config
	*shared.Backend

	api *token.Api
}

func child(text string) error {
	var c config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return err
	}
	clock.Shift(c.Clock)
	b, err := shared.Open(c.Backend, c.URL)
	if err != nil {
		return err
	}
	api, err := token.New(token.Config{CorpId: c.CorpId, SuiteId: c.SuiteId, SuiteSecret: c.SuiteSecret, BaseURL: c.WeCom, Store: b.Store})
	if err != nil {
		return err
	}
	a := &app{c, b, api}
	if c.Role == "caller" {
		return a.obey()
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() { defer stop(); _, _ = bufio.NewReader(os.Stdin).ReadByte() }() // it ends with the test
	return a.work(ctx)
}

// work takes pushes, and works them as a worker.
func (a *app) work(ctx context.Context) error {
	defer a.Close()
	writer, err := record.NewWriter(a.Folder)
	if err != nil {
		return err
	}
	defer writer.Close()
	in, err := callback.NewInbox(callback.Config{Queue: a.Queue, Workers: workers})
	if err != nil {
		return err
	}
	callback.On(in, func(_ context.Context, n *callback.Notice, m *callback.TextMessage) error {
		number, err := strconv.Atoi(m.Content)
		err = errors.Join(err, writer.Write(record.Item{Corp: n.CorpId(), N: number}))
		time.Sleep(2 * time.Millisecond) // its work
		return err
	})
	h, err := in.Handler(a.api, callback.URL{Token: a.Token, EncodingAESKey: a.EncodingAESKey})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	fmt.Println(fleet.Listening + l.Addr().String())
	if a.Role == "putter" {
		<-ctx.Done()
	} else if err := in.Run(ctx); err != nil {
		return err
	}
	return server.Shutdown(context.WithoutCancel(ctx))
}

// result is what a caller has found.
type result struct {
	Calls, Failed int
	Longest       time.Duration
	Error         string // the last one
}

// caller counts calls.
type caller struct {
	api *token.Api

	mu sync.Mutex
	result
}

// obey does what the lines of its input say, and answers each with a line: call N makes N calls at once;
// begin makes one after the other until end.
func (a *app) obey() error {
	c := &caller{api: a.api.WithCorp(a.Corp)}
	fmt.Println("{}") // it is there
	var running sync.WaitGroup
	stop := func() {}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var n int
		switch _, err := fmt.Sscanf(lines.Text(), "call %d", &n); {
		case err == nil:
			for range n {
				running.Go(c.call)
			}
			running.Wait()
		case lines.Text() == "begin":
			ctx, cancel := context.WithCancel(context.Background())
			stop = cancel
			running.Go(func() {
				for ; ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
					c.call()
				}
			})
			continue
		default:
			stop()
			running.Wait()
		}
		if err := json.NewEncoder(os.Stdout).Encode(c.take()); err != nil {
			return err
		}
	}
	return nil
}

func (c *caller) call() {
	begin := time.Now()
	_, err := service.GetCallbackIp(c.api)
	took := time.Since(begin)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.Calls++
	c.Longest = max(c.Longest, took)
	if err != nil {
		c.Failed++
		c.Error = err.Error()
	}
}

// take returns what was found since it was called last.
func (c *caller) take() result {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() { c.result = result{} }()
	return c.result
}
