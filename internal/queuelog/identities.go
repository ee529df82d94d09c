package queuelog

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// Identities are known for identityLife from the Put of their items, and as long as the
// items are in the queue. The worker writes them to files, and removes whole files. While it
// runs it uses the monotonic clock; at its start a time ahead of the clock counts as now. If
// the clock is far ahead at the start, identities are lost: then a repetition runs again,
// but nothing is left out.
const (
	identityLife  = 2 * time.Hour
	identityHour  = time.Hour // time span of one file
	identityMost  = 1 << 20   // limit in all files; beyond it the oldest file is removed early
	identityBatch = identityMost / 8
	identityBuf   = 64 << 10
)

// idsFile is the newest file of identities.
type idsFile struct {
	segment *segment
	buf     []byte // not written yet
	begun   time.Time
	count   int
	total   int // in all files
	until   map[string]idsLife
}

// idsLife is how many identities a file has, and when all of them have expired.
type idsLife struct {
	until time.Time
	count int
}

func (i *idsFile) flush() (err error) {
	if i.segment != nil && len(i.buf) > 0 {
		err = i.segment.write(i.buf)
	}
	i.buf = i.buf[:0]
	return err
}

func (i *idsFile) close() {
	if i.segment != nil {
		i.flush()
		i.segment.sync() // best effort, see Worker.Close
		i.segment.abandon()
		i.segment = nil
	}
}

// Identify notes the identity of an item that was put. It is written before any outcome of
// the item. If it cannot be written, that is reported, and after a restart the identity is
// known only as long as the item is in the queue.
func (w *Worker) Identify(it *Item) { w.identified(w.identify(it)) }

// flushIdentities writes the noted identities.
func (w *Worker) flushIdentities() {
	if len(w.ids.buf) > 0 {
		w.identified(w.ids.flush())
	}
}

// identified reports an error of writing identities, once.
func (w *Worker) identified(err error) {
	if err == nil {
		w.idsComplaint = ""
		return
	}
	w.ids.close()
	if text := err.Error(); w.idsComplaint != text {
		w.idsComplaint = text
		w.report(fmt.Errorf("identities: %w", err))
	}
}

func (w *Worker) identify(it *Item) error {
	i := &w.ids
	if i.segment != nil && (clock.Since(i.begun).Abs() >= identityHour || i.count >= identityBatch) {
		i.close()
	}
	if i.segment == nil {
		s, err := w.newFile(idsSuffix)
		if err != nil {
			return err
		}
		i.segment, i.begun, i.count = s, clock.Now(), 0
	}
	v := identity{it.Identity, it.ID, it.Put}
	i.buf = appendFrame(i.buf, i.segment.seed, kindIdentity, v.append)
	i.count++
	i.total++
	i.until[i.segment.name] = idsLife{clock.Now().Add(identityLife), i.count}
	if len(i.buf) < identityBuf {
		return nil
	}
	return i.flush()
}

// loadIdentities reads the identities of earlier workers.
func (w *Worker) loadIdentities() error {
	w.ids.until = map[string]idsLife{}
	for _, f := range w.files {
		if f.suffix != idsSuffix {
			continue
		}
		life, err := w.loadIds(f)
		if err != nil {
			w.complain(f, err)
			continue
		}
		w.ids.until[f.name] = life
		w.ids.total += life.count
	}
	return nil
}

// loadIds reads one file. A time ahead of the clock counts as now.
func (w *Worker) loadIds(f *file) (life idsLife, err error) {
	now := clock.Now()
	err = w.scan(f, func(fr frame, _ int64, _ int) error {
		if fr.kind != kindIdentity {
			return nil
		}
		v, err := decodeIdentity(fr.body)
		if err != nil {
			return err
		}
		put := v.put
		if put.After(now) {
			put = now
		}
		life.count++
		life.until = later(life.until, now.Add(identityLife-now.Sub(put)))
		w.remember(v.text, v.id, put)
		return nil
	})
	return life, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// dropIdentities removes files whose identities have all expired, and the oldest files if
// there are too many identities.
func (w *Worker) dropIdentities() {
	for _, f := range w.files {
		life, ok := w.ids.until[f.name]
		if !ok || w.ids.segment != nil && w.ids.segment.name == f.name {
			continue
		}
		if clock.Until(life.until) > 0 && w.ids.total <= identityMost {
			continue
		}
		if err := w.disk.Remove(filepath.Join(w.dir, f.name)); err != nil {
			w.complain(f, err)
			continue
		}
		delete(w.ids.until, f.name)
		w.ids.total -= life.count
	}
}
