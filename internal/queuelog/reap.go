package queuelog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

// Files go as follows, oldest logs first:
//
//   - a put file that has ended, once none of its items is left;
//   - a log, once no item is in it and all put files are younger than what it tells of;
//   - if more than a file's worth of what there is, and a quarter of what counts, is over:
//     one after another, once what counts of it was copied to the newest log.

const (
	reapAtOnce = 1 << 20 // bytes
	mostFiles  = 32      // of a kind: each process that is killed leaves some
)

// reaper copies what counts of a file.
type reaper struct {
	file    *file
	scanner *scanner
	done    bool
}

// Tend finds new files and removes old ones: our own at once, others within a second.
func (w *Worker) Tend() error {
	if clock.Since(w.listed).Abs() < listEvery && w.made == w.folder.made() {
		return nil
	}
	if !w.Valid() {
		return fmt.Errorf("%s: %w", w.dir, ErrGone)
	}
	if err := w.list(); err != nil {
		return err
	}
	w.removePuts()
	w.removeLogs()
	w.dropIdentities()
	w.tellFill()
	return nil
}

func (w *Worker) removePuts() {
	for _, f := range w.files {
		if f.suffix == putSuffix && f.stream == nil && f.live == 0 && w.order(f) {
			w.remove(f)
		}
	}
}

// order sees to it that the name of another file keeps the next ids above those of f, and
// above those that the name of f keeps them above.
func (w *Worker) order(f *file) bool {
	for _, other := range w.files {
		if other.order > max(f.order, f.newest) && other.suffix != idsSuffix {
			return true
		}
	}
	w.endLog()
	if err := w.prepare(); err != nil {
		w.report(err)
		return false
	}
	return true
}

// remove deletes a file of which nothing counts any more. What was copied or noted from it
// must be durable before.
func (w *Worker) remove(f *file) {
	if w.noted {
		if err := w.log.sync(); err != nil {
			w.complain(f, err)
			return
		}
		w.noted = false
	}
	if w.flushIdentities(); w.ids.segment != nil {
		w.ids.segment.sync() // best effort: without it a repetition may run again after a power loss
	}
	if err := w.disk.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.complain(f, err)
		return
	}
	w.resync, f.gone = true, true
}

// removeLogs begins with the oldest. What a log tells of must be gone for good: put files, and
// items in older logs.
func (w *Worker) removeLogs() {
	for _, f := range w.files {
		if f.suffix != logSuffix || f.gone {
			continue
		}
		if w.loading || f == w.logOf || f.live > 0 || f.pins > 0 || !w.younger(f) || !w.syncDir() {
			break
		}
		w.remove(f)
	}
}

func (w *Worker) syncDir() bool {
	if !w.resync {
		return true
	}
	if err := w.disk.SyncDir(w.dir); err != nil {
		w.report(err)
		return false
	}
	w.resync = false
	return true
}

// younger reports whether all put files, and some file at all, are younger than what is in f.
func (w *Worker) younger(f *file) bool {
	any := false
	for _, other := range w.files {
		if other.gone || other.suffix == idsSuffix {
			continue
		}
		if other.suffix == putSuffix && other.order <= f.newest {
			return false
		}
		any = any || other.order > f.newest
	}
	return any
}

// tellFill lets those who put know how many of the items in put files are over.
func (w *Worker) tellFill() {
	if w.loading {
		return
	}
	fill := len(w.live)
	for _, f := range w.files {
		if f.suffix == putSuffix && !f.gone {
			fill -= int(f.count)
		}
	}
	if fill == w.filled {
		return
	}
	if err := writeFill(w.disk, w.dir, fill); err != nil {
		w.report(err)
		return
	}
	w.filled = fill
}

// Reap copies some of what counts in a file that is mostly over, as a batch to be synced and
// applied. It returns nil when there is nothing to do. No other batch may be under way, but
// [Worker.Note] and Poll may be called before Apply.
func (w *Worker) Reap() (*Batch, error) {
	if w.loading {
		return nil, nil
	}
	if r := w.reaper; r != nil && r.done {
		w.reaper = nil
		w.reaped(r.file)
	}
	if w.reaper == nil {
		victim := w.victim()
		if victim == nil {
			return nil, nil
		}
		w.reaper = &reaper{file: victim, scanner: newScanner(w.disk, victim.path, int64(headerSize))}
	}
	b, err := w.copyOn(w.reaper)
	if err == nil && b.any() {
		err = b.write()
	}
	if err != nil {
		w.reaper = nil
		return nil, err
	}
	return b, nil
}

// reaped removes a file of which nothing counts any more. If something is left it could not
// be read, and the file stays.
func (w *Worker) reaped(f *file) {
	switch {
	case f.live > 0:
		f.bad = true
	case f.suffix == logSuffix:
		if w.syncDir() {
			w.remove(f)
		}
	case w.order(f):
		w.remove(f)
	}
}

// victim is the file to copy from, nil if there is none.
func (w *Worker) victim() *file {
	var puts, logs tally
	for _, f := range w.files {
		switch {
		case !f.quiet() || f == w.logOf:
		case f.suffix == logSuffix:
			logs.add(f, f.order)
		case f.suffix == putSuffix && f.stream == nil: // all of it was handed over, and nothing comes
			puts.add(f, uint64(f.liveBytes))
		}
	}
	if most := w.folder.Segment; puts.wasted(most) {
		return puts.least
	} else if logs.wasted(most) {
		return logs.least
	}
	return nil
}

// quiet reports whether a file can be copied from and removed.
func (f *file) quiet() bool { return !f.gone && !f.bad && f.pins == 0 }

// tally sums up files.
type tally struct {
	n          int
	size, live int64
	least      *file // by key
	key        uint64
}

func (t *tally) add(f *file, key uint64) {
	t.n++
	t.size += f.size
	t.live += f.liveBytes
	if t.least == nil || key < t.key {
		t.least, t.key = f, key
	}
}

// wasted reports whether there is too much that is over, or too many files.
func (t *tally) wasted(most int64) bool { return t.size-t.live > most+t.live/4 || t.n > mostFiles }

// copyOn collects the next part of what counts in a file.
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

// copyFrame adds what counts in a frame to a batch, and returns about how much work that was.
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

// copyMarks adds that items are over which their put files still have.
func (w *Worker) copyMarks(b *Batch, body []byte) {
	ids, _ := decodeOver(body)
	for _, id := range ids {
		if _, live := w.live[id]; !live && w.origin(id) != nil {
			b.marks = append(b.marks, id)
		}
	}
}

// copyStarts adds how often items were started that are in put files. Others have it with them.
func (w *Worker) copyStarts(b *Batch, body []byte) {
	list, _ := decodeStarts(body)
	for _, s := range list {
		if p := w.live[s.id]; p.file != nil && p.file.suffix == putSuffix {
			b.starts = append(b.starts, started{s.id, p.starts})
		}
	}
}

// copyItem adds an item, if it is here and nowhere else.
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

// sweep removes what processes left that died while they tried the folder out.
func (w *Worker) sweep(names []string) {
	if w.lock == nil {
		return
	}
	for _, name := range names {
		if durable.IsTemp(name) {
			w.disk.Remove(filepath.Join(w.dir, name)) // best effort
		}
	}
}
