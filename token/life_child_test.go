package token_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// lifeEnv holds the lifeOrders of a child process.
const lifeEnv = "WECOM_TEST_LIFE"

// lifeOrders are what a child is started with.
type lifeOrders struct {
	Dir, URL string
	Key      string        // that the Store is sealed with; "": it is not
	Name     string        // tells its requests from those of others
	Clock    time.Duration // how wrong its clock is
	Late     bool          // some answers come late
}

// lifeOrder is one thing to do, a line on the child's standard input.
type lifeOrder struct {
	Id         int
	Do         string // exchange, cancel, call, provider, ticket or clock
	Suite, For string // For: a corp, an auth code, a ticket or a step of the clock
}

// lifeReply is a line on its standard output.
type lifeReply struct {
	Id      int
	Err     string
	Code    int    // WeCom's
	Gone    bool   // there is no installation
	Removed bool   // there is none any more
	Kept    string // fingerprint of an auth code whose answer is on the disk; Id is 0
}

// TestInstallationLifeChild is what the child processes of the tests below do.
func TestInstallationLifeChild(t *testing.T) {
	text := os.Getenv(lifeEnv)
	if text == "" {
		return
	}
	var orders lifeOrders
	require.NoError(t, json.Unmarshal([]byte(text), &orders))
	clock.Shift(orders.Clock)
	api, err := orders.api()
	require.NoError(t, err)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var order lifeOrder
		require.NoError(t, json.Unmarshal(lines.Bytes(), &order))
		go func() { lifeSay(order.carryOut(api)) }()
	}
}

// lifeSay writes one line; one write to a pipe is not torn by a kill.
func lifeSay(r lifeReply) {
	line, _ := json.Marshal(r)
	os.Stdout.Write(append([]byte("\n"), append(line, '\n')...))
}

func (o lifeOrders) api() (*token.Api, error) {
	store, err := o.store()
	if err != nil {
		return nil, err
	}
	return token.New(token.Config{
		CorpId: providerId, ProviderSecret: providerSecret, SuiteId: suiteId, SuiteSecret: suiteSecret,
		Store: store, BaseURL: o.URL, Middleware: []func(http.RoundTripper) http.RoundTripper{o.network},
	})
}

func (o lifeOrders) store() (token.Store, error) {
	store, err := token.NewDirStore(o.Dir)
	if err == nil && o.Key != "" {
		var key []byte
		if key, err = hex.DecodeString(o.Key); err == nil {
			store, err = token.Seal(store, key)
		}
	}
	if err != nil {
		return nil, err
	}
	return lifeStore{store, store.(token.Locker)}, nil
}

// lifeStore says which exchanges a kill can't undo any more.
type lifeStore struct {
	token.Store
	token.Locker
}

func (s lifeStore) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	err := s.Store.Put(ctx, key, value, ttl)
	if err == nil && strings.Contains(key, "/exchange/") {
		lifeSay(lifeReply{Kept: path.Base(key)})
	}
	return err
}

// network signs requests with the child's name, and may bring their answers late.
func (o lifeOrders) network(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		q := r.URL.Query()
		q.Set("life", o.Name)
		r.URL.RawQuery = q.Encode()
		resp, err := next.RoundTrip(r)
		if o.Late {
			late := 3 * time.Millisecond
			if rand.N(20) == 0 {
				late *= 100
			}
			time.Sleep(rand.N(late))
		}
		return resp, err
	})
}

func (order lifeOrder) carryOut(api *token.Api) lifeReply {
	if order.Suite == templateId {
		api = api.WithSuite(templateId, templateSecret)
	}
	reply := lifeReply{Id: order.Id}
	err := order.run(api, &reply)
	if err == nil {
		return reply
	}
	reply.Err, reply.Gone = err.Error(), errors.Is(err, token.ErrNotInstalled)
	var e *token.Error
	if errors.As(err, &e) {
		reply.Code = e.Code
	}
	return reply
}

func (order lifeOrder) run(api *token.Api, reply *lifeReply) error {
	switch order.Do {
	case "exchange":
		_, _, err := api.Exchange(order.For, exchangeEp)
		return err
	case "cancel":
		removed, err := api.WithCorp(order.For).RemoveIfLost(clock.Now())
		reply.Removed = removed != nil
		return err
	case "call":
		return lifeCall(api.WithCorp(order.For))
	case "provider":
		_, err := api.AccessToken(token.Provider)
		return err
	case "ticket":
		return api.SetSuiteTicket(order.For, clock.Now())
	case "clock":
		step, err := time.ParseDuration(order.For)
		clock.Shift(step)
		return err
	}
	return fmt.Errorf("no order %q", order.Do)
}

// lifeCall uses the corp's token in both ways; the query says for whom.
func lifeCall(api *token.Api) error {
	if _, err := api.AccessToken(token.Corp); err != nil {
		return err
	}
	return api.Do(corpCall, url.Values{"suite": {api.SuiteId()}, "corp": {api.CorpId()}}, nil)
}
