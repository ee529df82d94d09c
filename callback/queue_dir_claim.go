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
	dirTakeover = 200 * time.Millisecond // between two tries to become the worker
	dirChunk    = 512                    // items that are taken in at once
	dirPatience = 50 * time.Millisecond  // of a Claim that has something, while more is taken in
	dirHurry    = time.Second            // of one that has nothing
	dirRetry    = time.Second            // until an item is read again that could not be read
)

// ready sees to it that this process works the folder, and that what was put is in the
// backlog. It reports false if another process works it.
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

// takeOver tries to become the worker.
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

// failed is an error of the worker. If it says that others are not kept out any more, this
// process works the folder no longer.
func (q *dirQueue) failed(err error) error {
	if errors.Is(err, queuelog.ErrGone) && q.worker != nil && !q.worker.Valid() {
		q.stepDown()
	}
	return dirError(err)
}

// intake takes in some of what was put. It reports whether there is more.
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

// intakeAll takes in what was put, all of it if that does not take long.
func (q *dirQueue) intakeAll() error {
	begin := clock.Now()
	for more := true; more && clock.Since(begin).Abs() < dirHurry; {
		var err error
		if more, err = q.intake(); err != nil {
			return err
		}
	}
	return nil
}

// admit takes an item in, unless it is known already.
func (q *dirQueue) admit(it *queuelog.Item) error {
	switch {
	case it.Control != queuelog.NoControl:
		return q.obey(it)
	case it.Starts > 0 || it.Settled:
		q.restore(it)
		return nil
	case q.repeats(it):
		return q.worker.Note([]uint64{it.ID}, nil)
	}
	if e := q.backlog.sameAs(it.Same); e != nil {
		if done, err := q.renew(e, it.ID); done || err != nil {
			return err
		}
	}
	q.backlog.put(it.ID, dirItem(it), it.Put, kept{})
	if it.Identity != "" && q.owned[digestOf(it.Identity)] != it.ID {
		q.worker.Identify(it)
	}
	return nil
}

// repeats reports whether the identity of an item was put before by another one.
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

// renew gives an item that waits what a newer one of the same content has. It reports false
// if that item cannot be read.
func (q *dirQueue) renew(e *entry[kept], newer uint64) (bool, error) {
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

// restore takes in an item that an earlier worker has started.
func (q *dirQueue) restore(it *queuelog.Item) {
	after := clock.Until(it.Due) // a time that is far ahead or over the backlog corrects
	if it.After > 0 {            // Due may be of a clock that was wrong
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

// claim takes in what was put and claims. While there is much to take in it does not wait for
// all of it.
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

// hurry reports whether a Claim that took so long, and has some items, takes in no more.
func hurry(took time.Duration, items int) bool {
	return took > dirHurry || took > dirPatience && items > 0
}

// problems is what went wrong that was nobody's fault, told once.
func (q *dirQueue) problems() error {
	if p := q.worker.Problems(); len(p) > 0 {
		return fmt.Errorf("callback: queue: %w", errors.Join(p...))
	}
	return nil
}

// release gives back what was claimed as if it had not been.
func (q *dirQueue) release(all []*held[kept]) {
	for _, v := range all {
		v.starts--
		q.backlog.release(v)
	}
}

// handOut reads what was claimed and notes that it is started.
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

// unreadable deals with a claimed item that cannot be read. If it never can, it is over, and
// a copy of what there is was put aside. Else it is tried again, and its lane goes on.
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
