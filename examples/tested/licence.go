package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/service"
)

// record is the purchase for one corp, a file that is written after each step.
type record struct {
	SuiteId  string            `json:"suite_id"` // of the app that greets
	Purchase purchase.Purchase `json:"purchase"`
	Greeted  bool              `json:"greeted"`
}

func (g *Greeter) load(corpId string) (r record, err error) {
	text, err := g.folder.ReadFile(corpId + ".json")
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}

// save replaces the file at once, so that it is whole at any time.
func (g *Greeter) save(corpId string, r record) error {
	text, err := json.Marshal(r)
	if err == nil {
		err = g.folder.WriteFile(corpId+".new", text, 0o600)
	}
	if err == nil {
		err = g.folder.Rename(corpId+".new", corpId+".json")
	}
	return err
}

// installed begins a purchase for the administrators of a new corp.
func (g *Greeter) installed(ctx context.Context, n *callback.Notice, _ *callback.AuthEvent) error {
	return g.inTurn(n.CorpId(), func() error {
		_, err := g.load(n.CorpId())
		if errors.Is(err, fs.ErrNotExist) {
			err = g.begin(n)
		}
		if err != nil {
			return err
		}
		return g.goOn(ctx, n.CorpId())
	})
}

func (g *Greeter) begin(n *callback.Notice) error {
	admins, err := service.GetAgentAdminList(n.Api)
	if err != nil {
		return err
	}
	p := purchase.Purchase{PayerUserId: g.cfg.Payer, Order: order.Order{BuyerUserId: g.cfg.Buyer, AccountDuration: order.AccountDuration{Months: 1}}}
	for _, a := range admins.Admins {
		p.Members = append(p.Members, order.Account{UserId: a.UserId, Type: order.TypeBase})
	}
	p.Order.AccountCount = order.CountOf(p.Members)
	return g.save(n.CorpId(), record{SuiteId: n.SuiteId, Purchase: p})
}

// paid goes on with a purchase that a person has paid. Others are of no interest.
func (g *Greeter) paid(ctx context.Context, n *callback.Notice, _ *callback.LicensePayEvent) error {
	err := g.inTurn(n.CorpId(), func() error { return g.goOn(ctx, n.CorpId()) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// turn is a lock for what takes long: unlike a sync.Mutex it lets the time of a bubble pass.
type turn chan struct{}

// inTurn does one thing at a time for a corp.
func (g *Greeter) inTurn(corpId string, do func() error) error {
	lock, _ := g.turns.LoadOrStore(corpId, make(turn, 1))
	lock.(turn) <- struct{}{}
	defer func() { <-lock.(turn) }()
	return do()
}

// payTime is how long to wait for a payment; license_pay_success tells of later ones.
const payTime = 15 * time.Second

// goOn goes on with the purchase of a corp as far as possible, and greets at the end. It may
// be called any number of times, in turn.
func (g *Greeter) goOn(ctx context.Context, corpId string) error {
	r, err := g.load(corpId)
	if err != nil || r.Greeted {
		return err
	}
	api := g.suites[r.SuiteId].WithCorp(corpId)
	short, cancel := context.WithTimeout(ctx, payTime)
	defer cancel()
	err = purchase.Run(api.WithContext(short), &r.Purchase, func(*purchase.Purchase) error { return g.save(corpId, r) })
	if r.Purchase.Step == purchase.StepOrdered && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if err != nil {
		return err
	}
	hello := message.Message{EnableDuplicateCheck: 1, Content: message.Content{Text: &wire.Text{Content: "Welcome! Your licence is active."}}}
	for _, m := range r.Purchase.Members {
		hello.ToUser = append(hello.ToUser, m.UserId)
	}
	if _, err := message.Send(api.WithContext(ctx), hello); err != nil {
		return err
	}
	r.Greeted = true
	return g.save(corpId, r)
}

// again is how often purchases that stand still are tried again.
const again = time.Minute

// resume goes on with each purchase that is not at its end: what an earlier process has left,
// and what somebody has to set right first, such as a balance that is too low.
func (g *Greeter) resume(ctx context.Context) {
	for ctx.Err() == nil {
		names, err := fs.Glob(g.folder.FS(), "*.json")
		for _, name := range names {
			corpId := strings.TrimSuffix(name, ".json")
			err = errors.Join(err, g.inTurn(corpId, func() error { return g.goOn(ctx, corpId) }))
		}
		if err != nil {
			slog.Error("purchases stand still", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}
