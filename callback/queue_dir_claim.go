package callback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/queuelog"
)

const (
	dirTakeover = 200 * time.Millisecond // between two tries to take over the folder
	dirChunk    = 512                    // items that are loaded in one step
	dirSlice    = 50 * time.Millisecond  // longest Claim with items while more are loaded
	dirLoadMost = time.Second            // longest Claim without items while more are loaded
	dirRetry    = time.Second            // until an item that could not be read is tried again
)

// ready takes the folder over if possible, and loads new items into the backlog. It reports
// false if another process works the folder.
func (q *dirQueue) ready() (bool, error) {
	if q.worker == nil {
		if clock.Since(q.tried).Abs() < dirTakeover {
			return false, nil
		}
		q.tried = clock.Now()
		if ok, err := q.takeOver(); !ok {
			return false, err
		}
	}
	return true, nil
}

// takeOver tries to become the process that works the folder.
func (q *dirQueue) takeOver() (bool, error) {
	type known struct {
		identity string
		put      time.Time
	}
	owned := map[digest]uint64{}
	var all []known
	w, err := q.folder.Work(func(identity string, id uint64, put time.Time) {
		owned[digestOf(identity)] = id
		all = append(all, known{identity, put})
	})
	if errors.Is(err, queuelog.ErrTaken) {
		return false, nil
	}
	if err != nil {
		return false, dirError(err)
	}
	q.worker, q.owned = w, owned
	for _, k := range all {
		q.backlog.remember(k.identity, k.put)
	}
	return true, nil
}

// failed handles an error of the worker. If the lock of the folder is lost, this process
// steps down.
func (q *dirQueue) failed(err error) error {
	if errors.Is(err, queuelog.ErrGone) && q.worker != nil && !q.worker.Valid() {
		q.stepDown()
	}
	return dirError(err)
}

// intake loads some of the new items. It reports whether there are more.
func (q *dirQueue) intake() (more bool, err error) {
	if err := q.worker.Tend(); err != nil {
		return false, q.failed(err)
	}
	if len(q.polled) == 0 {
		q.polled, q.more = q.worker.Poll(dirChunk)
	}
	for len(q.polled) > 0 {
		if err := q.admit(&q.polled[0]); err != nil {
			return true, q.failed(err)
		}
		q.polled = q.polled[1:]
	}
	if !q.worker.Loading() {
		q.owned = nil
	}
	return q.more, nil
}

// intakeAll loads the new items; all of them if that does not take long.
func (q *dirQueue) intakeAll() error {
	begin := clock.Now()
	for more := true; more && clock.Since(begin).Abs() < dirLoadMost; {
		var err error
		if more, err = q.intake(); err != nil {
			return err
		}
	}
	return nil
}

// admit adds an item to the backlog, unless its identity is known.
func (q *dirQueue) admit(it *queuelog.Item) error {
	switch {
	case it.Control != queuelog.NoControl:
		return q.carryOut(it)
	case it.Starts > 0 || it.Settled:
		q.restore(it)
		return nil
	case q.repeats(it):
		return q.worker.Note([]uint64{it.ID}, nil)
	}
	if e := q.backlog.sameAs(it.Same); e != nil {
		if done, err := q.updateWaiting(e, it.ID); done || err != nil {
			return err
		}
	}
	q.backlog.put(it.ID, dirItem(it), it.Put, kept{})
	if it.Identity != "" && q.owned[digestOf(it.Identity)] != it.ID {
		q.worker.Identify(it)
	}
	return nil
}

// repeats reports whether another item with the same identity was put before.
func (q *dirQueue) repeats(it *queuelog.Item) bool {
	if it.Identity == "" {
		return false
	}
	d := digestOf(it.Identity)
	if owner, known := q.owned[d]; known {
		return owner != it.ID && q.backlog.ids.has(d, q.backlog.at(it.Put))
	}
	return q.backlog.ids.has(d, q.backlog.at(it.Put))
}

// updateWaiting gives a waiting item the payload and state of a newer item with the same Same. It
// reports false if the waiting item cannot be read.
func (q *dirQueue) updateWaiting(e *entry[kept], newer uint64) (bool, error) {
	it, err := q.worker.Read(newer)
	if errors.Is(err, queuelog.ErrDamaged) {
		return true, q.worker.Note([]uint64{newer}, nil)
	}
	if err != nil {
		return false, err
	}
	old, err := q.worker.Read(e.id)
	if errors.Is(err, queuelog.ErrDamaged) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	old.Payload, old.State = it.Payload, it.State
	return true, q.worker.Note([]uint64{newer}, []queuelog.Item{old})
}

