package callback

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Dead is a notice that is not retried by itself: it has failed for a day and at least 20
// times, the process has died five times while processing it, or it cannot be processed: it
// can't be read, WeCom does not accept its auth code, its corp has no installation, or no
// process has had a Handler for it for a week. It is kept until [Inbox.Retry] or
// [Inbox.Discard]; only a full [NewMemoryQueue] deletes the oldest.
type Dead struct {
	Key      string // for Retry and Discard: [Notice.Key], or the queue's id if the notice can't be read
	Route    string // suite and channel that it came for
	Lane     string // notices of one lane are processed one after the other
	Reason   string
	Deaths   int       // how often the process died while it was processed
	Attempts int       // failed attempts
	First    time.Time // first failure; zero if none failed
	Notice   *Notice   // nil if it can't be read. Its Api is nil if this program has no Handler for its suite
	Err      error     // why it can't be read
}

const deadPage = 100

// Stats counts the notices in the queue, from all processes.
func (in *Inbox) Stats(ctx context.Context) (Stats, error) {
	if in == nil || in.queue == nil {
		return Stats{}, fmt.Errorf("callback: Stats: %w", errNilInbox)
	}
	if ctx == nil {
		return Stats{}, errors.New("callback: Stats: the context is nil")
	}
	byRoute, err := in.queue.Stats(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("callback: Stats: %w", err)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	sum := Stats{Running: in.runner != nil}
	for route, s := range byRoute {
		sum.add(s)
		if in.routes[route] == nil {
			sum.Foreign += s.Waiting + s.Later
		}
	}
	return sum, nil
}

// add adds the counts of another route.
func (sum *Stats) add(s Stats) {
	sum.Waiting += s.Waiting
	sum.Busy += s.Busy
	sum.Later += s.Later
	sum.Dead += s.Dead
	sum.Oldest = max(sum.Oldest, s.Oldest)
}

// Dead yields the dead notices of all suites. It ends at the first error.
//
// Another program may list and retry them while the main program runs: it opens the same
// queue with the same keys and makes an Inbox, without Handlers and without Run.
func (in *Inbox) Dead(ctx context.Context) iter.Seq2[Dead, error] {
	return func(yield func(Dead, error) bool) {
		for b, err := range in.buried(ctx) {
			if err != nil {
				yield(Dead{}, fmt.Errorf("callback: Dead: %w", err))
				return
			}
			if !yield(in.deadOf(ctx, b), nil) {
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

func (in *Inbox) deadOf(ctx context.Context, b Buried) Dead {
	s := readState(b.State)
	d := Dead{Key: b.ID, Route: b.Route, Lane: b.Lane, Reason: b.Reason, Deaths: s.Deaths, Attempts: s.Attempts}
	if s.First != 0 {
		d.First = time.UnixMilli(s.First)
	}
	n, err := decodePayload(b.Payload)
	if b.Err != nil {
		err = b.Err
	}
	if d.Err = err; err == nil {
		if api := in.apiOf(b.Route, n); api != nil {
			n.Api = api.WithContext(ctx).WithCorp(n.CorpId())
		}
		n.work.key, n.work.permanent, n.work.removed = keyOf(n, b.Item, b.ID), s.Permanent, s.Removed
		d.Key, d.Notice = n.Key(), n
	}
	return d
}

// keyOf returns the key of a queued notice: its identity if it has one, else its digest and
// the queue's id.
func keyOf(n *Notice, item Item, id string) string {
	if item.Identity != "" {
		return n.Kind() + "/" + item.Identity
	}
	return n.Kind() + "/" + fingerprint(string(n.Raw)) + "/" + id
}

// Retry lets dead notices be processed again, with a day of attempts: all counts start at
// zero. Functions that have succeeded or given up do not run again. Keys of notices that are
// not dead are returned as an error; the others are retried.
func (in *Inbox) Retry(ctx context.Context, keys ...string) error {
	return in.onDead(ctx, "Retry", keys, func(ids []string) error { return in.queue.Retry(ctx, ids) })
}

// Discard deletes dead notices. Keys of notices that are not dead are returned as an error;
// the others are deleted.
func (in *Inbox) Discard(ctx context.Context, keys ...string) error {
	return in.onDead(ctx, "Discard", keys, func(ids []string) error { return in.queue.Discard(ctx, ids) })
}

// onDead calls do with the ids of the dead notices that have the given keys.
func (in *Inbox) onDead(ctx context.Context, what string, keys []string, do func(ids []string) error) error {
	left := map[string]bool{}
	for _, key := range keys {
		left[key] = true
	}
	var ids []string
	for b, err := range in.buried(ctx) {
		if err != nil {
			return fmt.Errorf("callback: %s: %w", what, err)
		}
		if key := in.deadOf(ctx, b).Key; slices.Contains(keys, key) {
			ids = append(ids, b.ID)
			delete(left, key)
		}
	}
	if len(ids) > 0 {
		if err := do(ids); err != nil {
			return fmt.Errorf("callback: %s: %w", what, err)
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("callback: %s: no dead notice has the key %s", what, strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	return nil
}
