package queuelog

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

// Files are removed as follows, oldest logs first:
//
//   - a finished put file, when none of its items is left;
//   - a log, when no item is in it and all put files are younger than its records;
//   - if finished items take more than one file, and more than a quarter of the live ones:
//     one file after another, when its live items were copied to the newest log.

const (
	reapAtOnce = 1 << 20 // bytes
	mostFiles  = 32      // of a kind; each killed process leaves some
)

// reaper copies the live items of a file.
type reaper struct {
	file    *file
	scanner *scanner
	done    bool
}

// Tend finds new files and removes old ones: those of this process at once, others within a
// second.
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

// order makes sure that the name of another file keeps new ids above those of f, and above
// those that the name of f keeps them above.
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

// remove deletes a file without live items. What was copied or noted from it must be durable
// before.
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

// removeLogs removes logs, the oldest first. The put files and older logs that a log refers
// to must have been removed durably before.
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

// younger reports whether all put files are younger than the content of f, and there is any
// younger file.
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

// tellFill writes the file fill: how many items in put files are over.
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

// Reap copies some live items of a mostly finished file into a batch, which must be synced
// and applied. It returns nil if there is nothing to do. No other batch may be open, but
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

// reaped removes a file after its last batch. If live items are left, they could not be
// read, and the file stays.
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

// victim returns the file to copy from, nil if there is none.
func (w *Worker) victim() *file {
	var puts, logs tally
	for _, f := range w.files {
		switch {
		case !f.quiet() || f == w.logOf:
		case f.suffix == logSuffix:
			logs.add(f, f.order)
		case f.suffix == putSuffix && f.stream == nil: // all of it was handed over, and it does not grow
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

// quiet reports whether a file can be copied and removed.
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

// wasted reports whether finished items take too much space, or there are too many files.
func (t *tally) wasted(most int64) bool { return t.size-t.live > most+t.live/4 || t.n > mostFiles }

// sweep removes temporary files of processes that died.
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
