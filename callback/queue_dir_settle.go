package callback

import (
	"context"
	"slices"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/queuelog"
)

// settleRequest is a Settle call that waits.
type settleRequest struct {
	settlements []Settlement
	taken       []*held[kept] // the holds of the settlements; nil: lost
	lost        []Hold
	err         error
	done        chan struct{}
}

// Settle writes outcomes, with one sync for all waiting calls.
func (q *dirQueue) Settle(ctx context.Context, settlements []Settlement) (lost []Hold, err error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	if err := checkKinds(settlements); err != nil || len(settlements) == 0 {
		q.mu.Unlock()
		return nil, err
	}
	r := &settleRequest{settlements: settlements, done: make(chan struct{})}
	q.waiting = append(q.waiting, r)
	q.mu.Unlock()
	select {
	case q.turn <- struct{}{}:
		q.settle()
		<-q.turn
		<-r.done // ours is settled now, or was settled by an earlier turn
	case <-r.done:
	case <-ctx.Done():
		if q.withdraw(r) {
			return nil, ctx.Err()
		}
		<-r.done
	}
	return r.lost, r.err
}

// withdraw removes a request that is not being settled yet.
func (q *dirQueue) withdraw(r *settleRequest) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// settle settles all waiting requests. The caller holds the turn.
func (q *dirQueue) settle() {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting
	q.waiting = nil
	b := q.backlog
	var finished []uint64
	var changed []queuelog.Item
	err := q.beforeSettle()
	for _, r := range all {
		if r.err = err; err == nil {
			r.err = q.take(r, &finished, &changed)
		}
	}
	err = q.commit(finished, changed)
	for _, r := range all {
		if r.err == nil {
			r.err = err
		}
		q.finish(b, r)
		close(r.done)
	}
	q.wake()
	if err == nil {
		q.reap()
	}
}

// beforeSettle loads new items first, so that they are compared with the backlog as it was
// when they were put.
func (q *dirQueue) beforeSettle() error {
	switch {
	case q.closed:
		return ErrClosed
	case q.worker == nil:
		return nil // all holds have ended
	}
	_, err := q.intake()
	return err
}

// take looks up the items of a request, and adds what must be written for them.
func (q *dirQueue) take(r *settleRequest, finished *[]uint64, changed *[]queuelog.Item) error {
	var gone []uint64
	var other []queuelog.Item
	for _, s := range r.settlements {
		v := q.backlog.take(s.Hold)
		r.taken = append(r.taken, v)
		switch {
		case v == nil:
			r.lost = append(r.lost, s.Hold)
		case s.Kind == Done:
			gone = append(gone, v.id)
		default:
			items, err := q.changed(v, s)
			if err != nil {
				return dirError(err)
			}
			other = append(other, items...)
		}
	}
	*finished, *changed = append(*finished, gone...), append(*changed, other...)
	return nil
}

// changed returns the new versions of an item and of those that close the lane it moves to.
func (q *dirQueue) changed(v *held[kept], s Settlement) ([]queuelog.Item, error) {
	it, err := q.worker.Read(v.id)
	if err != nil {
		return nil, err
	}
	settled(&it, s)
	if err := it.Fits(); err != nil {
		return nil, err
	}
	items := []queuelog.Item{it}
	for _, e := range q.closing(v, s) {
		it, err := q.worker.Read(e.id)
		if err != nil {
			return nil, err
		}
		it.Status = queuelog.Waiting
		items = append(items, it)
	}
	return items, nil
}

// closing returns the items that close the lane to which v moves.
func (q *dirQueue) closing(v *held[kept], s Settlement) (items []*entry[kept]) {
	l := q.backlog.lanes[laneKey{route: v.lane.key.route, name: s.Lane}]
	if s.Kind != Again || s.Lane == "" || l == nil {
		return nil
	}
	for _, e := range l.waiting {
		if e.body.closes {
			items = append(items, e.entry)
		}
	}
	return items
}

// settled applies a settlement to an item.
func settled(it *queuelog.Item, s Settlement) {
	it.Settled, it.Reason, it.Status = true, s.Reason, queuelog.Waiting
	if s.Kind != Bury {
		it.Starts = 0
	}
	if len(s.State) > 0 {
		it.State = s.State
	}
	after := min(s.After, longestWait)
	switch {
	case s.Kind == Bury:
		it.Status = queuelog.Dead
	case s.Kind == Wait && after > 0:
		it.Status = queuelog.Closed
	case s.Kind == Again && after > 0:
		it.Status = queuelog.Later
	}
	it.Due, it.After = clock.Now().Add(after), after
	if s.Kind == Again && s.Lane != "" {
		it.Lane, it.Urgent = s.Lane, false
	}
}

// finish applies what was written to the backlog, or undoes take after an error. b is the
// backlog at the time of take.
func (q *dirQueue) finish(b *backlog[kept], r *settleRequest) {
	for i, v := range r.taken {
		s := r.settlements[i]
		switch {
		case v == nil:
		case r.err != nil:
			b.keep(v)
		default:
			for _, e := range q.closing(v, s) {
				e.body.closes = false
			}
			v.body.closes = s.Kind == Wait
			b.settle(v, s)
		}
	}
	if r.err != nil {
		r.lost = nil
	}
}

// commit writes changes. Claims may go on meanwhile.
func (q *dirQueue) commit(finished []uint64, changed []queuelog.Item) error {
	if len(finished)+len(changed) == 0 {
		return nil
	}
	b, err := q.worker.Write(finished, changed)
	if err != nil {
		return q.failed(err)
	}
	return q.sync(b)
}

func (q *dirQueue) sync(b *queuelog.Batch) error {
	q.mu.Unlock()
	err := b.Sync()
	q.mu.Lock()
	if err != nil {
		b.Drop()
		return q.failed(err)
	}
	b.Apply()
	return nil
}

// reap copies the remaining items of mostly finished files to a new one. It is tried again
// after an error.
func (q *dirQueue) reap() {
	if q.worker == nil {
		return
	}
	b, err := q.worker.Reap()
	if err == nil && b != nil {
		err = q.sync(b)
	}
	_ = err // if it lasts, the next Settle returns it
}
