package token

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gothird/wecom/access"
	"github.com/gothird/wecom/internal/clock"
)

const (
	exchangeTimeout = time.Minute     // of WeCom's answer: there is no second try
	exchangeFlight  = 2 * time.Minute // of all of it, lock and Store included
	exchangeKept    = 25 * time.Hour  // once it is saved, for longer than a callback is worked again
	firstPrune      = 64              // answers in memory, before it is looked for old ones
)

// exchanges are the auth codes of an app on their way to an installation.
type exchanges struct {
	flights group[exchangeRecord]

	mu      sync.Mutex
	unsaved map[string]exchangeRecord // by code: answers that the Store does not have in their last state
	prune   int                       // how many there may be before it is time to look for old ones
}

func (x *exchanges) find(code string) (exchangeRecord, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r, ok := x.unsaved[code]
	return r, ok
}

// remember keeps what the Store does not have. A permanent code among it is let go of by no
// clock; what was done with it is, a day later.
func (x *exchanges) remember(code string, r exchangeRecord) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.unsaved == nil {
		x.unsaved = map[string]exchangeRecord{}
	}
	if len(x.unsaved) >= max(firstPrune, x.prune) {
		for k, old := range x.unsaved {
			if old.Saved && old.age() > exchangeKept {
				delete(x.unsaved, k)
			}
		}
		x.prune = 2 * len(x.unsaved)
	}
	r.justNow = false // it is looked at again later
	x.unsaved[code] = r
}

func (x *exchanges) drop(code string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.unsaved, code)
}

// remove takes the secrets out of what a corp has not had saved yet, as it has cancelled,
// and returns whose codes these are.
func (x *exchanges) remove(corpId string) (codes []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for code, r := range x.unsaved {
		if text(r.Answer, "auth_corp_info", "corpid") == corpId {
			x.unsaved[code] = r.cleared()
			codes = append(codes, code)
		}
	}
	return codes
}

// Exchange turns an auth code into an installation of the bound suite. ask is the endpoint
// that takes the code, get_permanent_code in one of its versions. WeCom takes each code
// once, while it often reaches a provider twice, by callback and by redirect: it is asked
// once for a code, by all processes that share a Store with locks, and everybody who
// brings the code again, for a day at least, gets its answer, and with it the corp's first
// token as long as that is good.
//
// The answer is saved as it came before anything is read from it. If then saving the
// installation fails, the error is returned and the next call with the code goes on from
// there. When the corp has cancelled since, the answer comes without its secrets.
// service.ExchangeAuthCode is the usual caller.
func (a *Api) Exchange(authCode string, ask Endpoint) (answer []byte, first access.Value, err error) {
	if err := a.missing(Suite); err != nil {
		return nil, first, err
	}
	if authCode == "" {
		return nil, first, errors.New("wecom: Exchange: the auth code is empty")
	}
	if err := a.ctx.Err(); err != nil {
		return nil, first, err
	}
	// A caller who leaves does not end it: the code is good for one try only.
	r, err := a.suite.exchanges.flights.do(a, fingerprint(authCode), exchangeFlight, func(a *Api) (exchangeRecord, error) {
		return a.exchange(authCode, ask)
	})
	if err != nil {
		return nil, first, err
	}
	if g := r.first(); g != nil {
		first = g.value(g.age())
	}
	return r.Answer, first, nil
}

func (a *Api) exchange(authCode string, ask Endpoint) (exchangeRecord, error) {
	code := fingerprint(authCode)
	key := a.exchangeKey(code)
	unlock, locked := a.core.store.lock(a.ctx, key, lockTimeout) // whoever holds it is asking
	defer unlock()
	r, found, unread := a.findExchange(code)
	switch {
	case found:
	case hasRecord(unread):
		return exchangeRecord{}, fmt.Errorf("wecom: the answer to the auth code is stored and can't be read: %w", unread)
	default:
		var err error
		if r, err = a.askOnce(code, authCode, ask, unread, locked); err != nil {
			return exchangeRecord{}, err
		}
	}
	// An answer on the last second is saved too; the Store has its own limits.
	a = a.WithContext(context.WithoutCancel(a.ctx))
	if !r.Saved {
		if err := a.finishExchange(code, &r); err != nil {
			return exchangeRecord{}, fmt.Errorf("%w; the permanent code is kept: call again with the same auth code to repeat the saving", err)
		}
	}
	return r, nil
}

func (a *Api) exchangeKey(code string) string {
	return storeKey("exchange", a.core.corpId, a.suite.id, code)
}

// findExchange looks for an answer that came before. unread is set if the Store can't tell.
func (a *Api) findExchange(code string) (r exchangeRecord, found bool, unread error) {
	if r, found = a.suite.exchanges.find(code); found {
		return r, true, nil
	}
	if unread = a.core.store.find(a.ctx, a.exchangeKey(code), &r); unread != nil {
		a.core.store.warn(a.ctx, "reading an exchange", a.exchangeKey(code), unread)
	}
	return r, unread == nil && r.answered(), unread
}

// hasRecord reports whether a value is there that others can read: the code was exchanged.
func hasRecord(err error) bool { return unusable(err) && !errors.Is(err, errDamaged) }

