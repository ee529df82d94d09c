package queuelog

import (
	"context"
	"fmt"
)

// Put appends items, whose ids it chooses. When it returns nil they are durable. After an
// error either all of them may be stored, or none. One sync serves all waiting calls.
func (f *Folder) Put(ctx context.Context, items []Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{items: items, urgent: true, done: make(chan error, 1)}
	for i := range items {
		r.urgent = r.urgent && items[i].Urgent
		if err := items[i].Fits(); err != nil {
			return err
		}
	}
	if len(items) == 0 {
		return nil
	}
	if err := f.enqueue(r); err != nil {
		return err
	}
	select {
	case f.turn <- struct{}{}:
		f.commit(f.takePending())
		<-f.turn
		return <-r.done // committed now, or in an earlier turn
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return f.withdraw(ctx, r)
	}
}

func (f *Folder) enqueue(r *request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ErrClosed
	}
	f.pending = append(f.pending, r)
	return nil
}

func (f *Folder) takePending() (all []*request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all, f.pending = f.pending, nil
	return all
}

// withdraw removes a request whose caller has left. If it is being committed, withdraw waits
// for the result.
func (f *Folder) withdraw(ctx context.Context, r *request) error {
	f.mu.Lock()
	for i, p := range f.pending {
		if p == r {
			f.pending = append(f.pending[:i:i], f.pending[i+1:]...)
			f.mu.Unlock()
			return ctx.Err()
		}
	}
	f.mu.Unlock()
	return <-r.done
}

// commit writes requests, in order, with one sync.
func (f *Folder) commit(all []*request) {
	admitted := all[:0]
	for _, r := range all {
		if err := f.admit(r); err != nil {
			r.done <- err
			continue
		}
		admitted = append(admitted, r)
	}
	if len(admitted) == 0 {
		return
	}
	err := f.write(admitted)
	for _, r := range admitted {
		r.done <- err
	}
	if err == nil {
		f.Wake()
	}
}

func (f *Folder) write(all []*request) error {
	if err := f.prepare(); err != nil {
		return err
	}
	s := f.segment
	b := f.buf[:0]
	for _, r := range all {
		b = f.encode(b, r.items)
	}
	if f.buf = b; cap(b) > 1<<20 {
		f.buf = nil
	}
	if err := s.append(b); err != nil {
		f.abandon()
		return err
	}
	if !f.held.Valid() {
		f.abandon()
		return fmt.Errorf("%s: %w", lockOf(f.slot), ErrGone)
	}
	f.publish(s.name, s.size)
	if s.size >= f.Segment {
		f.finish()
	}
	return nil
}

// encode appends the items of one request so that all of them are valid, or none.
func (f *Folder) encode(b []byte, items []Item) []byte {
	for i := range items {
		it := &items[i]
		it.ID = f.nextID()
		f.segment.count++
		f.segment.last = it.ID
		var flags byte
		if i < len(items)-1 {
			flags = flagMore
		}
		b = appendFlagged(b, f.segment.seed, kindItem, flags, func(b []byte) []byte { return it.append(b, f.segment.count) })
	}
	return b
}
