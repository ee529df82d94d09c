package callback

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

// inBubble runs a test with a site on a clock of its own.
func inBubble(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, newBubbleSite(t)) })
}

// pushed sends a push that must be answered with success.
func (s *site) pushed(path, receiveId, payload string) {
	s.t.Helper()
	res := s.send(request{method: http.MethodPost, path: path, payload: payload, receiveId: receiveId})
	require.Equal(s.t, "success", s.body(res))
}

func TestFunctionsByType(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.handler("/data", s.api, s.config(Data))
		s.installed(siteCorp)
		var j journal
		On(h, func(_ context.Context, n *Notice, e *TextMessage) error {
			j.add("first " + e.Content)
			return nil
		})
		h.OnAny(func(_ context.Context, n *Notice) error {
			j.add("any " + n.Kind())
			assert.NotEmpty(t, n.Raw)
			return nil
		})
		On(h, func(_ context.Context, n *Notice, e *TextMessage) error {
			j.add("second " + e.Content)
			return nil
		})
		On(h, func(context.Context, *Notice, *ContactEvent) error {
			j.add("contact")
			return nil
		})
		s.pushed("/data", siteCorp, textDoc(siteCorp, "hello", 1)) // before anybody works the queue
		stop := s.run(h)
		synctest.Wait()
		assert.Equal(t, []string{"first hello", "any text", "second hello"}, j.all())
		s.pushed("/data", siteCorp, strings.Replace(textDoc(siteCorp, "x", 2), "<MsgType>text", "<MsgType>hologram", 1))
		synctest.Wait()
		stop()
		assert.Equal(t, "any hologram", j.all()[3], "T-43: what is unknown is delivered")
		assert.Empty(t, s.takeErrs())
	})
}

// T-47
func TestRepeatedPush(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var fail atomic.Bool
		fail.Store(true)
		var j journal
		h.OnAny(func(ctx context.Context, n *Notice) error {
			j.add(fmt.Sprint(DeliveryOf(ctx).Attempt))
			if fail.Load() {
				return errors.New("database is down")
			}
			return nil
		})
		stop := s.run(h)
		doc := infoDoc(siteSuite, "change_auth", "<AuthCorpId>wpA</AuthCorpId>")
		s.pushed("/instruction", siteSuite, doc)
		synctest.Wait()
		s.pushed("/instruction", siteSuite, doc) // pending
		synctest.Wait()
		require.Equal(t, []string{"1"}, j.all())
		assert.ErrorContains(t, s.lastErr(), "database is down")
		fail.Store(false)
		time.Sleep(time.Second)
		synctest.Wait()
		s.pushed("/instruction", siteSuite, doc) // done
		time.Sleep(time.Minute)
		stop()
		assert.Equal(t, []string{"1", "2"}, j.all())
	})
}

func TestFailingNoticeIsGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var count atomic.Int32
		h.OnAny(func(context.Context, *Notice) error { count.Add(1); return errors.New("never") })
		stop := s.run(h)
		doc := infoDoc(siteSuite, "change_auth", "<AuthCorpId>wpA</AuthCorpId>")
		s.pushed("/instruction", siteSuite, doc)
		time.Sleep(26 * time.Hour)
		calls, errs := int(count.Load()), s.takeErrs()
		assert.Len(t, errs, calls, "OnError hears of every attempt")
		assert.Greater(t, calls, 100)
		for _, err := range errs[:calls-1] {
			require.NotErrorIs(t, err, ErrGiveUp)
		}
		require.ErrorIs(t, errs[calls-1], ErrGiveUp)
		assert.ErrorContains(t, errs[calls-1], "never")
		assert.ErrorContains(t, errs[calls-1], "24h")

		s.pushed("/instruction", siteSuite, infoDoc(siteSuite, "change_auth", "<AuthCorpId>wpB</AuthCorpId>"))
		synctest.Wait()
		stop()
		assert.EqualValues(t, calls+1, count.Load())
	})
}

func TestOneFailingFunctionDoesNotStopTheOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		first, second := errors.New("first"), errors.New("third")
		ran := 0
		h.OnAny(func(context.Context, *Notice) error { return first })
		h.OnAny(func(context.Context, *Notice) error { ran++; return nil })
		h.OnAny(func(context.Context, *Notice) error { return second })
		stop := s.run(h)
		s.pushed("/instruction", siteSuite, infoDoc(siteSuite, "change_auth"))
		synctest.Wait()
		stop()
		err := s.lastErr()
		assert.ErrorIs(t, err, first)
		assert.ErrorIs(t, err, second)
		assert.Equal(t, 1, ran)
	})
}

