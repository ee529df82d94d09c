package queuelog

import (
	"fmt"
	"slices"

	"github.com/gothird/wecom/internal/clock"
)

// Batch is what becomes of items, on its way to the disk.
type Batch struct {
	w       *Worker
	log     *segment
	file    *file
	over    []uint64
	changed []Item
	places  []place
	from    []place // of what is copied: where it must still be
	// Of an old log, what still counts:
	marks  []uint64  // items that are over
	starts []started // items of put files
}

// Write appends that items are over, and what others are from now on. Nothing of it counts
// before [Batch.Sync] and then [Batch.Apply]; every batch is ended by Apply or [Batch.Drop].
// Nothing else may be written of these items meanwhile. Items that are not known are left out.
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

// Sync makes the batch durable. It may run beside other calls of the worker.
func (b *Batch) Sync() error {
	if b.log == nil {
		return nil
	}
	return b.log.sync()
}

// Apply makes the batch count.
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
				continue // it changed meanwhile, and the newer record comes later in the log
			}
			to.starts = now.starts
		}
		b.w.settle(it.ID, to)
	}
}

func (p place) same(q place) bool { return p.file == q.file && p.off == q.off }

// Note is Write and Apply without a sync, for what is found out again after a power loss.
func (w *Worker) Note(over []uint64, changed []Item) error {
	b, err := w.Write(over, changed)
	if err == nil {
		b.Apply()
		w.noted = w.noted || len(b.changed) > 0
	}
	return err
}

// Drop gives the batch up after an error of Sync.
func (b *Batch) Drop() {
	b.unpin()
	b.w.reaper = nil // what it has copied does not count
	if b.w.log == b.log {
		b.w.endLog()
	}
}

func (b *Batch) unpin() {
	if b.file != nil {
		b.file.pins--
	}
}

// Start notes that items are about to be started once more. It is not synced: the count is
// for the death of a process, which what the system has of a file survives.
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

// prepare sees to it that there is a log to append to.
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

// logSize is where a new log begins: a quarter of a put file, as most of it goes with one.
func (w *Worker) logSize() int64 { return w.folder.Segment / 4 }

// endLog leaves a log. A batch that it has is synced here already.
func (w *Worker) endLog() {
	if w.log == nil {
		return
	}
	if err := w.log.sync(); err != nil && w.noted {
		w.unsure = true // what counts of the noted items may be in older files only
	}
	w.noted = false
	w.log.abandon()
	w.log, w.logOf = nil, nil
}

// newFile makes a file of the worker's own, the newest of all.
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
