package callback

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Dead is a notice that was given up. It is kept until [Inbox.Retry] or [Inbox.Discard].
type Dead struct {
	Key      string // what Retry and Discard take: that of the notice
	Route    string // of the suite and kind of URL that it came for
	Lane     string
	Reason   string
	Deaths   int       // how often the process died while it was processed
	Attempts int       // that failed
	First    time.Time // failure; zero if none failed
	Notice   *Notice   // nil if it can't be read
}

const deadPage = 100

// Stats counts the notices in the queue, whichever process has put them there.
func (in *Inbox) Stats(ctx context.Context) (Stats, error) {
	if in == nil || in.queue == nil {
		return Stats{}, fmt.Errorf("callback: Stats: %w", errNilInbox)
	}
	byRoute, err := in.queue.Stats(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("callback: Stats: %w", err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	sum := Stats{Running: in.running}
	for route, s := range byRoute {
		sum.Waiting += s.Waiting
		sum.Busy += s.Busy
		sum.Later += s.Later
		sum.Dead += s.Dead
		sum.Oldest = max(sum.Oldest, s.Oldest)
		if in.routes[route] == nil {
			sum.Foreign += s.Waiting + s.Later
		}
	}
	return sum, nil
}

// Dead yields the notices that were given up, of all suites. An error ends the walk.
func (in *Inbox) Dead(ctx context.Context) iter.Seq2[Dead, error] {
	return func(yield func(Dead, error) bool) {
		for b, err := range in.buried(ctx) {
			if err != nil {
				yield(Dead{}, fmt.Errorf("callback: Dead: %w", err))
				return
			}
			if !yield(deadOf(b), nil) {
				return
			}
		}
	}
}

func (in *Inbox) buried(ctx context.Context) iter.Seq2[Buried, error] {
	return func(yield func(Buried, error) bool) {
		if in == nil || in.queue == nil {
			yield(Buried{}, errNilInbox)
			return
		}
		after := ""
		for {
			page, err := in.queue.Dead(ctx, after, deadPage)
			if err != nil {
				yield(Buried{}, err)
				return
			}
			for _, b := range page {
				if !yield(b, nil) {
					return
				}
				after = b.ID
			}
			if len(page) < deadPage {
				return
			}
		}
	}
}

func deadOf(b Buried) Dead {
	s := readState(b.State)
	d := Dead{Key: b.ID, Route: b.Route, Lane: b.Lane, Reason: b.Reason, Deaths: s.Deaths, Attempts: s.Attempts}
	if s.First != 0 {
		d.First = time.UnixMilli(s.First)
	}
	if n, err := decodePayload(b.Payload); err == nil {
		n.work.key, n.work.permanent, n.work.removed = keyOf(n, b.Item, b.ID), s.Permanent, s.Removed
		d.Key, d.Notice = n.Key(), n
	}
	return d
}

// keyOf is the key of a queued notice: its identity, or else where it stands in the queue
// beside its digest.
func keyOf(n *Notice, item Item, id string) string {
	if item.Identity != "" {
		return n.Kind() + "/" + item.Identity
	}
	return n.Kind() + "/" + fingerprint(string(n.Raw)) + "/" + id
}

// Retry puts notices back that were given up, as if they came now: their attempts and
// deaths are forgotten, the functions that had succeeded are not. Keys of other notices
// are no error.
func (in *Inbox) Retry(ctx context.Context, keys ...string) error {
	ids, err := in.idsOf(ctx, keys)
	if err == nil && len(ids) > 0 {
		err = in.queue.Retry(ctx, ids)
	}
	if err != nil {
		return fmt.Errorf("callback: Retry: %w", err)
	}
	return nil
}

// Discard deletes notices that were given up. Keys of other notices are no error.
func (in *Inbox) Discard(ctx context.Context, keys ...string) error {
	ids, err := in.idsOf(ctx, keys)
	if err == nil && len(ids) > 0 {
		err = in.queue.Discard(ctx, ids)
	}
	if err != nil {
		return fmt.Errorf("callback: Discard: %w", err)
	}
	return nil
}

func (in *Inbox) idsOf(ctx context.Context, keys []string) (ids []string, err error) {
	for b, err := range in.buried(ctx) {
		if err != nil {
			return nil, err
		}
		if slices.Contains(keys, deadOf(b).Key) {
			ids = append(ids, b.ID)
		}
	}
	return ids, nil
}
