package token

import (
	"context"
	"fmt"
)

// Api calls WeCom as one provider, with one suite and one authorised corp if the call needs
// them. It is small and safe to copy and to use from many goroutines. The With… methods return
// copies that share tokens, connections and Store.
type Api struct {
	core  *core
	ctx   context.Context
	suite *suite
	corp  *corp
}

// WithContext returns a copy whose calls end with ctx: api.WithContext(r.Context()). A token
// refresh does not end with ctx: others may wait for it.
func (a *Api) WithContext(ctx context.Context) *Api {
	b := a.copy()
	if ctx == nil {
		ctx = context.Background()
	}
	b.ctx = ctx
	return &b
}

// WithCorp returns a copy bound to an authorised corp; "" binds it to none. Corp ids are
// case-sensitive.
func (a *Api) WithCorp(corpId string) *Api {
	b := a.withCorp(corpId) // WithCorp stays small enough to be inlined, so that the copy needs no allocation
	return &b
}

func (a *Api) withCorp(id string) (b Api) {
	b = a.copy()
	b.corp = nil
	if id == "" || b.core == nil {
		return b
	}
	if settled := b.suite.corps.settled.Load(); settled != nil {
		b.corp = (*settled)[id] // the quick half of registry.get, inlined
	}
	if b.corp == nil {
		b.corp = b.corpOf(id)
	}
	return b
}

func (a *Api) corpOf(id string) *corp {
	if id == "" || a.core == nil {
		return nil
	}
	return a.suite.corps.get(a.suite.app, id)
}

// WithSuite returns a copy bound to another suite of the same provider, and to the same
// corp. Suites share nothing but the provider.
func (a *Api) WithSuite(suiteId, suiteSecret string) *Api {
	b := a.copy()
	if b.core != nil {
		b.suite = b.core.suiteOf(suiteKey{suiteId, suiteSecret})
		b.corp = b.corpOf(a.CorpId())
	}
	return &b
}

func (a *Api) copy() Api {
	if a == nil || a.core == nil {
		return Api{ctx: context.Background()}
	}
	return *a
}

// Context returns the context that bounds the calls.
func (a *Api) Context() context.Context {
	if a == nil || a.ctx == nil {
		return context.Background()
	}
	return a.ctx
}

// CorpId returns the authorised corp that the Api is bound to, or "".
func (a *Api) CorpId() string {
	if a == nil || a.corp == nil {
		return ""
	}
	return a.corp.id
}

// SuiteId returns the suite that the Api is bound to, or "".
func (a *Api) SuiteId() string {
	if a == nil || a.suite == nil {
		return ""
	}
	return a.suite.id
}

// ProviderCorpId returns the service provider's own corp id, or "".
func (a *Api) ProviderCorpId() string {
	if a == nil || a.core == nil {
		return ""
	}
	return a.core.corpId
}

// Provider returns the handle of the 服务商凭证.
func (a *Api) Provider() Token { return handle{a, Provider} }

// Suite returns the handle of the 第三方应用凭证.
func (a *Api) Suite() Token { return handle{a, Suite} }

// Corp returns the handle of the 企业凭证 of the bound corp.
func (a *Api) Corp() Token { return handle{a, Corp} }

// Format prints the ids that the Api is bound to and no secret, for every verb.
func (a Api) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "token.Api{provider:%q suite:%q corp:%q}", a.ProviderCorpId(), a.SuiteId(), a.CorpId())
}
