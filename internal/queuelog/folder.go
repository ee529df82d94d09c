package queuelog

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"

	"github.com/gothird/wecom/internal/durable"
)

// Options of a Folder. Zero values are replaced by the defaults.
type Options struct {
	Items   int    // limit of items, about; 0: 1,000,000. Urgent items may use a tenth more
	Bytes   int64  // limit of all files, about; 0: 1 GiB. Urgent items may use a tenth more
	Segment int64  // bytes of one file, about; 0: 64 MiB
	Wake    func() // called after each Put
	Disk    Disk   // nil: Machine
}

func (o Options) withDefaults() Options {
	if o.Items <= 0 {
		o.Items = 1_000_000
	}
	if o.Bytes <= 0 {
		o.Bytes = 1 << 30
	}
	if o.Segment <= 0 {
		o.Segment = 64 << 20
	}
	if o.Wake == nil {
		o.Wake = func() {}
	}
	if o.Disk == nil {
		o.Disk = Machine{}
	}
	return o
}

// Folder is a folder as one process uses it. It is safe for concurrent use.
type Folder struct {
	Options
	dir string

	turn    chan struct{} // held while waiting requests are committed; guards what follows
	slot    int
	held    *durable.Held // lock of the slot, nil until the first Put
	segment *segment
	last    uint64 // the newest number of this process
	usage   usage
	buf     []byte

	mu      sync.Mutex
	pending []*request
	closed  bool
	own     ownFile
}

// ownFile is how far the put file of this process may be read: the rest may not be durable
// yet.
type ownFile struct {
	name string
	size int64
	held bool // this process holds the slot
	slot int
	made int // number of files so far
}

// request is a Put call that waits.
type request struct {
	items  []Item
	urgent bool
	done   chan error
}

// Open opens a folder, and creates it if needed.
func Open(dir string, o Options) (*Folder, error) {
	dir, err := durable.PrivateDir(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{Options: o.withDefaults(), dir: dir, turn: make(chan struct{}, 1)}, nil
}

// Dir returns the path of the folder.
func (f *Folder) Dir() string { return f.dir }

// nextID returns a new id, which is the time if the clock allows that.
func (f *Folder) nextID() uint64 {
	f.last = max(nanoseconds()/slots, f.last+1)
	return f.last*slots + uint64(f.slot)
}

// prepare makes sure that there is a file to append to.
func (f *Folder) prepare() error {
	if f.segment != nil {
		return nil
	}
	if f.held == nil {
		if err := f.takeSlot(rand.IntN(slots)); err != nil {
			return err
		}
	}
	order, err := nextOrder(f.Disk, f.dir)
	if err != nil {
		return err
	}
	name := fileName{order, f.slot, putSuffix}
	f.publish(name.String(), 0) // before the file exists: the worker must not treat it as left by a dead process
	s, err := newSegment(f.Disk, f.dir, name)
	if err != nil {
		f.leave()
		return err
	}
	f.segment = s
	f.last = max(f.last, order/slots)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own.made++
	return nil
}

// takeSlot takes the given slot, or the next one that is free.
func (f *Folder) takeSlot(slot int) error {
	for range slots {
		held, err := durable.TryHold(filepath.Join(f.dir, lockOf(slot)))
		if err == nil {
			f.slot, f.held = slot, held
			return nil
		}
		if !errors.Is(err, durable.ErrLocked) {
			return err
		}
		slot = (slot + 1) % slots
	}
	return fmt.Errorf("%d processes put into %s: that is the most", slots, f.dir)
}

// publish sets how far the put file of this process may be read.
func (f *Folder) publish(name string, size int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own = ownFile{name: name, size: size, held: true, slot: f.slot, made: f.own.made}
}

// readable returns how far a put file of this process may be read.
func (f *Folder) readable(name string) (size int64, ours bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own.size, f.own.name == name
}

// abandon ends a file after an error: its content is not known.
func (f *Folder) abandon() {
	f.segment.abandon()
	if f.held != nil && !f.held.Valid() {
		f.held.Unlock()
		f.held = nil
	}
	f.leave()
}

// finish ends a file regularly.
func (f *Folder) finish() {
	f.segment.finish()
	f.leave()
}

func (f *Folder) leave() {
	f.segment = nil
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own = ownFile{held: f.held != nil, slot: f.slot, made: f.own.made}
}

// made returns how many files this process has made.
func (f *Folder) made() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own.made
}

// holds reports whether this process holds a slot.
func (f *Folder) holds(slot int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own.held && f.own.slot == slot
}

// Close ends the use of the folder. Waiting Put calls return ErrClosed.
func (f *Folder) Close() error {
	f.turn <- struct{}{}
	defer func() { <-f.turn }()
	f.mu.Lock()
	f.closed = true
	waiting := f.pending
	f.pending = nil
	f.mu.Unlock()
	for _, r := range waiting {
		r.done <- ErrClosed
	}
	if f.segment != nil {
		f.finish()
	}
	if f.held != nil {
		f.held.Unlock()
		f.held = nil
	}
	return nil
}