// T-20 T-23
func TestPanicsAreContained(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.handler("/data", s.api, Config{Token: siteToken, EncodingAESKey: siteKey, Channel: Data,
			OnError: func(ctx context.Context, n *Notice, err error) {
				s.onError(ctx, n, err)
				panic("OnError too")
			}})
		s.installed(siteCorp)
		calls := 0
		On(h, func(_ context.Context, _ *Notice, e *TextMessage) error {
			switch calls++; calls {
			case 1:
				panic("the content was " + e.Content)
			case 2:
				panic(fmt.Errorf("the content was %s", e.Content))
			case 3:
				var list []int
				_ = list[len(e.Content)]
			case 4:
				var content any = e.Content
				_ = content.(int)
			}
			return nil
		})
		stop := s.run(h)
		s.pushed("/data", siteCorp, textDoc(siteCorp, "sentinel", 1))
		time.Sleep(time.Minute)
		stop()
		errs := s.takeErrs()
		require.Len(t, errs, 4)
		for i, want := range []string{"panicked: string at", "panicked: *fmt.wrapError at", "index out of range [8] with length 0", "interface {} is string, not int"} {
			if i == 1 {
				want = "panicked: *" // of fmt or errors
			}
			assert.ErrorContains(t, errs[i], want)
			assert.ErrorContains(t, errs[i], "run_test.go:", "where it was")
			assert.NotContains(t, errs[i].Error(), "sentinel")
		}
		assert.Equal(t, 5, calls)
	})
}

func TestOrderPerCorp(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.handler("/data", s.api, s.config(Data))
		s.installed(siteCorp)
		s.installed(siteOther)
		var j journal
		gate := make(chan struct{})
		On(h, func(_ context.Context, n *Notice, e *TextMessage) error {
			j.add(n.ToUserName[6:10] + e.Content)
			if n.ToUserName == siteCorp {
				<-gate
			}
			return nil
		})
		stop := s.run(h)
		for i := range 20 {
			s.pushed("/data", siteCorp, textDoc(siteCorp, fmt.Sprint(i), i+1))
			s.pushed("/data", siteOther, textDoc(siteOther, fmt.Sprint(i), i+1))
		}
		synctest.Wait()
		var want []string
		for i := range 20 {
			want = append(want, fmt.Sprint("BBBB", i))
		}
		others := slices.DeleteFunc(j.all(), func(s string) bool { return s == "AAAA0" })
		assert.Equal(t, want, others, "one corp that hangs does not hold up the others")
		close(gate)
		synctest.Wait()
		stop()
		mine := slices.DeleteFunc(j.all(), func(s string) bool { return strings.HasPrefix(s, "BBBB") })
		for i := range mine {
			assert.Equal(t, fmt.Sprint("AAAA", i), mine[i])
		}
		assert.Len(t, mine, 20)
	})
}

// T-75
func TestCorpsThatDifferInCaseOnly(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		upper, lower := "wpCorpX", "wpcorpx"
		h := s.handler("/data", s.api, s.config(Data))
		s.installed(upper)
		res := s.send(request{method: "POST", path: "/data", payload: textDoc(lower, "x", 1), receiveId: lower})
		assert.Equal(t, http.StatusForbidden, res.StatusCode)
		assert.ErrorIs(t, s.lastErr(), ErrReceiveId)
		s.installed(lower)
		seen := map[string]int{}
		var mu sync.Mutex
		h.OnAny(func(_ context.Context, n *Notice) error {
			mu.Lock()
			defer mu.Unlock()
			seen[n.ToUserName]++
			return nil
		})
		s.pushed("/data", upper, textDoc(upper, "x", 1))
		s.pushed("/data", lower, textDoc(lower, "x", 1))
		stop := s.run(h)
		synctest.Wait()
		stop()
		assert.Equal(t, map[string]int{upper: 1, lower: 1}, seen)
	})
}

// T-62: the answer does not wait for anybody's function.
func TestSuccessDoesNotWaitForFunctions(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		h.OnAny(func(context.Context, *Notice) error { time.Sleep(time.Hour); return nil })
		stop := s.run(h)
		for i := range 30 { // more than there are workers
			start := time.Now()
			s.pushed("/instruction", siteSuite, infoDoc(siteSuite, "change_auth", fmt.Sprintf("<AuthCorpId>wp%d</AuthCorpId>", i)))
			assert.Zero(t, time.Since(start))
			synctest.Wait()
		}
		stop()
	})
}

func TestRunDrains(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		var ends []time.Duration
		var causes []error
		start := time.Now()
		h.OnAny(func(ctx context.Context, n *Notice) error {
			if n.AuthCorpId == "wpPatient" {
				time.Sleep(10 * time.Second)
			} else {
				<-ctx.Done()
			}
			ends, causes = append(ends, time.Since(start)), append(causes, ctx.Err())
			return ctx.Err()
		})
		stop := s.run(h)
		for _, corp := range []string{"wpPatient", "wpHanging"} {
			s.pushed("/instruction", siteSuite, infoDoc(siteSuite, "change_auth", "<AuthCorpId>"+corp+"</AuthCorpId>"))
		}
		synctest.Wait()
		stop()
		assert.Equal(t, []time.Duration{10 * time.Second, drainTime}, ends)
		assert.Equal(t, []error{nil, context.Canceled}, causes)
	})
}

