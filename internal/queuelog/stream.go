package queuelog

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

// stream hands over the items of a put file, which may still grow.
type stream struct {
	file    *file
	scanner *scanner
	headed  bool
	run     []located // items of an incomplete Put
	ready   []located // items of complete Puts, not handed over yet
	dead    bool      // the writer has ended
	final   bool      // and the size was read after that
	met     bool      // the end was reached
	idle    bool      // nothing more, or an error, at the last read
}

// located is an item without State and Payload, and its position.
type located struct {
	Item
	place
}

func (w *Worker) newStream(f *file) *stream {
	return &stream{file: f, scanner: newScanner(w.disk, f.path, int64(headerSize))}
}

// pull reads until a complete Put is ready or the file ends.
func (w *Worker) pull(s *stream) {
	for len(s.ready) == 0 && !s.idle && w.grown(s) {
		if !s.headed && !w.checkHead(s) {
			s.idle = true
			return
		}
		f, at, size, err := s.scanner.next()
		if err != nil {
			w.stopped(s, err)
			continue
		}
		s.file.complaint = ""
		w.take(s, f, at, size)
	}
}

// stopped handles the end of the frames: a tail, damage or an error.
func (w *Worker) stopped(s *stream, err error) {
	switch {
	case errors.Is(err, errTail):
		s.met = true
		if s.idle = s.final || !s.dead; s.idle {
			s.file.ended = s.final
		}
	case errors.Is(err, ErrDamaged):
		s.flush() // hand over the readable part of the Put
		w.damagedIn(s.file, err)
	default:
		w.complain(s.file, err)
		s.idle, s.met = true, false // there is more, though the file may not grow again
	}
}

// grown reports whether there may be something to read. The file of this process is read
// only as far as Put has published.
func (w *Worker) grown(s *stream) bool {
	if len(s.scanner.buf) > 0 {
		return true
	}
	if size, ours := w.folder.readable(s.file.name); ours {
		s.scanner.limit = size
		s.met = s.met || size <= s.scanner.off
		return size > s.scanner.off
	}
	size, err := w.disk.Size(s.file.path)
	if err != nil {
		w.missing(s.file, err)
		s.idle = true
		return false
	}
	s.idle = s.met && !s.dead && size == s.file.size
	s.file.size, s.scanner.limit, s.final = max(size, s.file.size), size, s.dead
	return !s.idle
}

// missing handles a file whose size cannot be read.
func (w *Worker) missing(f *file, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrGone
	}
	w.complain(f, err)
}

// checkHead reads the header. A file of a newer version is left alone.
func (w *Worker) checkHead(s *stream) bool {
	b := make([]byte, headerSize)
	n, err := w.disk.ReadAt(s.file.path, b, 0)
	if n < len(b) && !errors.Is(err, io.EOF) {
		w.complain(s.file, err)
		return false
	}
	if n < len(b) {
		s.met, s.file.ended = true, s.final // its writer died while creating it, or is creating it
		return false
	}
	if err := checkHeader(b); err != nil { // if it is only damaged, the frames may be valid
		w.complain(s.file, err)
		s.file.bad = errors.Is(err, ErrNewer)
	}
	s.headed = !s.file.bad
	return s.headed
}

// take adds the items of a frame.
func (w *Worker) take(s *stream, f frame, at int64, size int) {
	s.file.size = max(s.file.size, at+int64(size))
	if f.kind == kindEnd {
		s.dead = true
	}
	if f.kind != kindItem {
		return
	}
	it, count, err := decodeItem(f.body)
	if err != nil {
		w.damagedIn(s.file, &damage{s.file.name, at, at + int64(size)})
	} else {
		it.State, it.Payload = nil, nil
		s.file.newest, s.file.count = max(s.file.newest, it.ID), max(s.file.count, count)
		s.run = append(s.run, located{it, place{s.file, uint32(at), uint32(size), 0}})
	}
	if !f.more {
		s.flush()
	}
}

func (s *stream) flush() {
	s.ready = append(s.ready, s.run...)
	s.run = nil
}

