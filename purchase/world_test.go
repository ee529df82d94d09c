package purchase_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/desk"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

const (
	corp  = testworld.Corp
	buyer = "chen.mei"
)

// newApi returns a client that sends through rt. Its calls end some days later, so that a
// wait that should not be fails under the clock of testing/synctest.
func newApi(ctx context.Context, rt http.RoundTripper) *token.Api {
	bounded, cancel := context.WithTimeout(ctx, 10*24*time.Hour)
	context.AfterFunc(ctx, cancel)
	return testworld.Api(bounded, rt)
}

// newFake returns a fake WeCom in which a corp has the provider's app, and an Api for it.
// delay is how long WeCom takes for jobs and codes.
func newFake(delay time.Duration) (*fakewecom.Server, *token.Api) {
	w := testworld.New(platform.Options{}, nil)
	w.AuthCode(testworld.Suite, corp) // the corp has the app
	policy := desk.DefaultLicensePolicy()
	policy.GenerateDelay, policy.JobDelay = delay, delay
	w.SetLicensePolicy("", policy)
	w.SetBalance("", 1_000_000_00)
	return w.Server, newApi(context.Background(), w.Client.Transport)
}

// members returns n base accounts.
func members(n int) (list []order.Account) {
	for i := range n {
		list = append(list, order.Account{UserId: "u" + strconv.Itoa(i), Type: license.TypeBase})
	}
	return list
}

// ordersOf lists the corp's orders.
func ordersOf(t *testing.T, api *token.Api) (ids []string) {
	t.Helper()
	for o, err := range order.ORAllOrders(api, order.ListCond{CorpId: corp}) {
		require.NoError(t, err)
		ids = append(ids, o.OrderId)
	}
	return ids
}

// held lists who has an account of which type.
func held(t *testing.T, api *token.Api) (accounts []string) {
	t.Helper()
	for a, err := range license.LICAllActived(api) {
		require.NoError(t, err)
		accounts = append(accounts, fmt.Sprint(a.UserId, " ", a.Type))
	}
	return accounts
}

// disk keeps a record as a caller would, and breaks once.
type disk struct {
	data     []byte
	saves    int
	breakAt  int  // which save breaks; 0: none
	keepsNew bool // what was being saved is there after the crash
}

var errCrash = errors.New("the process died")

func (d *disk) save(p *purchase.Purchase) error { return d.keep(p) }

func (d *disk) saveRenewal(r *purchase.Renewal) error { return d.keep(r) }

func (d *disk) keep(record any) error {
	d.saves++
	data, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if broken := d.saves == d.breakAt; !broken || d.keepsNew {
		d.data = data
		if !broken {
			return nil
		}
	}
	return errCrash
}

func (d *disk) load() (*purchase.Purchase, error) {
	p := new(purchase.Purchase)
	return p, json.Unmarshal(d.data, p)
}

func (d *disk) loadRenewal() (*purchase.Renewal, error) {
	r := new(purchase.Renewal)
	return r, json.Unmarshal(d.data, r)
}

// line is a connection that breaks once.
type line struct {
	to      http.RoundTripper
	calls   int
	breakAt int  // which request breaks, tokens not counted; 0: none
	arrives bool // it has reached WeCom by then
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "token") {
		if l.calls++; l.calls == l.breakAt {
			if l.arrives {
				resp, err := l.to.RoundTrip(r)
				if err != nil {
					return nil, err
				}
				resp.Body.Close()
			}
			return nil, io.ErrUnexpectedEOF
		}
	}
	return l.to.RoundTrip(r)
}

// cashier pays every unpaid order once a minute, as a person in the console would.
func cashier(ctx context.Context, fake *fakewecom.Server, api *token.Api) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
		for o, err := range order.ORAllOrders(api.WithContext(ctx), order.ListCond{CorpId: corp}) {
			if err == nil {
				_ = fake.PayOrder(ctx, o.OrderId) // only unpaid ones can be
			}
		}
	}
}

// cashierBeside starts a cashier and returns what stops it.
func cashierBeside(t *testing.T, fake *fakewecom.Server, api *token.Api) context.CancelFunc {
	ctx, stop := context.WithCancel(t.Context())
	go cashier(ctx, fake, api)
	return stop
}

const (
	created       = "/cgi-bin/license/create_new_order"
	detailOfOrder = "/cgi-bin/license/get_order"
)

// begun returns a purchase that was saved before its order was sent.
func begun(t *testing.T, payer string) *purchase.Purchase {
	t.Helper()
	p := wanted(payer)
	api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
		assert.Equal(t, "/cgi-bin/license/list_order", path)
		return `{"has_more":0,"order_list":[]}`
	}))
	require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
	require.Equal(t, purchase.StepOrdering, p.Step)
	return p
}

// runThrough takes a purchase or a renewal to its end through a disk and a line that break, and
// tells how often it had to start again.
type runThrough func(t *testing.T, payer string, d *disk, l *line) (restarts int)

// undisturbed runs it with nothing that breaks, for both ways to pay.
func undisturbed(t *testing.T, run runThrough) {
	for _, payer := range []string{"", buyer} {
		synctest.Test(t, func(t *testing.T) { assert.Zero(t, run(t, payer, &disk{}, &line{})) })
	}
}

// survivesCrashes breaks each save in turn, for both ways to pay; there are at least that many.
func survivesCrashes(t *testing.T, run runThrough, least int) {
	for _, payer := range []string{"", buyer} {
		n := crashes(t, func(t *testing.T, d *disk) int { return run(t, payer, d, &line{}) })
		assert.GreaterOrEqual(t, n, least, "payer %q", payer)
	}
}

// survivesLostAnswers breaks each request in turn, for both ways to pay; there are at least
// that many writes.
func survivesLostAnswers(t *testing.T, run runThrough, writes int) {
	for _, payer := range []string{"", buyer} {
		for _, arrives := range []bool{false, true} {
			n := lostAnswers(t, arrives, func(t *testing.T, l *line) int { return run(t, payer, &disk{}, l) })
			assert.GreaterOrEqual(t, n, writes, "payer %q: each write is lost once", payer)
		}
	}
}

// crashes counts how often run had to start again over all places where a save may break.
func crashes(t *testing.T, run func(t *testing.T, d *disk) (restarts int)) (n int) {
	for _, keepsNew := range []bool{false, true} {
		for at := 1; ; at++ {
			d := &disk{breakAt: at, keepsNew: keepsNew}
			restarts := 0
			synctest.Test(t, func(t *testing.T) { restarts = run(t, d) })
			if d.saves < at {
				break
			}
			assert.Equal(t, 1, restarts, "save %d fails, and ends the call", at)
			n++
		}
	}
	return n
}

// lostAnswers counts how often run had to start again over all requests whose connection
// may break, before WeCom has the request or after that.
func lostAnswers(t *testing.T, arrives bool, run func(t *testing.T, l *line) (restarts int)) (n int) {
	at := 0
	for broke := true; broke; {
		at++
		synctest.Test(t, func(t *testing.T) {
			l := &line{breakAt: at, arrives: arrives}
			n += run(t, l)
			broke = l.calls >= at
		})
	}
	assert.Greater(t, at, 6)
	return n
}
