package queuelog

import (
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/clock"
)

// Batch is a set of outcomes that is being written.
type Batch struct {
	w       *Worker
	log     *segment
	file    *file
	over    []uint64
	changed []Item
	places  []place
	from    []place // for copied items: their old positions, which must be unchanged
	// Live records of an old log:
	marks  []uint64  // finished items
	starts []started // starts of items in put files
}

// Write appends finished items, and new versions of others. They are valid after
// [Batch.Sync] and then [Batch.Apply]; every batch ends with Apply or [Batch.Drop]. Nothing
// else may be written about these items meanwhile. Unknown items are left out.
func (w *Worker) Write(over []uint64, changed []Item) (*Batch, error) {
	b := &Batch{w: w}
	for _, id := range over {
		if _, ok := w.live[id]; ok {
			b.over = append(b.over, id)
		}
	}
	for _, it := range changed {
		if err := it.Fits(); err != nil {
			return nil, err
		}
		if _, ok := w.live[it.ID]; ok {
			b.changed = append(b.changed, it)
		}
	}
	if !b.any() {
		return b, nil
	}
	return b, b.write()
}

func (b *Batch) any() bool { return len(b.over)+len(b.changed)+len(b.marks)+len(b.starts) > 0 }

func (b *Batch) write() error {
	w := b.w
	if err := w.prepare(); err != nil {
		return err
	}
	b.log, b.file = w.log, w.logOf
	if err := b.log.write(b.encode()); err != nil {
		return err
	}
	b.file.size = b.log.size
	b.file.pins++
	return nil
}

func (b *Batch) encode() (buf []byte) {
	buf = b.encodeOver(b.encodeOver(nil, b.over), b.marks)
	if len(b.starts) > 0 {
		buf = appendFrame(buf, b.log.seed, kindStart, func(buf []byte) []byte { return appendStarts(buf, b.starts) })
		for _, s := range b.starts {
			b.file.newest = max(b.file.newest, s.id)
		}
	}
	for i := range b.changed {
		it := &b.changed[i]
		start := len(buf)
		buf = appendFrame(buf, b.log.seed, kindItem, func(buf []byte) []byte { return it.append(buf, 0) })
		b.places = append(b.places, place{
			file: b.file, off: uint32(b.log.size) + uint32(start), size: uint32(len(buf) - start), starts: uint32(it.Starts),
		})
		b.file.newest = max(b.file.newest, it.ID)
	}
	return buf
}

func (b *Batch) encodeOver(buf []byte, ids []uint64) []byte {
	const atOnce = 1 << 16
	for _, id := range ids {
		b.file.newest = max(b.file.newest, id)
	}
	for some := range slices.Chunk(ids, atOnce) {
		buf = appendFrame(buf, b.log.seed, kindOver, func(buf []byte) []byte { return appendOver(buf, some) })
	}
	return buf
}

// Sync makes the batch durable. It may run concurrently with other calls of the worker.
func (b *Batch) Sync() error {
	if b.log == nil {
		return nil
	}
	return b.log.sync()
}

// Apply makes the batch valid.
func (b *Batch) Apply() {
	b.unpin()
	for _, id := range b.over {
		b.w.settle(id, place{})
	}
	for i, it := range b.changed {
		to := b.places[i]
		if b.from != nil {
			now := b.w.live[it.ID]
			if !now.same(b.from[i]) {
				continue // it has changed, and the newer record is later in the log
			}
			to.starts = now.starts
		}
		b.w.settle(it.ID, to)
	}
}

func (p place) same(q place) bool { return p.file == q.file && p.off == q.off }

// Note is Write and Apply without a sync, for facts that are found again after a power loss.
func (w *Worker) Note(over []uint64, changed []Item) error {
	b, err := w.Write(over, changed)
	if err == nil {
		b.Apply()
		w.noted = w.noted || len(b.changed) > 0
	}
	return err
}

// Drop discards the batch after an error of Sync.
func (b *Batch) Drop() {
	b.unpin()
	b.w.reaper = nil // its copies are not valid
	if b.w.log == b.log {
		b.w.endLog()
	}
}

func (b *Batch) unpin() {
	if b.file != nil {
		b.file.pins--
	}
}

// Start notes that items are about to be started. It is not synced: the count is needed
// after the death of the process, which unsynced writes survive.
func (w *Worker) Start(ids []uint64) error {
	if err := w.prepare(); err != nil {
		return err
	}
	list := make([]started, 0, len(ids))
	for _, id := range ids {
		list = append(list, started{id, w.live[id].starts + 1})
	}
	frame := appendFrame(nil, w.log.seed, kindStart, func(b []byte) []byte { return appendStarts(b, list) })
	if err := w.log.write(frame); err != nil {
		return err
	}
	w.logOf.size = w.log.size
	for _, s := range list {
		if p, ok := w.live[s.id]; ok {
			p.starts = s.starts
			w.live[s.id] = p
		}
		w.logOf.newest = max(w.logOf.newest, s.id)
	}
	return nil
}

// prepare makes sure that there is a log to append to.
func (w *Worker) prepare() error {
	if w.log != nil && (w.log.broken() || w.log.size >= w.logSize()) {
		w.endLog()
	}
	if !w.Valid() {
		return fmt.Errorf("%s: %w", w.dir, ErrGone)
	}
	w.flushIdentities()
	if w.log != nil {
		return nil
	}
	s, err := w.newFile(logSuffix)
	if err != nil {
		return err
	}
	w.log, w.logOf = s, w.files[len(w.files)-1]
	return nil
}

// logSize is the size at which a new log begins: a quarter of a put file. Most records of a
// log are not needed when a put file is removed.
func (w *Worker) logSize() int64 { return w.folder.Segment / 4 }

// endLog ends the present log. It syncs it first, for an open batch.
func (w *Worker) endLog() {
	if w.log == nil {
		return
	}
	if err := w.log.sync(); err != nil && w.noted {
		w.unsure = true // the last durable record of noted items may be in older files only
	}
	w.noted = false
	w.log.abandon()
	w.log, w.logOf = nil, nil
}

// newFile creates a file of the worker, the newest of all.
func (w *Worker) newFile(suffix string) (*segment, error) {
	order, err := nextOrder(w.disk, w.dir)
	if err != nil {
		return nil, err
	}
	name := fileName{order, int(clock.Now().UnixNano()) & (slots - 1), suffix}
	s, err := newSegment(w.disk, w.dir, name)
	if err != nil {
		return nil, err
	}
	w.files = append(w.files, &file{fileName: name, name: s.name, path: s.path(), size: s.size})
	return s, nil
}
