package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
)

// record is the last purchase for a corp. It is in the Store, beside what the library keeps there,
// and so it is sealed, and locked against other processes.
type record struct {
	Purchase purchase.Purchase `json:"purchase"`
	Begun    time.Time         `json:"begun"`
	Problem  string            `json:"problem,omitempty"` // why it stands still
	Closed   bool              `json:"closed,omitempty"`  // the order was cancelled, or has expired
}

// Open reports whether there is still something to do.
func (r *record) Open() bool { return r != nil && !r.Closed && r.Purchase.Step != purchase.StepDone }

// Waits reports whether somebody has to pay.
func (r *record) Waits() bool {
	return r.Open() && r.Purchase.Step == purchase.StepOrdered && r.Purchase.PayerUserId == ""
}

// Done reports whether all members have their accounts.
func (r *record) Done() bool { return r != nil && r.Purchase.Step == purchase.StepDone }

const purchasePrefix = "server/v1/purchase/"

func purchaseKey(corpId string) string { return purchasePrefix + url.PathEscape(corpId) }

// loadPurchase returns the last purchase of a corp, or nil.
func (s *Server) loadPurchase(ctx context.Context, corpId string) (*record, error) {
	text, err := s.disk.store.Get(ctx, purchaseKey(corpId))
	if errors.Is(err, token.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := new(record)
	return r, json.Unmarshal(text, r)
}

func (s *Server) savePurchase(ctx context.Context, corpId string, r *record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return s.disk.store.Put(ctx, purchaseKey(corpId), text, 0)
}

// beginPurchase saves a new purchase, unless there is one at work: a double click buys once.
func (s *Server) beginPurchase(ctx context.Context, corpId string, p purchase.Purchase) error {
	unlock, err := s.disk.store.Lock(ctx, purchaseKey(corpId))
	if err != nil {
		return err
	}
	defer unlock()
	last, err := s.loadPurchase(ctx, corpId)
	if err != nil {
		return err
	}
	if last.Open() {
		return &problem{http.StatusConflict, "上一笔订单还没有完成。"}
	}
	if err := s.savePurchase(ctx, corpId, &record{Purchase: p, Begun: time.Now()}); err != nil {
		return err
	}
	select {
	case s.begun <- corpId:
	default: // runPurchases finds it soon
	}
	return nil
}

const (
	again    = 5 * time.Minute // how often purchases that are not at their end are looked at
	workTime = time.Minute     // for payments by the account, codes and activations; what is left is done later
)

// goOn goes on with the purchase of a corp as far as possible. It may be called at any time.
func (s *Server) goOn(ctx context.Context, corpId string) error {
	unlock, err := s.disk.store.Lock(ctx, purchaseKey(corpId))
	if err != nil {
		return err
	}
	defer unlock()
	r, err := s.loadPurchase(ctx, corpId)
	if err != nil || !r.Open() {
		return err
	}
	short, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	saving := context.WithoutCancel(ctx) // what was done is saved, also at the end of the process
	api := s.api.WithContext(short).WithCorp(corpId)
	err = purchase.Run(api, &r.Purchase, func(*purchase.Purchase) error { return s.savePurchase(saving, corpId, r) })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil, errors.Is(err, purchase.ErrUnpaid), errors.Is(err, context.DeadlineExceeded):
		r.Problem, err = "", nil
	case errors.Is(err, order.ErrOrderClosed):
		r.Closed, r.Problem, err = true, "", nil
	default:
		r.Problem = err.Error() // errors of the SDK show no secret
	}
	s.log.InfoContext(ctx, "purchase", "corp", corpId, "order", r.Purchase.OrderId, "step", r.Purchase.Step, "closed", r.Closed)
	return errors.Join(err, s.savePurchase(saving, corpId, r))
}

// runPurchases goes on with all purchases at the start, with new ones at once, and with those that
// stand still now and then, until ctx ends.
func (s *Server) runPurchases(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	tick := time.NewTicker(again)
	defer tick.Stop()
	for {
		s.eachPurchase(ctx, func(corpId string) { work.Go(func() { s.tryToGoOn(ctx, corpId) }) })
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return
			case corpId := <-s.begun:
				work.Go(func() { s.tryToGoOn(ctx, corpId) })
			case <-tick.C:
				waiting = false
			}
		}
	}
}

func (s *Server) tryToGoOn(ctx context.Context, corpId string) {
	if err := s.goOn(ctx, corpId); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a purchase stands still", "corp", corpId, "error", err)
	}
}

// eachPurchase names the corps with a purchase, at work or not.
func (s *Server) eachPurchase(ctx context.Context, do func(corpId string)) {
	for key, err := range s.disk.store.List(ctx, purchasePrefix) {
		if err != nil {
			s.log.ErrorContext(ctx, "purchases can't be listed", "error", err)
			continue
		}
		if corpId, err := url.PathUnescape(strings.TrimPrefix(key, purchasePrefix)); err == nil {
			do(corpId)
		}
	}
}
