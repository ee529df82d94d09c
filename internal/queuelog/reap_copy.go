package queuelog

import (
	"bytes"
	"errors"
)

// copyOn adds the next live items of a file to a batch.
func (w *Worker) copyOn(r *reaper) (*Batch, error) {
	b := &Batch{w: w}
	for size := 0; size < reapAtOnce; {
		f, at, n, err := r.scanner.next()
		switch {
		case errors.Is(err, errTail):
			r.done = true
			return b, nil
		case errors.Is(err, ErrDamaged):
			w.damagedIn(r.file, err)
		case err != nil:
			return nil, err
		default:
			size += w.copyFrame(b, r.file, f, at, n)
		}
	}
	return b, nil
}

// copyFrame adds the live items of a frame to a batch, and returns about how much work that
// was.
func (w *Worker) copyFrame(b *Batch, file *file, f frame, at int64, n int) int {
	switch f.kind {
	case kindItem:
		if w.copyItem(b, file, f.body, at) {
			return n
		}
	case kindOver:
		w.copyMarks(b, f.body)
	case kindStart:
		w.copyStarts(b, f.body)
	}
	return n / 8
}

// copyMarks copies the marks of finished items that are still in put files.
func (w *Worker) copyMarks(b *Batch, body []byte) {
	ids, _ := decodeOver(body)
	for _, id := range ids {
		if _, live := w.live[id]; !live && w.origin(id) != nil {
			b.marks = append(b.marks, id)
		}
	}
}

// copyStarts copies how often items in put files were started. Items in logs contain that
// number.
func (w *Worker) copyStarts(b *Batch, body []byte) {
	list, _ := decodeStarts(body)
	for _, s := range list {
		if p := w.live[s.id]; p.file != nil && p.file.suffix == putSuffix {
			b.starts = append(b.starts, started{s.id, p.starts})
		}
	}
}

// copyItem copies an item if this is its newest record.
func (w *Worker) copyItem(b *Batch, file *file, body []byte, at int64) bool {
	it, _, err := decodeItem(body)
	p := w.live[it.ID]
	if err != nil || p.file != file || int64(p.off) != at {
		return false
	}
	it.Starts = int(p.starts)
	it.State, it.Payload = bytes.Clone(it.State), bytes.Clone(it.Payload)
	b.changed, b.from = append(b.changed, it), append(b.from, p)
	return true
}
