package token

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	exchangeHeld = 10 * time.Minute // an answer in memory, for as long as WeCom's auth codes live
	exchangeKept = 25 * time.Hour   // and in the Store, for longer than a callback is worked again

	readingExchange = "reading an exchange"
)

// exchange is one auth code on its way to an installation.
type exchange struct {
	began  time.Time
	flight *exchangeFlight // nil when none is under way
	got    exchanged
}

type exchangeFlight struct {
	done   chan struct{}
	answer []byte
	err    error
}

// exchanged is the one answer that WeCom gives to an auth code.
type exchanged struct {
	Answer       []byte       `json:"answer"`
	Installation Installation `json:"installation"`
	Saved        bool         `json:"saved"`
}

// Exchange turns an auth code into an installation of the bound suite. WeCom takes each
// code once, while it often reaches a provider twice, by callback and by redirect: ask
// runs once for a code, in all processes that share a Store with locks, and everybody
// who brings the code again, for a day at least, gets its answer. The answer is saved before
// anything is done with it; if then saving the installation fails, the error is returned
// and the next call with the code goes on from there. service.GetPermanentCode is the
// usual caller.
func (a *Api) Exchange(authCode string, ask func(api *Api) (answer []byte, in Installation, err error)) ([]byte, error) {
	if _, err := a.cell(Suite); err != nil {
		return nil, err
	}
	if authCode == "" {
		return nil, errors.New("wecom: Exchange: the auth code is empty")
	}
	if err := a.ctx.Err(); err != nil {
		return nil, err
	}
	f := a.joinExchange(fingerprint(authCode), ask)
	select {
	case <-f.done:
		return f.answer, f.err
	case <-a.ctx.Done():
		return nil, a.ctx.Err() // the exchange goes on: the code is good for one try only
	}
}

func (a *Api) joinExchange(code string, ask func(*Api) ([]byte, Installation, error)) *exchangeFlight {
	s := a.suite
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetExchanges()
	x := s.exchanges[code]
	if x == nil {
		if s.exchanges == nil {
			s.exchanges = map[string]*exchange{}
		}
		x = &exchange{began: time.Now()}
		s.exchanges[code] = x
	}
	if x.flight != nil {
		return x.flight
	}
	f := &exchangeFlight{done: make(chan struct{}), err: errExchange}
	x.flight = f
	go a.flyExchange(code, x, f, ask)
	return f
}

// forgetExchanges drops what is old; s.mu is held.
func (s *suite) forgetExchanges() {
	for k, x := range s.exchanges {
		hold := exchangeHeld
		if x.got.Answer != nil && !x.got.Saved {
			hold = exchangeKept
		}
		if x.flight == nil && time.Since(x.began) > hold {
			delete(s.exchanges, k)
		}
	}
}

// flyExchange outlives its caller and ends by its own timeout.
func (a *Api) flyExchange(code string, x *exchange, f *exchangeFlight, ask func(*Api) ([]byte, Installation, error)) {
	s := a.suite
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), refreshTimeout)
	defer cancel()
	got := x.got // only a flight touches it
	defer func() {
		if recover() != nil {
			f.err = fmt.Errorf("%w: panic in what the exchange calls", errExchange)
		}
		s.mu.Lock()
		x.got, x.flight = got, nil
		s.mu.Unlock()
		close(f.done)
	}()
	f.err = a.WithContext(ctx).exchangeOnce(storeKey("exchange", a.core.corpId, s.id, code), &got, ask)
	if f.err == nil {
		f.answer = got.Answer
	}
}

func (a *Api) exchangeOnce(key string, got *exchanged, ask func(*Api) ([]byte, Installation, error)) error {
	c := a.core
	unlock, _ := c.lock(a.ctx, key, refreshTimeout) // whoever holds it is asking
	defer unlock()
	var unread error
	if got.Answer == nil {
		unread = c.look(a.ctx, readingExchange, key, got)
	}
	if got.Answer == nil {
		answer, in, err := ask(a)
		a = a.WithContext(context.WithoutCancel(a.ctx)) // an answer on the last second is saved too; the Store has its own limits
		if err != nil {
			if unread = errors.Join(unread, c.look(a.ctx, readingExchange, key, got)); got.Answer == nil { // was somebody faster?
				return blame(unread, err)
			}
		} else {
			in.SavedAt = savedAt()
			*got = exchanged{Answer: answer, Installation: in}
			a.saveExchange(key, got) // saving the installation decides
		}
	}
	if got.Saved {
		return nil
	}
	if err := a.WithCorp(got.Installation.CorpId).setInstallation(got.Installation); err != nil {
		return fmt.Errorf("%w; the permanent code is kept: call again with the same auth code to repeat the saving", err)
	}
	got.Saved = true
	a.saveExchange(key, got)
	return nil
}

// blame picks the reason for a refused code. With the Store unread it may have been
// exchanged before: once the Store is back its answer is there, so the refusal is not final.
func blame(unread, refused error) error {
	if unread == nil {
		return refused
	}
	return fmt.Errorf("wecom: the Store cannot tell whether the auth code was exchanged before: %w (asked anew, WeCom said: %v)", unread, refused)
}

func (a *Api) saveExchange(key string, got *exchanged) {
	if err := a.core.put(a.ctx, key, got, exchangeKept); err != nil {
		a.core.warn(a.ctx, "saving an exchange", key, err)
	}
}