// Poll hands over at most n new items, without State and Payload, in the order of their ids
// as far as possible. more reports that there are more.
func (w *Worker) Poll(n int) (items []Item, more bool) {
	w.look()
	for len(items) < n && len(w.kept) > 0 {
		items = append(items, w.kept[0])
		w.kept = w.kept[1:]
	}
	if len(w.kept) > 0 {
		return items, true
	}
	for len(items) < n {
		s := w.first()
		if s == nil {
			return items, false
		}
		next := s.ready[0]
		s.ready = s.ready[1:]
		if it, ok := w.admit(next); ok {
			items = append(items, it)
		}
	}
	return items, true
}

// lookEvery is how often the files of other processes are checked.
const lookEvery = 25 * time.Millisecond

// look lets idle streams be read again.
func (w *Worker) look() {
	others := clock.Since(w.looked).Abs() >= lookEvery
	if others {
		w.looked = clock.Now()
	}
	for _, f := range w.files {
		if f.stream == nil || f.bad {
			continue
		}
		if others || w.folder.holds(f.slot) {
			f.stream.idle = false
		}
	}
}

// first returns the stream whose next item has the lowest id.
func (w *Worker) first() (first *stream) {
	met := true
	for _, f := range w.files {
		s := f.stream
		if s == nil {
			continue
		}
		met = w.refill(s) && met
		if len(s.ready) > 0 && (first == nil || s.ready[0].ID < first.ready[0].ID) {
			first = s
		}
	}
	if first == nil && met && w.loading {
		w.loading, w.over, w.starts = false, nil, nil
	}
	return first
}

// refill reads more if nothing is ready. It reports whether the stream is loaded to its end,
// or cannot be.
func (w *Worker) refill(s *stream) bool {
	w.pull(s)
	if s.file.ended && len(s.ready) == 0 {
		s.file.stream = nil
	}
	return s.met || s.file.bad
}

// admit reports whether an item of a put file is still live.
func (w *Worker) admit(l located) (Item, bool) {
	if w.over[l.ID] {
		return Item{}, false
	}
	if _, known := w.live[l.ID]; known {
		return Item{}, false // a log has a newer record
	}
	l.starts = w.starts[l.ID]
	l.Starts = int(l.starts)
	w.settle(l.ID, l.place)
	return l.Item, true
}

// damagedIn reports a damaged part of a file and copies it.
func (w *Worker) damagedIn(f *file, err error) {
	var d *damage
	if errors.As(err, &d) {
		w.putAside(f, d)
	}
}

// putAside copies damaged bytes to a file, for people, and reports them. It does so once.
func (w *Worker) putAside(f *file, d *damage) {
	if w.lock == nil {
		return // a view changes nothing
	}
	path := filepath.Join(w.dir, damaged+f.name+"-"+hex(uint64(d.from), 8))
	if _, err := w.disk.Size(path); err == nil {
		return
	}
	b := make([]byte, min(d.to-d.from, 64<<20))
	n, _ := w.disk.ReadAt(f.path, b, d.from)
	if err := w.copyAside(path, b[:n]); err != nil {
		w.report(err)
	}
	w.report(&putAsideError{d, path})
}

func (w *Worker) copyAside(path string, b []byte) error {
	file, err := w.disk.Create(path)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	return errors.Join(err, file.Sync(), file.Close())
}

type putAsideError struct {
	*damage
	path string
}

func (e *putAsideError) Error() string { return e.damage.Error() + ", a copy is in " + e.path }

// writerEnded reports whether the writer of a put file has ended, or has a newer file.
func (w *Worker) writerEnded(f *file) bool {
	if _, ours := w.folder.readable(f.name); ours || w.lock == nil {
		return false
	}
	for _, other := range w.files {
		if other.suffix == putSuffix && other.slot == f.slot && other.order > f.order {
			return true
		}
	}
	if w.folder.holds(f.slot) {
		return true // of this process, and not its present file
	}
	lock, err := durable.TryHold(filepath.Join(w.dir, lockOf(f.slot)))
	if err != nil {
		return false
	}
	lock.Unlock()
	return true
}
