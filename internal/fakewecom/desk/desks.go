// Package desk plays where a provider of the fake WeCom buys and sells: license orders and
// accounts, orders in the app market, the cashier (收银台) and the advanced API.
package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Desks are the desks of all providers, one for each.
//
// Their methods play the provider console, the platform and the members. A method that names
// an order acts for the provider whose order it is; elsewhere "" stands for the first
// provider. What the platform announces is pushed before they return: an error may come
// from the callback URL.
type Desks struct {
	host  *platform.Host
	desks map[string]*desk // by provider corp
}

// New adds the desks to a platform.
func New(p *platform.Platform) *Desks {
	ds := &Desks{desks: map[string]*desk{}}
	handlers := ds.licenseHandlers()
	maps.Copy(handlers, ds.orderHandlers())
	ds.host = p.Join(platform.Part{Handlers: handlers, Installed: ds.noteInstall, Settle: ds.settle, State: ds})
	return ds
}

// Loaded gives the desks what they are not saved with.
func (ds *Desks) Loaded() error {
	for _, d := range ds.desks {
		d.host = ds.host
	}
	return nil
}

// settle goes by provider, so that ids come out the same on every run.
func (ds *Desks) settle() {
	for _, provider := range slices.Sorted(maps.Keys(ds.desks)) {
		ds.desks[provider].settle()
	}
}

// obj is a JSON object.
type obj = platform.Obj

// appKey is one app of one corp, installed or not.
type appKey struct{ suiteId, corpId string }

// act runs do for one desk, and pushes what came of it.
func (ds *Desks) act(ctx context.Context, providerCorpId string, do func(d *desk) error) error {
	return ds.host.Act(ctx, func() error { return do(ds.desk(providerCorpId)) })
}
