package token_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

// pair is a job in two ways: by hand, and through an Api.
type pair struct{ floor, ours func() error }

func providerHit(tb testing.TB) pair { return hitPair(tb, token.Provider) }

func corpHit(tb testing.TB) pair { return hitPair(tb, token.Corp) }

// hitPair takes a token that is there.
func hitPair(tb testing.TB, c token.Credential) pair {
	api := benchStubApi(tb, &stub{})
	benchInstall(tb, api, 1)
	api = api.WithCorp(benchCorp(0))
	v, err := api.AccessToken(c)
	require.NoError(tb, err)
	var cell floorCell
	cell.set(v.AcsToken)
	return pair{
		func() error {
			got, err := cell.get()
			if got != v.AcsToken {
				return errors.Join(errFloor, err)
			}
			return nil
		},
		func() error {
			got, err := api.AccessToken(c)
			if got.AcsToken != v.AcsToken {
				return errors.Join(errFloor, err)
			}
			return nil
		},
	}
}

// parallelPair is as many hits from one goroutine as from four. What they take from each
// other shows as processor time: twice as much and more where they share a lock or a counter.
func parallelPair(tb testing.TB) pair {
	const goroutines, each = 4, 2500
	hit := corpHit(tb).ours
	hits := func(n int) error {
		for range n {
			if err := hit(); err != nil {
				return err
			}
		}
		return nil
	}
	return pair{
		func() error { return hits(goroutines * each) },
		func() error { return atOnce(goroutines, func() error { return hits(each) }) },
	}
}

// atOnce calls f from n goroutines that start together, and joins what went wrong.
func atOnce(n int, f func() error) error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f()
		})
	}
	close(start)
	wg.Wait()
	return errors.Join(errs...)
}

// installed is an Api with the tokens of n corps.
func installed(tb testing.TB, n int) *token.Api {
	api := benchStubApi(tb, &stub{})
	benchInstall(tb, api, n)
	return api
}

// corpsPair hits the token of one corp after the other, in random order.
func corpsPair(api *token.Api, n int) pair {
	ids := benchCorps(n)
	rand.Shuffle(n, func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	corps := newFloorCorps(ids)
	next := func() func() string {
		i := 0
		return func() string {
			if i++; i == len(ids) {
				i = 0
			}
			return ids[i]
		}
	}
	a, b := next(), next()
	return pair{
		func() error {
			_, err := corps.get(a())
			return err
		},
		func() error {
			_, err := api.WithCorp(b()).AccessToken(token.Corp)
			return err
		},
	}
}

// clients are the two ways to call one server.
type clients struct {
	floor *floorClient
	api   *token.Api
}

func newClients(tb testing.TB, base string, client *http.Client) clients {
	api := benchApi(tb, func(cfg *token.Config) { cfg.BaseURL, cfg.HTTPClient = base, client })
	v, err := api.AccessToken(token.Provider)
	require.NoError(tb, err)
	floor := &floorClient{client: client, base: base}
	floor.token.set(v.AcsToken)
	return clients{floor, api}
}

// stubClients has no server: answer nil is a small one.
func stubClients(tb testing.TB, answer []byte) clients {
	if answer == nil {
		answer = benchAnswer(benchOrder)
	}
	return newClients(tb, "https://qyapi.weixin.qq.com", &http.Client{Transport: &stub{answer: answer}})
}

func loopbackClients(tb testing.TB) clients {
	server := httptest.NewServer(&stub{answer: benchAnswer(benchOrder)})
	tb.Cleanup(server.Close)
	return newClients(tb, server.URL, server.Client())
}

func getPair(c clients) pair {
	return pair{
		func() error {
			_, err := c.floor.get(context.Background(), corpId, benchOrder.OrderId)
			return err
		},
		func() error {
			_, err := token.Call[orderInfo](c.api, getCall, url.Values{"corpid": {corpId}, "order_id": {benchOrder.OrderId}})
			return err
		},
	}
}

func postPair(c clients) pair {
	in := orderReq{CorpId: corpId, OrderId: benchOrder.OrderId}
	return pair{
		func() error {
			_, err := c.floor.post(context.Background(), in)
			return err
		},
		func() error {
			_, err := token.Call[orderInfo](c.api, postCall, in)
			return err
		},
	}
}

// listPair lets both read a long answer, ours another one than the floor.
func listPair(tb testing.TB, floor, ours []byte) pair {
	hand, api := stubClients(tb, floor).floor, stubClients(tb, ours).api
	in := orderReq{CorpId: corpId}
	return pair{
		func() error {
			_, err := hand.list(context.Background(), in)
			return err
		},
		func() error {
			_, err := token.Call[activeList](api, listCall, in)
			return err
		},
	}
}

// timeoutPair is the client of a Config without one, over the stub in place of the default
// transport, against the same transport in a client without timeout.
func timeoutPair(tb testing.TB) pair {
	s := &stub{answer: benchAnswer(benchOrder)}
	was := http.DefaultTransport
	http.DefaultTransport = s
	tb.Cleanup(func() { http.DefaultTransport = was })
	with := benchApi(tb, func(*token.Config) {})
	without := benchStubApi(tb, s)
	in := orderReq{CorpId: corpId}
	call := func(api *token.Api) func() error {
		return func() error {
			_, err := token.Call[orderInfo](api, postCall, in)
			return err
		}
	}
	return pair{call(without), call(with)}
}

// stormPair is n callers who find no token, at an endpoint that takes its time.
func stormPair(tb testing.TB, n int) pair {
	s := &stub{latency: 2 * time.Millisecond}
	ask := func() (string, error) { return string(s.token()), nil }
	return pair{
		func() error {
			var f floorFlight
			return atOnce(n, func() error {
				_, err := f.get(ask)
				return err
			})
		},
		func() error {
			api, before := benchStubApi(tb, s), s.tokens.Load()
			err := atOnce(n, func() error {
				_, err := api.AccessToken(token.Provider)
				return err
			})
			if asked := s.tokens.Load() - before; asked != 1 {
				return fmt.Errorf("%d token requests: %w", asked, err)
			}
			return err
		},
	}
}