// askOnce shows the code to WeCom, and saves what comes before looking at it.
func (a *Api) askOnce(code, authCode string, ask Endpoint, unread error, locked bool) (exchangeRecord, error) {
	began := clock.Now()
	answer, err := a.askForCode(authCode, ask)
	if err != nil {
		return a.otherAnswer(code, unread, err, locked)
	}
	r := exchangeRecord{V: atRest, Answer: answer, Asked: began.UnixMilli(), Base: unknownBase, justNow: true}
	a = a.WithContext(context.WithoutCancel(a.ctx))
	a.saveExchange(code, r)
	if _, err := r.installation(); err != nil {
		e := a.failure(ask, err)
		e.HTTPStatus = http.StatusOK
		return exchangeRecord{}, e
	}
	return r, nil
}

// otherAnswer looks whether somebody was faster, where locks do not keep others away. He
// may be about to save what he got.
func (a *Api) otherAnswer(code string, unread, refused error, locked bool) (exchangeRecord, error) {
	r, found, again := a.findExchange(code)
	if !found && !locked {
		a.pause(retryDelay)
		r, found, again = a.findExchange(code)
	}
	if found {
		return r, nil
	}
	return exchangeRecord{}, blame(errors.Join(unread, again), refused)
}

// askForCode returns WeCom's answer to an auth code, also one that is odd or broken off,
// as long as it holds the permanent code.
func (a *Api) askForCode(authCode string, ask Endpoint) ([]byte, error) {
	ask.NoErrcode = true
	r, err := a.newRequest(ask, map[string]string{"auth_code": authCode})
	if err != nil {
		return nil, err
	}
	var answer []byte
	r.raw, r.whatever, r.timeout = &answer, true, exchangeTimeout
	err = a.do(r)
	if err != nil && code(err) == 0 {
		if _, odd := (exchangeRecord{Answer: answer}).installation(); odd == nil {
			a.core.log.WarnContext(a.ctx, "wecom: the answer to an auth code is odd; what matters could be read", "suite", a.SuiteId(), "err", err)
			return answer, nil
		}
	}
	return answer, err
}

// blame picks the reason for a refused code. With the Store unread it may have been
// exchanged before: once the Store is back its answer is there, so the refusal is not final.
func blame(unread, refused error) error {
	if unread == nil {
		return refused
	}
	return fmt.Errorf("wecom: the Store cannot tell whether the auth code was exchanged before: %w (asked anew, WeCom said: %v)", unread, refused)
}

// finishExchange makes the answer an installation. One that came just now is written over
// what it is sure to follow: nothing, or the same permanent code. Otherwise, and at a later
// try, it finds out first what happened in between.
func (a *Api) finishExchange(code string, r *exchangeRecord) error {
	in, err := r.installation()
	if err != nil {
		return fmt.Errorf("wecom: the kept answer to the auth code can't be used: %w", err)
	}
	in.Customized = in.Customized || IsTemplate(a.suite.id) // v2 names no agents
	b, unpin := a.WithCorp(in.CorpId).pin(Corp)
	defer unpin()
	b, unlock, err := b.lockInstallation()
	if err != nil {
		return err
	}
	defer unlock()
	first := r.first()
	if r.justNow && !b.contested(in) {
		err = b.writeInstallation(in, code)
	} else {
		var g *grant
		g, err = b.restore(knownInstallation{installationRecord: installationRecord{Exchange: code, Installation: in}, base: r.Base})
		first = cmp.Or(g, first)
	}
	if err != nil {
		r.Base = b.corp.knowledge().base
		a.suite.exchanges.remember(code, *r)
		a.saveExchange(code, *r)
		return err
	}
	r.Saved = true
	if now := b.corp.knowledge().Installation; now.PermanentCode == in.PermanentCode {
		b.startWith(now, first)
	} else {
		*r = r.cleared() // its code is dead
	}
	a.saveExchange(code, *r)
	return nil
}

// startWith makes the token that came with an installation the one that its calls use.
func (a *Api) startWith(in Installation, g *grant) {
	if c := a.corp.present.Load(); g != nil && c != nil && c.bound() == in.fingerprint() {
		c.take(g)
		a.core.store.save(a.ctx, a.corpSource(in).key, g, "")
	}
}

// saveExchange puts an exchange into the Store, or keeps it in memory until that works. A
// permanent code whose installation is not saved yet stays until it is, whatever the time.
func (a *Api) saveExchange(code string, r exchangeRecord) {
	ttl := exchangeKept
	if _, err := r.installation(); err == nil && !r.Saved {
		ttl = 0
	}
	if err := a.core.store.put(a.ctx, a.exchangeKey(code), r, ttl, true); err != nil {
		a.core.store.warn(a.ctx, "saving an exchange", a.exchangeKey(code), err)
		a.suite.exchanges.remember(code, r)
		return
	}
	if r.Saved {
		a.suite.exchanges.drop(code)
	}
}

// clearExchange takes the secrets out of a stored exchange: its installation is gone.
func (a *Api) clearExchange(code string) {
	var r exchangeRecord
	key := a.exchangeKey(code)
	err := a.core.store.find(a.ctx, key, &r)
	if err == nil && len(r.Answer) > 0 {
		if !r.Removed {
			err = a.core.store.put(a.ctx, key, r.cleared(), exchangeKept, false)
		}
		if err == nil {
			a.suite.exchanges.drop(code)
		}
	}
	if err != nil {
		a.core.store.warn(a.ctx, "clearing an exchange", key, err)
	}
}
