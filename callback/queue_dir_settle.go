package callback

import (
	"context"
	"slices"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/queuelog"
)

// settleRequest is a Settle that waits.
type settleRequest struct {
	settlements []Settlement
	taken       []*held[kept] // beside them, nil for one that is lost
	lost        []Hold
	err         error
	done        chan struct{}
}

// Settle makes what became of items durable, with one sync for all who wait.
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
		<-r.done // ours was among them, or had been taken before
	case <-r.done:
	case <-ctx.Done():
		if q.withdraw(r) {
			return nil, ctx.Err()
		}
		<-r.done
	}
	return r.lost, r.err
}

// withdraw takes back a request that nobody has begun with.
func (q *dirQueue) withdraw(r *settleRequest) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// settle settles all who wait. The caller has the turn.
func (q *dirQueue) settle() {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting
	q.waiting = nil
	b := q.backlog
	var over []uint64
	var changed []queuelog.Item
	err := q.beforeSettle()
	for _, r := range all {
		if r.err = err; err == nil {
			r.err = q.take(r, &over, &changed)
		}
	}
	err = q.commit(over, changed)
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

// beforeSettle takes in what was put, so that it finds what was there when it was put.
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

// take looks up what a request is about, and adds what is to be written of it.
func (q *dirQueue) take(r *settleRequest, over *[]uint64, changed *[]queuelog.Item) error {
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
	*over, *changed = append(*over, gone...), append(*changed, other...)
	return nil
}

// changed is what a settlement makes of an item, and of those that close the lane it goes to.
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

// closing are the items that close the lane that another one moves to.
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

// settled makes an item what a settlement makes of it.
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

// finish carries out what was written, or leaves all as it was. The backlog is the one that
// the request was taken from.
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

// commit makes changes durable. Others may claim meanwhile.
func (q *dirQueue) commit(over []uint64, changed []queuelog.Item) error {
	if len(over)+len(changed) == 0 {
		return nil
	}
	b, err := q.worker.Write(over, changed)
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

// reap copies on what is left of files that are mostly over. What fails is tried again.
func (q *dirQueue) reap() {
	if q.worker == nil {
		return
	}
	b, err := q.worker.Reap()
	if err == nil && b != nil {
		err = q.sync(b)
	}
	_ = err // the next Settle meets it, if it lasts
}
