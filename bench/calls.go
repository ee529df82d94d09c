package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/token"
)

// clients are the two ways to call one server.
type clients struct {
	floor   *floorClient
	api     *token.Api
	timeout time.Duration // of the floor, which has none by itself; the Api always has one
}

func newClients(base string, client *http.Client) (clients, error) {
	api, err := newApi(func(cfg *token.Config) { cfg.BaseURL, cfg.HTTPClient = base, client })
	if err != nil {
		return clients{}, err
	}
	v, err := api.AccessToken(token.Provider)
	if err != nil {
		return clients{}, err
	}
	floor := &floorClient{client: client, base: base}
	floor.token.set(v.AcsToken)
	return clients{floor: floor, api: api}, nil
}

// stubClients has no server.
func stubClients(answer []byte) (clients, error) {
	return newClients("https://qyapi.weixin.qq.com", &http.Client{Transport: &stub{answer: answer}})
}

func addStubCalls(b *bench) error {
	c, err := stubClients(answerOf(oneOrder))
	if err != nil {
		return err
	}
	return addCalls(b, "stub", pairbench.Goal{Ratio: 1.15, Allocs: pairbench.More(6)}, c)
}

func addLoopbackCalls(b *bench) error {
	server := httptest.NewServer(&stub{answer: answerOf(oneOrder)})
	defer server.Close()
	c, err := newClients(server.URL, server.Client())
	if err != nil {
		return err
	}
	return addCalls(b, "loopback", pairbench.Goal{Ratio: 1.08}, c)
}

// addCalls adds rows by a floor that may hang forever, and by one with a timeout.
func addCalls(b *bench, where string, goal pairbench.Goal, c clients) error {
	limited := c
	limited.timeout = 10 * time.Second
	const with = ", floor with a timeout"
	return errors.Join(
		b.compare("GET, "+where, goal, getPair(c)), b.compare("GET, "+where+with, goal, getPair(limited)),
		b.compare("POST, "+where, goal, postPair(c)), b.compare("POST, "+where+with, goal, postPair(limited)))
}

// byHand is a call of the floor.
func (c clients) byHand(call func(ctx context.Context) error) way {
	if c.timeout == 0 {
		return func() error { return call(context.Background()) }
	}
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
		defer cancel()
		return call(ctx)
	}
}

func getPair(c clients) pair {
	return pair{
		c.byHand(func(ctx context.Context) error {
			_, err := c.floor.get(ctx, corpId, oneOrder.OrderId)
			return err
		}),
		func() error {
			_, err := token.Call[orderInfo](c.api, getCall, url.Values{"corpid": {corpId}, "order_id": {oneOrder.OrderId}})
			return err
		},
	}
}

func postPair(c clients) pair {
	in := orderReq{CorpId: corpId, OrderId: oneOrder.OrderId}
	return pair{
		c.byHand(func(ctx context.Context) error {
			_, err := c.floor.post(ctx, in)
			return err
		}),
		func() error {
			_, err := token.Call[orderInfo](c.api, postCall, in)
			return err
		},
	}
}

// addLongAnswers lets both read long answers, ours some that encoding/json would refuse.
func addLongAnswers(b *bench) error {
	for _, size := range []int{100 << 10, 1 << 20} {
		clean := longAnswer(max(2000, b.size(size)))
		name := fmt.Sprintf("answer of %d KiB", size>>10)
		if err := addList(b, name, 1.05, clean, clean); err != nil {
			return err
		}
		for _, o := range oddities {
			if err := addList(b, name+", "+o.name, o.most, clean, o.do(clean)); err != nil {
				return err
			}
		}
	}
	return nil
}

func addList(b *bench, name string, most float64, floor, ours []byte) error {
	p, err := listPair(floor, ours)
	if err != nil {
		return err
	}
	return b.compare(name, pairbench.Goal{Ratio: most}, p)
}

// listPair lets both read a long answer, ours another one than the floor.
func listPair(floor, ours []byte) (pair, error) {
	hand, err := stubClients(floor)
	if err != nil {
		return pair{}, err
	}
	module, err := stubClients(ours)
	if err != nil {
		return pair{}, err
	}
	in := orderReq{CorpId: corpId}
	return pair{
		func() error {
			_, err := hand.floor.list(context.Background(), in)
			return err
		},
		func() error {
			_, err := token.Call[activeList](module.api, listCall, in)
			return err
		},
	}, nil
}

// addTimeout compares the client of a Config without one, over a stub in place of the default
// transport, with the same transport in a client without timeout.
func addTimeout(b *bench) error {
	s := &stub{answer: answerOf(oneOrder)}
	was := http.DefaultTransport
	http.DefaultTransport = s
	defer func() { http.DefaultTransport = was }()
	with, err := newApi(func(*token.Config) {})
	if err != nil {
		return err
	}
	without, err := newStubApi(s)
	if err != nil {
		return err
	}
	return b.compare("default client by one without timeout", pairbench.Goal{Allocs: pairbench.More(4)},
		pair{postPair(clients{api: without}).ours, postPair(clients{api: with}).ours})
}