// restore adds an item that an earlier worker has started.
func (q *dirQueue) restore(it *queuelog.Item) {
	after := clock.Until(it.Due) // the backlog bounds a time that is far ahead or past
	if it.After > 0 {            // Due may come from a wrong clock
		after = min(after, it.After)
	}
	var s *Settlement
	switch it.Status {
	case queuelog.Later:
		s = &Settlement{Kind: Again, After: after}
	case queuelog.Closed:
		s = &Settlement{Kind: Wait, After: after}
	case queuelog.Dead:
		s = &Settlement{Kind: Bury}
	}
	q.backlog.restore(it.ID, dirItem(it), it.Put, kept{closes: it.Status == queuelog.Closed}, it.Starts, s)
}

func dirItem(it *queuelog.Item) Item {
	return Item{
		Route: it.Route, Lane: it.Lane, Urgent: it.Urgent, Identity: it.Identity, Same: it.Same,
		Payload: it.Payload, State: it.State,
	}
}

func (q *dirQueue) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	q.backlog.advance()
	if q.backlog.owners[a.Owner] == nil {
		return nil, ErrLost
	}
	if ok, err := q.ready(); !ok {
		return nil, err
	}
	held, err := q.claim(ctx, a)
	if err != nil {
		return nil, err
	}
	return q.handOut(held)
}

// claim loads new items and claims. If there are many it does not wait for all of them.
func (q *dirQueue) claim(ctx context.Context, a Ask) (held []*held[kept], err error) {
	begin := clock.Now()
	for {
		more, err := q.intake()
		if err == nil {
			err = q.problems()
		}
		if err != nil {
			q.release(held)
			return nil, err
		}
		rest := a
		rest.Max -= len(held)
		got, err := q.backlog.claim(rest)
		held = append(held, got...)
		if err != nil || !more || len(held) >= a.Max {
			return held, err
		}
		if hurry(clock.Since(begin).Abs(), len(held)) || ctx.Err() != nil {
			q.wake()
			return held, nil
		}
	}
}

// hurry reports whether a Claim should stop loading.
func hurry(took time.Duration, items int) bool {
	return took > dirLoadMost || took > dirSlice && items > 0
}

// problems returns errors of single files, each once.
func (q *dirQueue) problems() error {
	if p := q.worker.Problems(); len(p) > 0 {
		return fmt.Errorf("callback: queue: %w", errors.Join(p...))
	}
	return nil
}

// release undoes a claim.
func (q *dirQueue) release(all []*held[kept]) {
	for _, v := range all {
		v.starts--
		q.backlog.release(v)
	}
}

// handOut reads the claimed items and writes that they were started.
func (q *dirQueue) handOut(all []*held[kept]) ([]Claimed, error) {
	claimed := make([]Claimed, 0, len(all))
	var ids []uint64
	var read []*held[kept]
	var failed []error
	for _, v := range all {
		it, err := q.worker.Read(v.id)
		if err != nil {
			failed = append(failed, q.unreadable(v, err))
			continue
		}
		read, ids = append(read, v), append(ids, v.id)
		claimed = append(claimed, Claimed{
			Item: dirItem(&it), Starts: int(v.starts), Put: q.backlog.wall(v.put),
			Hold: Hold{ID: idText(v.id), Token: v.token, Route: it.Route, Lane: it.Lane, Keep: v.keep},
		})
	}
	err := errors.Join(failed...)
	if len(ids) == 0 {
		return nil, err
	}
	if err == nil {
		err = q.worker.Start(ids)
	}
	if err != nil {
		q.release(read)
		return nil, q.failed(err)
	}
	return claimed, nil
}

// unreadable handles a claimed item that cannot be read. A damaged item is removed; a copy
// of its bytes has been saved. Otherwise it is tried again, and its lane goes on.
func (q *dirQueue) unreadable(v *held[kept], err error) error {
	starts := v.starts - 1
	if errors.Is(err, queuelog.ErrDamaged) {
		if noted := q.worker.Note([]uint64{v.id}, nil); noted == nil {
			q.backlog.settle(v, Settlement{Kind: Done})
			return errors.Join(q.problems(), err)
		}
	}
	q.backlog.settle(v, Settlement{Kind: Again, After: dirRetry})
	v.starts = starts
	return err
}
