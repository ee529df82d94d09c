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
	exchangeTimeout = time.Minute     // for WeCom's answer: a code can't be sent twice
	exchangeFlight  = 2 * time.Minute // for the whole exchange, lock and Store included
	exchangeKept    = 25 * time.Hour  // once it is saved: longer than a callback is retried
)

// exchanges holds the auth codes of an app that are being exchanged.
type exchanges struct {
	flights group[exchangeRecord]

	mu      sync.Mutex
	unsaved map[string]exchangeRecord // by code: answers whose last state is not in the Store
	prune   int                       // at how many answers old ones are removed next
}

func (x *exchanges) find(codeHash string) (exchangeRecord, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r, ok := x.unsaved[codeHash]
	return r, ok
}

// remember keeps an answer that is not in the Store. One that holds an unsaved permanent
// code never expires; a finished one is removed a day later.
func (x *exchanges) remember(codeHash string, r exchangeRecord) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.unsaved == nil {
		x.unsaved = map[string]exchangeRecord{}
	}
	if len(x.unsaved) >= x.prune {
		for k, old := range x.unsaved {
			if old.Saved && old.age() > exchangeKept {
				delete(x.unsaved, k)
			}
		}
		x.prune = 2 * len(x.unsaved)
	}
	r.justNow = false // a later read is not "just now"
	x.unsaved[codeHash] = r
}

func (x *exchanges) drop(codeHash string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.unsaved, codeHash)
}

// remove clears the secrets of a corp's unsaved answers after a cancellation, and returns
// their auth codes.
func (x *exchanges) remove(corpId string) (codeHashes []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for codeHash, r := range x.unsaved {
		if text(r.Answer, "auth_corp_info", "corpid") == corpId {
			x.unsaved[codeHash] = r.cleared()
			codeHashes = append(codeHashes, codeHash)
		}
	}
	return codeHashes
}

// Exchange turns an auth code into an installation of the bound suite. ask is the endpoint
// that takes the code, get_permanent_code in one of its versions. WeCom accepts each code
// once, but a code often reaches a provider twice, by callback and by redirect. All
// processes that share a Store with locks exchange it once. A second call with the same code
// gets the same answer for at least a day, with the corp's first token as long as that is
// valid.
//
// The answer is saved as it came before anything is read from it. If saving the installation
// fails, the error is returned and the next call with the code continues from there. If the
// corp has cancelled meanwhile, the answer is returned without its secrets.
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
	// It does not end with the caller's context: the code can be sent only once.
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
	codeHash := fingerprint(authCode)
	key := a.exchangeKey(codeHash)
	unlock, locked := a.core.store.lock(a.ctx, key, lockTimeout) // its holder is exchanging the code
	defer unlock()
	r, found, unread := a.findExchange(codeHash)
	switch {
	case found:
	case usableElsewhere(unread): // the code was exchanged
		return exchangeRecord{}, fmt.Errorf("wecom: the answer to the auth code is stored and can't be read: %w", unread)
	default:
		var err error
		if r, err = a.askOnce(codeHash, authCode, ask, unread, locked); err != nil {
			return exchangeRecord{}, err
		}
	}
	// An answer that arrives in the last second is saved too; the Store has its own
	// timeouts.
	a = a.WithContext(context.WithoutCancel(a.ctx))
	if !r.Saved {
		if err := a.finishExchange(codeHash, &r); err != nil {
			return exchangeRecord{}, fmt.Errorf("%w; the permanent code is kept: call again with the same auth code to repeat the saving", err)
		}
	}
	return r, nil
}

func (a *Api) exchangeKey(codeHash string) string {
	return storeKey("exchange", a.core.corpId, a.suite.id, codeHash)
}

// findExchange looks for an earlier answer. unread is set if the Store can't be read.
func (a *Api) findExchange(codeHash string) (r exchangeRecord, found bool, unread error) {
	if r, found = a.suite.exchanges.find(codeHash); found {
		return r, true, nil
	}
	if unread = a.core.store.find(a.ctx, a.exchangeKey(codeHash), &r); unread != nil {
		a.core.store.warn(a.ctx, "reading an exchange", a.exchangeKey(codeHash), unread)
	}
	return r, unread == nil && r.answered(), unread
}

