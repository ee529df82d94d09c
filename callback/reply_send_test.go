package callback

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// G: inbox/registered reply/only-where
func TestAnswerThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, register := range map[string]func(in *Inbox){
		"Answer[callback.ContactEvent]: WeCom takes no reply": func(in *Inbox) {
			Answer(in, func(context.Context, *Notice, *ContactEvent) (Reply, error) { return nil, nil })
		},
		"Answer[callback.PicEvent]: WeCom takes no reply": func(in *Inbox) {
			Answer(in, func(context.Context, *Notice, *PicEvent) (Reply, error) { return nil, nil })
		},
		"unsubscribe: WeCom takes no reply": func(in *Inbox) {
			Answer(in, func(context.Context, *Notice, *MenuEvent) (Reply, error) { return nil, nil }, KItClick, KItUnsubscribe)
		},
		"this is no event": func(in *Inbox) { Answer(in, func(context.Context, *Notice, *int) (Reply, error) { return nil, nil }) },
		"is no kind of it": func(in *Inbox) {
			Answer(in, func(context.Context, *Notice, *TextMessage) (Reply, error) { return nil, nil }, "image")
		},
		"function is nil": func(in *Inbox) { Answer[TextMessage](in, nil) },
	} {
		in, err := NewInbox(Config{Logger: discard()})
		require.NoError(t, err)
		register(in)
		assert.ErrorContains(t, in.Run(t.Context()), want)
	}
	assert.NotPanics(t, func() { Answer[TextMessage](nil, nil) })
}

// G: reply/turn
func TestReplyFunctionsInTurn(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		worked := 0
		On(s.in, func(context.Context, *Notice, *TextMessage) error { worked++; return nil })
		first := map[string]func() (Reply, error){
			"late":      func() (Reply, error) { time.Sleep(time.Minute); return nil, nil },
			"fails":     func() (Reply, error) { return nil, errors.New("no idea") },
			"panics":    func() (Reply, error) { panic("no idea") },
			"ends":      func() (Reply, error) { runtime.Goexit(); return nil, nil },
			"first":     func() (Reply, error) { return &TextReply{Content: "from the first"}, nil },
			"typed nil": func() (Reply, error) { return (*TextReply)(nil), nil },
			"empty":     func() (Reply, error) { return struct{ Reply }{}, nil },
			"nine":      func() (Reply, error) { return &NewsReply{Articles: make([]Article, 9)}, nil },
			"none":      func() (Reply, error) { return &NewsReply{}, nil },
		}
		Answer(s.in, func(_ context.Context, _ *Notice, e *TextMessage) (Reply, error) {
			if fn := first[e.Content]; fn != nil {
				return fn()
			}
			return nil, nil
		})
		Answer(s.in, func(ctx context.Context, n *Notice, e *TextMessage) (Reply, error) {
			if e.Content == "silent" {
				return nil, nil
			}
			if e.Content == "obedient" {
				<-n.Api.Context().Done()
				return nil, ctx.Err()
			}
			return &TextReply{Content: "from the second"}, nil
		})
		s.installed(s.api, siteCorp)
		stop := s.run(s.in)
		for i, c := range []struct {
			text, reply, err string
			took             time.Duration
		}{
			{text: "first", reply: "from the first"},
			{text: "other", reply: "from the second"},
			{text: "silent"},
			{text: "fails", err: "no idea"},
			{text: "panics", err: "panicked"},
			{text: "ends", err: "Goexit"},
			{text: "typed nil", err: "a *callback.TextReply that is nil; to leave it to the next function return nil itself"},
			{text: "empty", err: "panicked"},
			{text: "late", err: "deadline", took: replyTimeout},
			{text: "obedient", err: "deadline", took: replyTimeout},
			{text: "nine", err: "1 to 8"},
			{text: "none", err: "1 to 8"},
		} {
			start := time.Now()
			res := s.send(request{payload: textDoc(siteCorp, c.text, i+1), receiveId: siteCorp})
			assert.Equal(t, c.took, time.Since(start), c.text)
			body := s.body(res)
			if c.reply == "" {
				assert.Equal(t, "success", body, c.text)
			} else {
				assert.Contains(t, openReply(t, body, siteCorp), c.reply, c.text)
			}
			if c.err == "" {
				assert.Empty(t, s.takeErrs(0), c.text)
			} else {
				err := s.lastErr()
				assert.ErrorContains(t, err, c.err, c.text)
				assert.ErrorContains(t, err, "passive reply", c.text)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		stop()
		assert.Equal(t, 12, worked, "whatever the reply, the notice is worked")
	})
}

