package queuelog

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

// Worker processes the items of a folder; there is one at a time. It is not safe for
// concurrent use, except for [Batch.Sync].
//
// [Worker.Poll] hands over each item once, in the order of arrival: first the old ones, then
// those that are put. Outcomes are written with [Worker.Write].
type Worker struct {
	folder *Folder
	disk   Disk
	dir    string
	lock   *durable.Held

	files  []*file // in the order of their names
	listed time.Time
	looked time.Time
	made   int // files made by this process, at the last list
	live   map[uint64]place
	log    *segment // nil until the first write
	logOf  *file
	ids    idsFile
	reaper *reaper
	filled int  // content of the file fill
	resync bool // files were removed, and the folder is not synced
	noted  bool // there is a log with records of Note that may not be durable
	unsure bool // such a log could not be synced: the folder must be read again

	idsComplaint string

	// Until everything from before the start has been read:
	loading bool
	kept    []Item // newest records of logs, not handed over yet
	over    map[uint64]bool
	starts  map[uint64]uint32 // of items in put files

	remember func(identity string, id uint64, put time.Time)
	problems []error
}

// file is a file of the folder.
type file struct {
	fileName
	name      string
	path      string
	size      int64 // last known size
	live      int   // live items in this file
	liveBytes int64
	pins      int    // open batches that use it
	newest    uint64 // largest id in it
	count     uint32 // items put into it
	stream    *stream
	ended     bool // all of it was read, and it does not grow
	gone      bool // removed
	bad       bool // unreadable, and left alone
	complaint string
}

// place is the position of an item.
type place struct {
	file   *file
	off    uint32
	size   uint32
	starts uint32
}

// Work makes the caller the worker; ErrTaken if there is one. It calls remember with the
// known identities, the newest last.
func (f *Folder) Work(remember func(identity string, id uint64, put time.Time)) (*Worker, error) {
	lock, err := durable.TryHold(filepath.Join(f.dir, workerLock))
	if errors.Is(err, durable.ErrLocked) {
		return nil, ErrTaken
	}
	if err != nil {
		return nil, err
	}
	w := newWorker(f, remember)
	w.lock = lock
	if err := w.start(); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// View reads the folder while another process works it, and changes nothing. Only Poll, Read
// and Problems may be called.
func (f *Folder) View() (*Worker, error) {
	w := newWorker(f, func(string, uint64, time.Time) {})
	return w, w.start()
}

func newWorker(f *Folder, remember func(identity string, id uint64, put time.Time)) *Worker {
	return &Worker{
		folder: f, disk: f.Disk, dir: f.dir, remember: remember, loading: true,
		live: map[uint64]place{}, over: map[uint64]bool{}, starts: map[uint64]uint32{},
	}
}

// Valid reports whether the lock still excludes other workers and the folder exists. If not,
// this worker must be closed.
func (w *Worker) Valid() bool { return !w.unsure && w.lock.Valid() }

// Close releases the folder for another worker.
func (w *Worker) Close() {
	if w.log != nil {
		w.log.sync() // best effort: everything that must be durable is synced already
		w.log.abandon()
	}
	w.ids.close()
	w.lock.Unlock()
}

// Problems returns the errors of single files since the last call.
func (w *Worker) Problems() []error {
	p := w.problems
	w.problems = nil
	return p
}

const maxProblems = 100

func (w *Worker) report(err error) {
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, err)
	}
}

// complain adds an error of a file to Problems, once.
func (w *Worker) complain(f *file, err error) {
	if text := err.Error(); f.complaint != text {
		f.complaint = text
		if pathError := new(fs.PathError); !errors.As(err, &pathError) {
			err = fmt.Errorf("%s: %w", f.path, err)
		}
		w.report(err)
	}
}

// Len returns the number of items read so far.
func (w *Worker) Len() int { return len(w.live) + len(w.kept) }

// Loading reports whether items from before the start are still to be handed over.
func (w *Worker) Loading() bool { return w.loading }

// Read returns an item with its payload. ErrDamaged: it can never be read.
func (w *Worker) Read(id uint64) (Item, error) {
	p, ok := w.live[id]
	if !ok {
		return Item{}, ErrUnknown
	}
	b := make([]byte, p.size)
	if n, err := w.disk.ReadAt(p.file.path, b, int64(p.off)); n < len(b) {
		return Item{}, fmt.Errorf("an item is not readable: %w", err)
	}
	f, _, v := parseFrame(b, seedOf(p.file.name))
	if v != good || f.kind != kindItem {
		return Item{}, w.rotten(p)
	}
	it, _, err := decodeItem(f.body)
	if err != nil || it.ID != id {
		return Item{}, w.rotten(p)
	}
	it.Starts = int(p.starts)
	return it, nil
}

func (w *Worker) rotten(p place) error {
	d := &damage{p.file.name, int64(p.off), int64(p.off) + int64(p.size)}
	w.putAside(p.file, d)
	return d
}

// settle changes the position of an item, or removes it if to is zero.
func (w *Worker) settle(id uint64, to place) {
	if p, ok := w.live[id]; ok {
		p.file.live--
		p.file.liveBytes -= int64(p.size)
	}
	if to.file == nil {
		delete(w.live, id)
		if w.loading {
			w.over[id] = true // an older file may still contain it
		}
		return
	}
	to.file.live++
	to.file.liveBytes += int64(to.size)
	w.live[id] = to
}

// origin returns the put file of an item, nil if it was removed.
func (w *Worker) origin(id uint64) (found *file) {
	for _, f := range w.files {
		if f.suffix == putSuffix && uint64(f.slot) == id%slots && f.order <= id {
			found = f // the last match: files are in order
		}
	}
	return found
}

// Others reports whether other processes may put items.
func (w *Worker) Others() bool {
	for _, f := range w.files {
		if f.stream == nil || f.bad {
			continue
		}
		if _, ours := w.folder.readable(f.name); !ours {
			return true
		}
	}
	return false
}
