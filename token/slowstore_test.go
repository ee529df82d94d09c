package token_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/token"
)

// gate is a Store that can be told to hang. Such an operation does not heed its context;
// it is carried out when the gate opens.
type gate struct {
	token.Store
	mu     sync.Mutex
	closed chan struct{} // nil: open
	only   string        // operation that hangs, "" for all
	inside atomic.Int32
}

// newGated starts a bubble with a process whose Store is a gate.
func newGated(t *testing.T) (*world, *gate, *token.Api) {
	t.Helper()
	w, store := newBubble(t), &gate{Store: token.NewMemoryStore()}
	return w, store, w.process(t, store)
}

func (g *gate) shut(only string) (open func()) {
	closed := make(chan struct{})
	g.mu.Lock()
	g.closed, g.only = closed, only
	g.mu.Unlock()
	return sync.OnceFunc(func() {
		g.mu.Lock()
		g.closed = nil
		g.mu.Unlock()
		close(closed)
	})
}

func (g *gate) pass(operation string) {
	g.mu.Lock()
	closed := g.closed
	if g.only != "" && g.only != operation {
		closed = nil
	}
	g.mu.Unlock()
	if closed != nil {
		g.inside.Add(1)
		<-closed
		g.inside.Add(-1)
	}
}

func (g *gate) Get(_ context.Context, key string) ([]byte, error) {
	g.pass("get")
	return g.Store.Get(context.Background(), key)
}

func (g *gate) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	g.pass("put")
	return g.Store.Put(context.Background(), key, value, ttl)
}

func (g *gate) Delete(_ context.Context, key string) error {
	g.pass("delete")
	return g.Store.Delete(context.Background(), key)
}

func (g *gate) Lock(_ context.Context, key string) (func(), error) {
	g.pass("lock")
	unlock, err := g.Store.(token.Locker).Lock(context.Background(), key)
	if err != nil {
		return nil, err
	}
	return func() {
		g.pass("unlock")
		unlock()
	}, nil
}

// waits lists everything that may have to wait for the Store or for its locks.
var waits = map[string]func(api *token.Api) error{
	"SetSuiteTicket":     func(api *token.Api) error { return api.SetSuiteTicket("ticket-of-a-slow-store", time.Now()) },
	"TicketAge":          func(api *token.Api) error { _, err := api.TicketAge(); return err },
	"SetInstallation":    func(api *token.Api) error { return api.SetInstallation(slowInstallation) },
	"Installation":       func(api *token.Api) error { _, err := api.Installation(); return err },
	"RemoveInstallation": func(api *token.Api) error { return api.RemoveInstallation() },
	"AgentId":            func(api *token.Api) error { _, err := api.AgentId(); return err },
	"AccessToken":        func(api *token.Api) error { _, err := api.AccessToken(token.Corp); return err },
	"Exchange":           func(api *token.Api) error { _, _, err := api.Exchange("code-of-a-slow-store", exchangeEp); return err },
	"CachedTicket":       func(api *token.Api) error { _, err := api.CachedTicket("/cgi-bin/get_jsapi_ticket", nil); return err },
	"Verify":             func(api *token.Api) error { return api.Verify() },
	"Do":                 func(api *token.Api) error { return do(api, suiteCall) },
}

var slowInstallation = token.Installation{CorpId: corpId, PermanentCode: seen.secret("code-of-a-slow-installation")}

// Whatever part of the Store hangs, and however many wait for it, nobody waits for longer
// than his context.
// G: token/context
func TestEveryWaitHonoursItsContext(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"", "get", "put", "delete", "lock", "unlock"} {
		for name, wait := range waits {
			t.Run(name+" "+part, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					_, store, api := newGated(t)
					api = api.WithCorp(corpId)
					open := store.shut(part)
					defer open()
					all(4, func(int) error {
						ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
						defer cancel()
						begin := time.Now()
						_ = wait(api.WithContext(ctx))
						assert.LessOrEqual(t, time.Since(begin), 100*time.Millisecond)
						return nil
					})
					open()
					time.Sleep(5 * time.Minute) // flights end
					assert.Zero(t, token.Pins(api, corpId))
				})
			})
		}
	}
}