func TestFunctionThatEndsItsGoroutine(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.instruction()
		h.OnAny(func(context.Context, *Notice) error { runtime.Goexit(); return nil })
		s.pushed("/instruction", siteSuite, infoDoc(siteSuite, "change_auth"))
		require.ErrorIs(t, h.Run(t.Context()), errGoexit)
	})
}

// brokenQueue fails while it is worked.
type brokenQueue struct {
	Queue
	after time.Duration
}

func (q brokenQueue) Work(ctx context.Context, fn func(context.Context, []byte) error) error {
	select {
	case <-time.After(q.after):
		return errors.New("connection to the queue lost")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestRunReturnsTheFailureOfTheQueue(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		cfg := s.config(Instruction)
		cfg.Queue = brokenQueue{NewMemoryQueue(), time.Minute}
		h := s.handler("/instruction", s.api, cfg)
		require.ErrorContains(t, h.Run(t.Context()), "connection to the queue lost")
		assert.ErrorContains(t, s.lastErr(), "connection to the queue lost", "for those who drop what Run returns")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.NoError(t, h.Run(ctx), "told to end is no failure")

		cfg.Queue = endingQueue{NewMemoryQueue()}
		require.ErrorIs(t, s.handler("/instruction", s.api, cfg).Run(t.Context()), errEnded)
	})
}

// endingQueue does not wait for its context.
type endingQueue struct{ Queue }

func (endingQueue) Work(context.Context, func(context.Context, []byte) error) error { return nil }

// simpleQueue is what somebody else may bring: no Delivery, no order of its own.
type simpleQueue struct{ items chan []byte }

func (q simpleQueue) Put(_ context.Context, _ string, payload []byte) error {
	q.items <- payload
	return nil
}

func (q simpleQueue) Work(ctx context.Context, fn func(context.Context, []byte) error) error {
	for {
		select {
		case p := <-q.items:
			if err := fn(ctx, p); err != nil && !errors.Is(err, ErrGiveUp) {
				q.items <- p
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func TestQueueOfSomebodyElse(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		cfg := s.config(Instruction)
		q := simpleQueue{make(chan []byte, 10)}
		cfg.Queue, cfg.Workers = q, 1
		h := s.handler("/instruction", s.api, cfg)
		calls := 0
		h.OnAny(func(ctx context.Context, n *Notice) error {
			assert.Zero(t, DeliveryOf(ctx))
			if calls++; calls < 3 {
				return errors.New("not yet")
			}
			return nil
		})
		q.items <- []byte("not a notice")
		s.pushed("/instruction", siteSuite, infoDoc(siteSuite, "change_auth"))
		stop := s.run(h)
		synctest.Wait()
		stop()
		assert.Equal(t, 3, calls)
		errs := s.takeErrs()
		require.Len(t, errs, 3)
		assert.ErrorIs(t, errs[0], ErrGiveUp, "what is no notice will never be one")
		assert.ErrorIs(t, errs[0], ErrPayload)
	})
}

func TestSealedQueueThatDoesNotOpenIsReported(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		inner := NewMemoryQueue()
		put(t, sealOver(t, inner, otherKey), "a/1")
		cfg := s.config(Instruction)
		cfg.Queue = sealOver(t, inner, sealingKey)
		h := s.handler("/instruction", s.api, cfg)
		stop := s.run(h)
		synctest.Wait()
		stop()
		assert.ErrorContains(t, s.lastErr(), "another key")
	})
}

// T-03
func TestHandlerUnderLoad(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.instruction()
	var mu sync.Mutex
	seen := map[string]int{}
	h.OnAny(func(_ context.Context, n *Notice) error {
		mu.Lock()
		defer mu.Unlock()
		seen[n.Key()]++
		return nil
	})
	stop := s.run(h)
	s.ticket()
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			for range 10 {
				assert.NoError(t, s.fake.PushTicket(context.Background(), siteSuite))
				_, err := s.fake.CheckURL(context.Background(), fakewecom.Target{Channel: fakewecom.ChannelInstruction, SuiteId: siteSuite})
				assert.NoError(t, err)
				_, err = s.api.AccessToken(token.Suite)
				assert.NoError(t, err)
			}
		})
	}
	senders.Wait()
	assert.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == 41
	}, 10*time.Second, time.Millisecond)
	stop()
	for key, times := range seen {
		assert.Equal(t, 1, times, key)
	}
}
