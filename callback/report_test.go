package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hookHandler is a log that calls a function.
type hookHandler struct {
	slog.Handler
	hook func()
}

func (hookHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h hookHandler) Handle(context.Context, slog.Record) error {
	h.hook()
	return nil
}

// extendless is a queue whose lease cannot be extended, and out of which nothing comes, for
// a while.
type extendless struct {
	Queue
	until time.Time
}

func (q *extendless) Extend(ctx context.Context, owner string, lease time.Duration) error {
	if time.Now().Before(q.until) {
		return errTest
	}
	return q.Queue.Extend(ctx, owner, lease)
}

func (q *extendless) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	if time.Now().Before(q.until) {
		return nil, errTest
	}
	return q.Queue.Claim(ctx, a)
}

// Logger and OnError may fail as any function of the user, and take as long as they like.
// G: error/panics inbox/reports
func TestHooksStopNothing(t *testing.T) {
	for name, hook := range map[string]func(end <-chan struct{}){
		"panics":             func(<-chan struct{}) { panic("the hook") },
		"ends its goroutine": func(<-chan struct{}) { runtime.Goexit() },
		"hangs":              func(end <-chan struct{}) { <-end },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				end := make(chan struct{})
				defer close(end)
				hook := func() { hook(end) }
				queue := &extendless{Queue: NewMemoryQueue(), until: time.Now().Add(20 * time.Second)}
				w := newWorld(t, Config{Queue: queue, Logger: slog.New(hookHandler{slog.DiscardHandler, hook})})
				w.installed(siteCorp)
				w.in.cfg.OnError = func(context.Context, *Notice, error) { hook() }
				var got seen
				On(w.in, func(_ context.Context, _ *Notice, m *TextMessage) error {
					got.add(m.Content)
					if got.count("a") < 3 {
						return errTest
					}
					return nil
				})
				defer w.run()()
				require.NoError(t, w.text(siteCorp, "a"))
				pass(3 * time.Minute)
				assert.Equal(t, 3, got.count("a"))
				assert.Equal(t, Stats{Running: true}, w.stats())
			})
		})
	}
}

// One hook that hangs does not silence the other.
// G: inbox/reports
func TestTheLogIsWrittenWhileOnErrorHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logged := 0
		w := newWorld(t, Config{Logger: slog.New(hookHandler{slog.DiscardHandler, func() { logged++ }})})
		release := make(chan struct{})
		defer close(release)
		w.in.cfg.OnError = func(context.Context, *Notice, error) { <-release }
		for range 3 {
			w.in.report(t.Context(), nil, errTest)
		}
		synctest.Wait()
		assert.Equal(t, 3, logged)
	})
}

// Reports keep their order; those that find no place are counted.
// G: inbox/reports
func TestReportsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		release := make(chan struct{})
		w.in.cfg.OnError = func(_ context.Context, _ *Notice, err error) {
			<-release
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, told{nil, err})
		}
		w.in.report(t.Context(), nil, errors.New("first"))
		synctest.Wait() // it is being told
		for i := range maxReports + 7 {
			w.in.report(t.Context(), nil, fmt.Errorf("report %d", i))
		}
		close(release)
		told := w.errs()
		require.Len(t, told, 1+maxReports+1)
		for i := range maxReports {
			require.EqualError(t, told[1+i].err, fmt.Sprintf("report %d", i))
		}
		assert.ErrorContains(t, told[1+maxReports].err, "7 reports were left out")
		w.in.report(t.Context(), nil, errTest)
		assert.Len(t, w.errs(), 1, "they are told of once")
	})
}

// A report is of the notice as it was, with an Api that can still be used.
// G: inbox/reports
func TestReportsHaveACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		n := noticeOf(t, siteCorp, message("17"))
		ctx, cancel := context.WithCancel(t.Context())
		n.Api = w.api.WithContext(ctx)
		w.in.report(ctx, n, errTest)
		n.FromUserName = "another"
		cancel()
		told := w.errs()
		require.Len(t, told, 1)
		assert.Equal(t, "u", told[0].n.FromUserName)
		assert.NoError(t, told[0].n.Api.Context().Err())
	})
}

// What Run has to say is heard when it returns, but a hook that hangs does not keep it.
// G: inbox/reports
func TestRunWaitsForItsReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		took, heard := lastReports/2, 0
		w.in.cfg.OnError = func(context.Context, *Notice, error) { time.Sleep(took); heard++ }
		require.NoError(t, w.text(siteOther, "later"))
		On(w.in, func(context.Context, *Notice, *AuthEvent) error { return nil }, "no such kind")
		require.Error(t, w.in.Run(t.Context()))
		assert.Equal(t, 1, heard)

		took = 10 * lastReports
		begin := time.Now()
		require.Error(t, w.in.Run(t.Context()))
		assert.Equal(t, lastReports, time.Since(begin))
		pass(took)
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		heard := 0
		w.in.cfg.OnError = func(context.Context, *Notice, error) { time.Sleep(lastReports / 4); heard++ }
		On(w.in, func(context.Context, *Notice, *TextMessage) error { return errTest })
		w.installed(siteCorp)
		stop := w.run()
		require.NoError(t, w.text(siteCorp, "lost"))
		pass(100 * time.Millisecond)
		stop()
		assert.Equal(t, 2, heard, "its failure, and that it is lost with the memory")
	})
}

// What a push says forges no line in what OnError and the Logger get.
// G: secret/log-lines
func TestForeignTextForgesNoLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		defer w.run()()
		const evil = "wp\nlevel=ERROR msg=forged"
		require.NoError(t, w.deliver(siteSuite, infoDoc(siteSuite, "change_contact", "<AuthCorpId>"+evil+"</AuthCorpId><ChangeType>update_user</ChangeType>")))
		require.NoError(t, w.deliver(evil, "<xml><ToUserName>"+evil+"</ToUserName><FromUserName>u</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId></xml>"))
		odd, err := Parse([]byte("<xml><Event>x\nforged</Event><MsgType>event</MsgType><AgentID>no number</AgentID></xml>"))
		require.NoError(t, err)
		assert.NotContains(t, fmt.Sprint(misfitError(odd)), "\n")
		pass(time.Hour)
		require.NotEmpty(t, w.errs())
		for _, told := range w.errs() {
			assert.NotContains(t, told.err.Error(), "\n")
		}
	})
}
