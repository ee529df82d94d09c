package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/token"
)

// addStorms adds the row of many callers who find no token, at an endpoint that takes its time.
func addStorms(b *bench) error {
	n := b.size(10_000)
	s := &stub{latency: 2 * time.Millisecond}
	ask := func() (string, error) { return string(s.token()), nil }
	return b.compare("storm of 10000, cold", pairbench.Goal{Ratio: 1}, pair{
		func() error {
			var f floorFlight
			return atOnce(n, func(int) error {
				_, err := f.get(ask)
				return err
			})
		},
		func() error {
			api, err := newStubApi(s)
			if err != nil {
				return err
			}
			before := s.tokens.Load()
			err = atOnce(n, func(int) error {
				_, err := api.AccessToken(token.Provider)
				return err
			})
			if asked := s.tokens.Load() - before; asked != 1 {
				return fmt.Errorf("%d token requests: %w", asked, err)
			}
			return err
		},
	})
}

// rejection is a WeCom that takes no token, or none any more, under 100 callers.
type rejection struct {
	name    string
	warm    bool   // there is a token before the callers come
	refusal string // what token requests are answered with
	judge   func(query string) []byte
}

const (
	okay    = `{"errcode":0,"errmsg":"ok"}`
	expired = `{"errcode":42001,"errmsg":"provider_access_token expired"}`
)

func rejections() []rejection {
	first := tokenText(1)
	return []rejection{
		{name: "endpoint fails", refusal: `{"errcode":40001,"errmsg":"invalid credential"}`, judge: func(string) []byte { return []byte(okay) }},
		{name: "token dead (42001)", warm: true, judge: func(query string) []byte {
			if strings.Contains(query, first) {
				return []byte(expired)
			}
			return []byte(okay)
		}},
		{name: "all tokens rejected", warm: true, judge: func(string) []byte { return []byte(expired) }},
	}
}

// rejected is the worst of several runs.
type rejected struct{ tokens, calls float64 }

func addRejections(b *bench) error {
	runs := b.size(35)
	for _, r := range rejections() {
		var worst rejected
		for range runs {
			got, err := r.once(100)
			if err != nil {
				return err
			}
			worst = rejected{max(worst.tokens, got.tokens), max(worst.calls, got.calls)}
		}
		name := "100 callers, " + r.name
		b.table.Count(name+": token requests", worst.tokens, "at most", 1)
		b.table.Count(name+": calls", worst.calls, "a caller", 2)
	}
	return nil
}

// once lets the callers call at once, each once. They come over sockets, so that answers are
// as far apart as they are outside of a test.
func (r rejection) once(callers int) (rejected, error) {
	s := &stub{latency: 20 * time.Millisecond, judge: func(string) []byte { return []byte(okay) }}
	server := httptest.NewServer(s)
	defer server.Close()
	api, err := newApi(func(cfg *token.Config) { cfg.BaseURL, cfg.HTTPClient = server.URL, server.Client() })
	if err != nil {
		return rejected{}, err
	}
	if r.warm {
		if _, err := api.AccessToken(token.Provider); err != nil {
			return rejected{}, err
		}
	}
	s.tokens.Store(0)
	s.judge = r.judge
	if r.warm {
		s.tokens.Store(1) // the next one is another token
	}
	if r.refusal != "" {
		s.refusal = []byte(r.refusal)
	}
	before := s.tokens.Load()
	_ = atOnce(callers, func(int) error { return api.Do(postCall, orderReq{CorpId: corpId}, nil) }) // most get what the stub says
	return rejected{float64(s.tokens.Load() - before), float64(s.calls.Load()) / float64(callers)}, nil
}

// addDials counts the connections of calls, with the client of a Config without one.
func addDials(b *bench) error {
	return errors.Join(countDials(b, 32, 300, 0.01), countDials(b, 256, 100, 0.02))
}

func countDials(b *bench, goroutines, each int, most float64) error {
	var dials atomic.Int64
	server := httptest.NewUnstartedServer(&stub{answer: answerOf(oneOrder)})
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			dials.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	api, err := newApi(func(cfg *token.Config) { cfg.BaseURL = server.URL })
	if err != nil {
		return err
	}
	err = atOnce(b.size(goroutines), func(int) error {
		for range each {
			if _, err := token.Call[orderInfo](api, postCall, orderReq{CorpId: corpId}); err != nil {
				return err
			}
		}
		return nil
	})
	b.table.Count(fmt.Sprintf("dials, %d goroutines", goroutines), float64(dials.Load())/float64(b.size(goroutines)*each), "a call", most)
	return err
}
