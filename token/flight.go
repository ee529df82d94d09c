package token

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// hardEnd is the time after the timeout of a flight at which its waiters give up, if a
// transport or a Store in it ignores its context.
const hardEnd = 10 * time.Second

var errAborted = errors.New("wecom: the request for a token or an exchange did not finish")

// flight is one piece of work that many callers wait for: a refresh, an exchange, a request
// for an agent id. It does not end with the caller that began it; it has its own timeout.
type flight[T any] struct {
	done     chan struct{} // closed when value and err are set
	hooksRun chan struct{} // closed when the user's hooks have run too
	value    T
	err      error
}

// launch begins a flight that takes at most limit. land gets the result before the waiters
// do. Hooks run after land, so that they may call the Api.
func launch[T any](a *Api, limit time.Duration, work func(a *Api) (T, error), land func(a *Api, value T, err error)) *flight[T] {
	f := &flight[T]{done: make(chan struct{}), hooksRun: make(chan struct{})}
	hooks := new(hooks)
	ctx, cancel := context.WithTimeout(context.WithValue(context.WithoutCancel(a.ctx), hooksKey{}, hooks), limit)
	a = a.WithContext(ctx)
	var once sync.Once
	end := func(value T, err error) {
		once.Do(func() {
			f.value, f.err = value, err
			land(a, value, err)
			close(f.done)
		})
	}
	hooksHaveRun := sync.OnceFunc(func() { close(f.hooksRun) })
	stop := time.AfterFunc(limit+hardEnd, func() {
		var none T
		end(none, fmt.Errorf("%w within %s: Middleware, the HTTPClient or the Store does not heed its context", errAborted, limit+hardEnd))
		a.core.runHooks(hooks, false)
		hooksHaveRun()
	})
	go func() {
		defer cancel()
		end(guard(a, work))
		a.core.runHooks(hooks, true)
		stop.Stop()
		hooksHaveRun()
	}()
	return f
}

// guard turns a panic of the user's code (transport, Store) into an error. The text of the
// panic is not shown: it may hold a secret.
func guard[T any](a *Api, work func(a *Api) (T, error)) (value T, err error) {
	defer func() {
		if recover() != nil {
			var none T
			value, err = none, fmt.Errorf("%w: panic in Middleware, the HTTPClient, the Store or the Logger", errAborted)
		}
	}()
	return work(a)
}

// wait waits for the result, or until ctx ends. The caller that began the flight waits for
// the hooks too, unless it runs in another flight, for which those hooks could wait.
func (f *flight[T]) wait(ctx context.Context, began bool) (T, error) {
	end := f.done
	if began {
		outer, ok := ctx.Value(hooksKey{}).(*hooks)
		if !ok || !outer.add(func() { <-f.hooksRun }) { // so that hooks run in the order of the events
			end = f.hooksRun
		}
	}
	select {
	case <-end:
		return f.value, f.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// group lets all callers with the same key share one flight.
type group[T any] struct {
	mu      sync.Mutex
	flights map[string]*flight[T]
}

func (g *group[T]) do(a *Api, key string, limit time.Duration, work func(a *Api) (T, error)) (T, error) {
	g.mu.Lock()
	f := g.flights[key]
	began := f == nil
	if began {
		if g.flights == nil {
			g.flights = map[string]*flight[T]{}
		}
		f = launch(a, limit, work, func(*Api, T, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			delete(g.flights, key)
		})
		g.flights[key] = f
	}
	g.mu.Unlock()
	return f.wait(a.ctx, began)
}