// askOnce sends the code to WeCom, and saves the raw answer before decoding it.
func (a *Api) askOnce(codeHash, authCode string, ask Endpoint, unread error, locked bool) (exchangeRecord, error) {
	began := clock.Now()
	answer, err := a.askForCode(authCode, ask)
	if err != nil {
		return a.otherAnswer(codeHash, unread, err, locked)
	}
	r := exchangeRecord{V: recordVersion, Answer: answer, Asked: began.UnixMilli(), Base: unknownBase, justNow: true}
	a = a.WithContext(context.WithoutCancel(a.ctx))
	a.saveExchange(codeHash, r)
	if _, err := r.installation(); err != nil {
		e := a.failure(ask, err)
		e.HTTPStatus = http.StatusOK
		return exchangeRecord{}, e
	}
	return r, nil
}

// otherAnswer looks for an answer that another process got, when locks do not work. That
// process may be about to save it, so this waits a little.
func (a *Api) otherAnswer(codeHash string, unread, refused error, locked bool) (exchangeRecord, error) {
	r, found, again := a.findExchange(codeHash)
	if !found && !locked {
		a.pause(retryDelay)
		r, found, again = a.findExchange(codeHash)
	}
	if found {
		return r, nil
	}
	return exchangeRecord{}, blame(errors.Join(unread, again), refused)
}

// askForCode returns WeCom's answer to an auth code. A malformed or truncated answer counts
// too, if it holds the permanent code.
func (a *Api) askForCode(authCode string, ask Endpoint) ([]byte, error) {
	ask.NoErrcode = true
	r, err := a.newRequest(ask, map[string]string{"auth_code": authCode})
	if err != nil {
		return nil, err
	}
	var answer []byte
	r.raw, r.malformedToo, r.timeout = &answer, true, exchangeTimeout
	err = a.do(r)
	if err != nil && code(err) == 0 {
		if _, odd := (exchangeRecord{Answer: answer}).installation(); odd == nil {
			a.core.log.WarnContext(a.ctx, "wecom: the answer to an auth code is malformed; the needed fields could be read", "suite", a.SuiteId(), "err", err)
			return answer, nil
		}
	}
	return answer, err
}

// blame picks the error for a refused code. If the Store could not be read, the code may
// have been exchanged before: its answer is found when the Store works again, so the refusal
// is not final.
func blame(unread, refused error) error {
	if unread == nil {
		return refused
	}
	return fmt.Errorf("wecom: the Store cannot tell whether the auth code was exchanged before: %w (asked anew, WeCom said: %v)", unread, refused)
}

// finishExchange saves the answer as an installation. A new answer replaces an absent
// installation, or one with the same permanent code. In other cases, and on a later try, it
// first finds out what happened in between.
func (a *Api) finishExchange(codeHash string, r *exchangeRecord) error {
	in, err := r.installation()
	if err != nil {
		return fmt.Errorf("wecom: the kept answer to the auth code can't be used: %w", err)
	}
	in.Customized = in.Customized || IsTemplate(a.suite.id) // answers of v2 have no agents
	b, unpin := a.WithCorp(in.CorpId).pin(Corp)
	defer unpin()
	b, unlock, err := b.lockInstallation()
	if err != nil {
		return err
	}
	defer unlock()
	first := r.first()
	if r.justNow && !b.contested(in) {
		err = b.writeInstallation(in, codeHash)
	} else {
		var g *grant
		g, err = b.restore(knownInstallation{installationRecord: installationRecord{Exchange: codeHash, Installation: in}, base: r.Base})
		first = cmp.Or(g, first)
	}
	if err != nil {
		r.Base = b.corp.knowledge().base
		a.suite.exchanges.remember(codeHash, *r)
		a.saveExchange(codeHash, *r)
		return err
	}
	r.Saved = true
	if now := b.corp.knowledge().Installation; now.PermanentCode == in.PermanentCode {
		b.startWith(now, first)
	} else {
		*r = r.cleared() // its permanent code is dead
	}
	a.saveExchange(codeHash, *r)
	return nil
}

// startWith uses the token that came with an installation for its first calls.
func (a *Api) startWith(in Installation, g *grant) {
	if c := a.corp.current.Load(); g != nil && c != nil && c.bound() == in.fingerprint() {
		c.take(g)
		a.core.store.save(a.ctx, a.corpSource(in).key, g, "")
	}
}