// A push that comes again gets the reply that it had, and its function does not run again.
// G: reply/kept
func TestReplyIsKeptForRepetitions(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		var ran atomic.Int32
		Answer(s.in, func(_ context.Context, _ *Notice, e *TextMessage) (Reply, error) {
			n := ran.Add(1)
			switch e.Content {
			case "nothing":
				return nil, nil
			case "fails":
				return nil, errors.New("no idea")
			}
			return &TextReply{Content: "reply " + strconv.Itoa(int(n))}, nil
		})
		defer s.run(s.in)()
		s.installed(s.api, siteCorp)
		for i, text := range []string{"hello", "nothing", "fails"} {
			push := request{payload: textDoc(siteCorp, text, i), receiveId: siteCorp}
			ran.Store(0)
			first := s.body(s.send(push))
			time.Sleep(9 * time.Minute)
			push.timestamp = "" // WeCom signs anew
			again := s.body(s.send(push))
			assert.EqualValues(t, 1, ran.Load(), text)
			if text == "hello" {
				want := openReply(t, first, siteCorp)
				assert.Equal(t, want, openReply(t, again, siteCorp))
				assert.Contains(t, want, "reply 1")
			} else {
				assert.Equal(t, "success", first)
				assert.Equal(t, "success", again)
			}
			if text == "fails" {
				assert.ErrorContains(t, s.lastErr(), "no idea", "reported once")
			}
		}
		push := request{payload: textDoc(siteCorp, "hello", 7), receiveId: siteCorp}
		ran.Store(0)
		s.send(push)
		push.receiveId, push.payload = siteOther, strings.ReplaceAll(push.payload, siteCorp, siteOther)
		s.send(push)
		assert.EqualValues(t, 2, ran.Load(), "the same MsgId of another corp is another message")
		time.Sleep(11 * time.Minute)
		s.send(request{payload: textDoc(siteCorp, "hello", 7), receiveId: siteCorp})
		assert.EqualValues(t, 3, ran.Load(), "kept for MaxAge, not longer")
	})
}

// WeCom repeats a message when it hears nothing for five seconds, perhaps while the function
// is still at it, and after the first request has ended.
// G: reply/kept
func TestRepetitionWaitsForTheReply(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		s.app()
		ran := 0
		Answer(s.in, func(ctx context.Context, _ *Notice, _ *TextMessage) (Reply, error) {
			ran++
			time.Sleep(3 * time.Second)
			return &TextReply{Content: "at last"}, ctx.Err()
		})
		push := request{payload: textDoc(siteCorp, "hello", 1), receiveId: siteCorp}
		ctx, hangUp := context.WithCancel(t.Context())
		go func() {
			res, err := s.http.Do(s.build(push).WithContext(ctx))
			if err == nil {
				res.Body.Close()
			}
		}()
		time.Sleep(2 * time.Second)
		hangUp()
		synctest.Wait()
		start := time.Now()
		body := s.body(s.send(push))
		assert.Equal(t, time.Second, time.Since(start))
		assert.Contains(t, openReply(t, body, siteCorp), "at last")
		assert.Equal(t, 1, ran)
	})
}

// What is kept for repetitions is bounded.
// G: reply/kept
func TestKeptRepliesAreBounded(t *testing.T) {
	t.Parallel()
	c := &replyCache{life: time.Hour}
	big := make([]byte, 1<<20)
	for i := range 40 {
		r, first := c.get(strconv.Itoa(i))
		require.True(t, first)
		c.compute(r, func() ([]byte, error) { return big, nil })
		assert.LessOrEqual(t, c.size, maxCached)
	}
	_, first := c.get("39")
	assert.False(t, first, "the newest are kept")
	_, first = c.get("0")
	assert.True(t, first, "the oldest are not")
	for i := range 100_000 {
		r, _ := c.get("small" + strconv.Itoa(i))
		c.compute(r, func() ([]byte, error) { return nil, nil })
	}
	assert.LessOrEqual(t, c.size, maxCached)
	assert.Len(t, c.byKey, c.order.Len())
	assert.Less(t, c.order.Len(), 70_000)
	size := 0
	for e := c.order.Front(); e != nil; e = e.Next() {
		size += e.Value.(*cachedReply).size
	}
	assert.Equal(t, size, c.size)
}
