package queuelog

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

// Worker is the one who works a folder. It is not safe for concurrent use, but for
// [Batch.Sync].
//
// [Worker.Poll] hands over each item once, in the order of arrival, and after that what is
// put. Whatever becomes of items is written with [Worker.Write].
type Worker struct {
	folder *Folder
	disk   Disk
	dir    string
	lock   *durable.Held

	files  []*file // in the order of their names
	listed time.Time
	looked time.Time
	made   int // by the folder, when last listed
	live   map[uint64]place
	log    *segment // nil until something is written
	logOf  *file
	ids    idsFile
	reaper *reaper
	filled int  // what the file says
	resync bool // files were removed, and the folder was not synced since
	noted  bool // there is a log, with items that Note has written and that may not be durable
	unsure bool // such a log could not be synced: what is here must be read anew

	idsComplaint string

	// Until all that was there at the start has been read:
	loading bool
	kept    []Item // newest records of logs, still to be handed over
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
	size      int64 // as far as known
	live      int   // items that are here and nowhere else
	liveBytes int64
	pins      int    // batches that are being written
	newest    uint64 // largest id that is in it
	count     uint32 // items that were put into it
	stream    *stream
	ended     bool // all of it was read, and nothing comes
	gone      bool // it was removed
	bad       bool // it cannot be read, and is left alone
	complaint string
}

// place is where an item is.
type place struct {
	file   *file
	off    uint32
	size   uint32
	starts uint32
}

// Work makes the caller the worker: ErrTaken if somebody else is. remember gets identities
// that were put, the newest last.
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

// View reads the folder beside its worker, and changes nothing. Only Poll, Read and Problems
// may be called.
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

// Valid reports whether others are still kept out, and the folder is there. If not, another
// worker has to begin.
func (w *Worker) Valid() bool { return !w.unsure && w.lock.Valid() }

// Close leaves the folder to another worker.
func (w *Worker) Close() {
	if w.log != nil {
		w.log.sync() // best effort: what must be durable has been synced
		w.log.abandon()
	}
	w.ids.close()
	w.lock.Unlock()
}

// Problems returns what went wrong since the last call without being anybody's error.
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

// complain reports what is wrong with a file, once.
func (w *Worker) complain(f *file, err error) {
	if text := err.Error(); f.complaint != text {
		f.complaint = text
		if pathError := new(fs.PathError); !errors.As(err, &pathError) {
			err = fmt.Errorf("%s: %w", f.path, err)
		}
		w.report(err)
	}
}

// Len is how many items there are, as far as they were read.
func (w *Worker) Len() int { return len(w.live) + len(w.kept) }

// Loading reports whether not all that was there at the start has been handed over.
func (w *Worker) Loading() bool { return w.loading }

// Read returns an item with its payload. ErrDamaged: it cannot be read, now or ever.
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

// settle moves an item, or forgets it where to is none.
func (w *Worker) settle(id uint64, to place) {
	if p, ok := w.live[id]; ok {
		p.file.live--
		p.file.liveBytes -= int64(p.size)
	}
	if to.file == nil {
		delete(w.live, id)
		if w.loading {
			w.over[id] = true // an older file may still have it
		}
		return
	}
	to.file.live++
	to.file.liveBytes += int64(to.size)
	w.live[id] = to
}

// origin is the put file that an item was put into, nil if that is gone.
func (w *Worker) origin(id uint64) (found *file) {
	for _, f := range w.files {
		if f.suffix == putSuffix && uint64(f.slot) == id%slots && f.order <= id {
			found = f // files are in order
		}
	}
	return found
}

// Others reports whether another process may be putting.
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
