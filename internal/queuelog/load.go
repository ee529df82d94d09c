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
		if f.suffix != logSuffix {
			continue
		}
		err := w.replay(f, kept)
		if err == nil && w.lock != nil {
			err = w.disk.SyncFile(f.path) // its worker may have been killed, and other files are removed because of what it says
		}
		if err != nil {
			return fmt.Errorf("log %s: %w", f.name, err)
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

// replay reads a log. Its record of an item replaces older ones.
func (w *Worker) replay(f *file, kept map[uint64]Item) error {
	return w.scan(f, func(fr frame, at int64, size int) error {
		switch fr.kind {
		case kindItem:
			it, _, err := decodeItem(fr.body)
			if err != nil {
				return err
			}
			it.State, it.Payload = nil, nil
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

// scan reads all frames of a finished file and calls do for the valid ones. Damaged parts
// are copied to a file damaged-…; an error means that the file cannot be read now.
func (w *Worker) scan(f *file, do func(fr frame, at int64, size int) error) error {
	if empty, err := w.scanHead(f); empty || err != nil {
		return err
	}
	s := newScanner(w.disk, f.path, int64(headerSize))
	for {
		fr, at, size, err := s.next()
		if errors.Is(err, errTail) {
			f.size = s.off
			return nil
		}
		if err == nil && do(fr, at, size) != nil {
			err = &damage{f.name, at, at + int64(size)}
		}
		if errors.Is(err, ErrDamaged) {
			w.damagedIn(f, err)
		} else if err != nil {
			return err
		}
	}
}

// scanHead reads the header of a file.
func (w *Worker) scanHead(f *file) (empty bool, err error) {
	head := make([]byte, headerSize)
	if n, err := w.disk.ReadAt(f.path, head, 0); n < len(head) {
		if errors.Is(err, io.EOF) {
			return true, nil // its writer died while creating it
		}
		return false, err
	}
	err = checkHeader(head)
	if errors.Is(err, ErrDamaged) { // the frames may be valid
		w.complain(f, err)
		err = nil
	}
	return false, err
}

// listEvery is how often the folder is listed for new files and ended writers.
const listEvery = time.Second

// list finds new and removed files.
func (w *Worker) list() error {
	w.listed, w.made = clock.Now(), w.folder.made()
	names, err := w.disk.Names(w.dir)
	if err != nil {
		return err
	}
	w.sweep(names)
	w.files = w.filesOf(names)
	for _, f := range w.files {
		if f.stream != nil && !f.stream.dead {
			f.stream.dead = w.writerEnded(f)
		}
	}
	return nil
}

// filesOf returns the files with these names, in the same order.
func (w *Worker) filesOf(names []string) []*file {
	known := map[string]*file{}
	for _, f := range w.files {
		known[f.name] = f
	}
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
	return files
}

// vanished handles a file that another program has removed.
func (w *Worker) vanished(f *file) {
	if f.live > 0 {
		w.complain(f, ErrGone)
	}
}