// A Store that takes its time and answers is none that hangs, however many use it at once.
// G: store/hangs
func TestManyUseASlowStoreAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, store, other := newGated(t)
		require.NoError(t, other.SetInstallation(slowInstallation))
		api := w.process(t, store) // which knows nothing that the Store could do without
		open := store.shut("")
		time.AfterFunc(2*time.Second, open)
		errs := all(500, func(int) error {
			_, err := api.WithCorp(corpId).Installation()
			return err
		})
		require.NoError(t, errors.Join(errs...))
	})
}

// A Store that never comes back costs a bounded number of goroutines, and works again when
// it does.
// G: install/kept store/hangs
func TestADeadStoreCostsABoundedNumberOfGoroutines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, store, api := newGated(t)
		open := store.shut("")
		defer open()
		for i := range 200 {
			corp := fmt.Sprintf("wpDead%04d", i)
			require.Error(t, api.SetInstallation(token.Installation{CorpId: corp, PermanentCode: seen.secret("permanent-" + corp)}))
			_, _ = api.WithCorp(corp).Installation()
			require.Error(t, api.SetSuiteTicket(seen.secret(fmt.Sprintf("ticket-%04d", i)), time.Now()))
			time.Sleep(10 * time.Second)
		}
		assert.LessOrEqual(t, store.inside.Load(), int32(64))
		assert.Less(t, runtime.NumGoroutine(), 5000)
		open()
		synctest.Wait()
		assert.Zero(t, store.inside.Load())
		time.Sleep(10 * time.Second)
		for i := range 200 {
			corp := fmt.Sprintf("wpDead%04d", i)
			in, err := api.WithCorp(corp).Installation()
			require.NoError(t, err)
			assert.Equal(t, "permanent-"+corp, in.PermanentCode)
		}
		stored, err := w.process(t, store).WithCorp("wpDead0199").Installation()
		require.NoError(t, err)
		assert.Equal(t, "permanent-wpDead0199", stored.PermanentCode)
	})
}

// A hanging Store delays a refresh by seconds, and the next one not at all.
// G: store/hangs
func TestAHangingStoreWithLocksIsLeftAlone(t *testing.T) {
	t.Parallel()
	clocktest.Hold(t)
	synctest.Test(t, func(t *testing.T) {
		w, store, api := newGated(t)
		open := store.shut("")
		defer open()
		begin := time.Now()
		require.NoError(t, do(api, providerCall))
		assert.LessOrEqual(t, time.Since(begin), 4*time.Second)
		w.KillTokens("provider", 0)
		begin = time.Now()
		require.NoError(t, do(api, providerCall))
		assert.LessOrEqual(t, time.Since(begin), time.Second)
	})
}

// A write that hung and comes through in the end does not undo what was written since.
// G: install/late-write
func TestALateWriteUndoesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, store, api := newGated(t)
		api = api.WithCorp(corpId)
		w.ticket(api)
		open := store.shut("put")
		defer open()
		older := token.Installation{CorpId: corpId, PermanentCode: seen.secret("code-of-the-older-install")}
		require.Error(t, api.SetInstallation(older))
		good := w.install(t, suiteId, corpId)
		store.mu.Lock()
		store.only = "none" // puts are quick again; the first one still hangs
		store.mu.Unlock()
		err := api.SetInstallation(good)
		require.ErrorContains(t, err, "has not come back")
		open()
		synctest.Wait()
		for _, who := range []*token.Api{api, w.process(t, store).WithCorp(corpId)} {
			in, err := who.Installation()
			require.NoError(t, err)
			assert.Equal(t, good.PermanentCode, in.PermanentCode)
		}
	})
}

// No call leaves a corp pinned, whatever comes of it.
// G: token/light
func TestNoCallLeavesAPin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		in := w.install(t, suiteId, corpId)
		in.AgentId = 0
		for _, installed := range []bool{true, false} {
			for name, call := range waits {
				api := w.process(t, token.NewMemoryStore()).WithCorp(corpId)
				w.ticket(api)
				if installed {
					require.NoError(t, api.SetInstallation(in))
				}
				_ = call(api)
				synctest.Wait()
				assert.Zero(t, token.Pins(api, corpId), "%s %t", name, installed)
			}
		}
	})
}
