package queuelog

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// start reads logs and identities, so that Poll can begin with the put files.
func (w *Worker) start() error {
	if err := w.list(); err != nil {
		return err
	}
	kept := map[uint64]Item{}
	for _, f := range w.files {
		if f.suffix == logSuffix {
			if err := w.replay(f, kept); err != nil {
				return fmt.Errorf("log %s: %w", f.name, err)
			}
		}
	}
	for id, it := range kept {
		p := w.live[id]
		p.starts = uint32(it.Starts)
		w.live[id] = p
		w.kept = append(w.kept, it)
	}
	slices.SortFunc(w.kept, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
	return w.loadIdentities()
}

// replay reads a log. What it says on an item counts more than what was said before.
func (w *Worker) replay(f *file, kept map[uint64]Item) error {
	return w.scan(f, func(fr frame, at int64, size int) error {
		switch fr.kind {
		case kindItem:
			it, _, err := decodeItem(fr.body)
			if err != nil {
				return err
			}
			it.State, it.Payload = nil, nil
			delete(w.over, it.ID)
			delete(w.starts, it.ID)
			f.newest = max(f.newest, it.ID)
			w.settle(it.ID, place{file: f, off: uint32(at), size: uint32(size)})
			kept[it.ID] = it
		case kindOver:
			ids, err := decodeOver(fr.body)
			for _, id := range ids {
				f.newest = max(f.newest, id)
				w.settle(id, place{})
				delete(kept, id)
				delete(w.starts, id)
			}
			return err
		case kindStart:
			return w.replayStarts(f, fr.body, kept)
		}
		return nil
	})
}

func (w *Worker) replayStarts(f *file, body []byte, kept map[uint64]Item) error {
	list, err := decodeStarts(body)
	for _, s := range list {
		f.newest = max(f.newest, s.id)
		if it, ok := kept[s.id]; ok {
			it.Starts = max(it.Starts, int(s.starts))
			kept[s.id] = it
		} else if !w.over[s.id] {
			w.starts[s.id] = max(w.starts[s.id], s.starts)
		}
	}
	return err
}

// scan reads all frames of a file that nobody appends to, good ones and what do makes of
// them. Damaged parts are put aside; an error means that the file cannot be read now.
func (w *Worker) scan(f *file, do func(fr frame, at int64, size int) error) error {
	head := make([]byte, headerSize)
	if n, err := w.disk.ReadAt(f.path, head, 0); n < len(head) {
		if errors.Is(err, io.EOF) {
			return nil // its writer died at it
		}
		return err
	}
	if err := checkHeader(head); errors.Is(err, ErrNewer) {
		return err
	} else if err != nil {
		w.complain(f, err)
	}
	s := newScanner(w.disk, f.path, int64(headerSize))
	for {
		fr, at, size, err := s.next()
		if err == nil {
			if err = do(fr, at, size); err != nil {
				err = &damage{f.name, at, at + int64(size)}
			}
		}
		switch {
		case errors.Is(err, errTail):
			f.size = s.off
			return nil
		case errors.Is(err, ErrDamaged):
			w.damagedIn(f, err)
		case err != nil:
			return err
		}
	}
}

// listEvery is how often the folder is looked through for new files and for writers that
// have ended.
const listEvery = time.Second

// list finds files that have come or gone.
func (w *Worker) list() error {
	w.listed, w.made = clock.Now(), w.folder.made()
	names, err := w.disk.Names(w.dir)
	if err != nil {
		return err
	}
	known := map[string]*file{}
	for _, f := range w.files {
		known[f.name] = f
	}
	w.sweep(names)
	files := make([]*file, 0, len(names))
	for _, s := range names {
		n, ok := parseName(s)
		if !ok {
			continue
		}
		f := known[s]
		if f == nil {
			f = &file{fileName: n, name: s, path: filepath.Join(w.dir, s)}
			if n.suffix == putSuffix {
				f.stream = w.newStream(f)
			}
		}
		delete(known, s)
		files = append(files, f)
	}
	for _, f := range known {
		w.vanished(f)
	}
	slices.SortFunc(files, func(a, b *file) int { return cmp.Compare(a.name, b.name) })
	w.files = files
	for _, f := range files {
		if f.stream != nil && !f.stream.dead {
			f.stream.dead = w.writerEnded(f)
		}
	}
	return nil
}

// vanished deals with a file that somebody has removed.
func (w *Worker) vanished(f *file) {
	if f.live > 0 {
		w.complain(f, ErrGone)
	}
}
