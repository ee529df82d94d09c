package callback

import (
	"container/list"
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	// replyTimeout limits the answer to a message: WeCom closes the connection after five
	// seconds.
	replyTimeout = 4500 * time.Millisecond
	// maxCached bounds the memory for the cached replies of one suite; the oldest are dropped.
	maxCached = 16 << 20
)

// passiveReply returns the encrypted reply to a push, nil if there is none. It does not wait
// for a function that ignores its context.
func (h *Handler) passiveReply(a *acceptance, deadline time.Time) ([]byte, error) {
	functions := h.repliesTo(a.notice)
	if len(functions) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithDeadline(a.r.Context(), deadline)
	defer cancel()
	r, first := h.cache.get(a.notice.ReceiveId + "/" + a.notice.Key())
	if n := *a.notice; first {
		go h.cache.compute(r, func() ([]byte, error) { return firstReply(ctx, functions, n) })
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case r.err != nil && !first:
		return nil, nil // already reported
	case r.err != nil || r.document == nil:
		return nil, r.err
	}
	return a.sealReply(r.document)
}

// firstReply calls the functions in order. They are not ended with the request: WeCom may
// repeat it.
func firstReply(ctx context.Context, functions []replyFunction, n Notice) ([]byte, error) {
	deadline, _ := ctx.Deadline()
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
	defer cancel()
	n.Api = n.Api.WithContext(ctx)
	for _, f := range functions {
		reply, err := f.run(ctx, &n)
		if err != nil {
			return nil, err
		}
		if reply != nil {
			return replyDocument(reply, &n)
		}
	}
	return nil, nil
}

func replyDocument(reply Reply, n *Notice) ([]byte, error) {
	if v := reflect.ValueOf(reply); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, fmt.Errorf("a %T that is nil; to leave it to the next function return nil itself", reply)
	}
	if news, ok := reply.(*NewsReply); ok && (len(news.Articles) < 1 || len(news.Articles) > 8) {
		return nil, fmt.Errorf("a NewsReply has 1 to 8 articles, not %d", len(news.Articles))
	}
	head := struct {
		ToUserName, FromUserName string
		CreateTime               int64
		MsgType                  string
	}{n.FromUserName, n.ToUserName, clock.Now().Unix(), reply.msgType()}
	if isJSON(n.Raw) {
		return joinJSON(head, reply.content())
	}
	return joinXML(head, reply.content())
}

// replyCache keeps the replies, so that a repeated push gets the same reply and no function
// runs twice.
type replyCache struct {
	mu    sync.Mutex
	life  time.Duration
	byKey map[string]*cachedReply
	order list.List // of *cachedReply, the oldest first
	size  int
}

// cachedReply is the reply to one push. It is in the cache from before it is computed.
type cachedReply struct {
	key  string
	at   time.Time
	size int
	done chan struct{} // closed when the fields below are set

	document []byte // nil: there is no reply
	err      error
}

// keepFor keeps replies for the longest MaxAge of the suite's URLs.
func (c *replyCache) keepFor(life time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.life = max(c.life, life)
}

// get returns the reply with that key, which may still be computed. If first is true the
// caller must compute it.
func (c *replyCache) get(key string) (r *cachedReply, first bool) {
	const overhead = 256
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shrink()
	if r = c.byKey[key]; r != nil {
		return r, false
	}
	r = &cachedReply{key: key, at: clock.Now(), size: overhead + len(key), done: make(chan struct{})}
	if c.byKey == nil {
		c.byKey = map[string]*cachedReply{}
	}
	c.byKey[key] = r
	c.order.PushBack(r)
	c.size += r.size
	return r, true
}

// shrink drops replies that are too old, or too many.
func (c *replyCache) shrink() {
	for e := c.order.Front(); e != nil; e = c.order.Front() {
		r := e.Value.(*cachedReply)
		if c.size <= maxCached && clock.Since(r.at) <= c.life {
			return
		}
		c.order.Remove(e)
		delete(c.byKey, r.key)
		c.size -= r.size
	}
}

// compute fills r, even if the function panics.
func (c *replyCache) compute(r *cachedReply, fn func() ([]byte, error)) {
	r.err = errGoexit
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.byKey[r.key] == r {
			r.size += len(r.document)
			c.size += len(r.document)
			c.shrink()
		}
		close(r.done)
	}()
	r.err = recoverPanic(func() (err error) {
		r.document, err = fn()
		return err
	})
}
