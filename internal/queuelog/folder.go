package queuelog

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

// Options of a Folder. Zero values stand for the defaults.
type Options struct {
	Items   int    // that are kept at most, about: 1,000,000. A tenth more is for urgent ones
	Bytes   int64  // of all files, about: 1 GiB, and a tenth more
	Segment int64  // bytes of one file, about: 64 MiB
	Wake    func() // after each Put
	Disk    Disk   // where it is: Machine
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

// Folder is this process's side of a folder. It is safe for concurrent use.
type Folder struct {
	Options
	dir string

	turn    chan struct{} // held by whoever commits what waits; guards what follows
	slot    int
	held    *durable.Held // of the slot, nil until the first Put
	segment *segment
	last    uint64 // the newest number of ours
	usage   usage
	buf     []byte

	mu      sync.Mutex
	pending []*request
	closed  bool
	own     ownFile
}

// ownFile says how far our own put file may be read: what is behind may not be durable yet.
type ownFile struct {
	name string
	size int64
	held bool // the slot is ours
	slot int
	made int // files, so far
}

// request is a Put that waits.
type request struct {
	items  []Item
	urgent bool
	done   chan error
}

// Open opens a folder, and makes it if it is missing.
func Open(dir string, o Options) (*Folder, error) {
	dir, err := durable.PrivateDir(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{Options: o.withDefaults(), dir: dir, turn: make(chan struct{}, 1)}, nil
}

// Dir is where it is.
func (f *Folder) Dir() string { return f.dir }

// nextID is the time where the clock allows that, and unlike all other ids.
func (f *Folder) nextID() uint64 {
	now := uint64(max(0, clock.Now().UnixNano()))
	f.last = max(now/slots, f.last+1)
	return f.last*slots + uint64(f.slot)
}

// prepare sees to it that there is a file to append to.
func (f *Folder) prepare() error {
	if f.segment != nil {
		return nil
	}
	if f.held == nil {
		if err := f.takeSlot(); err != nil {
			return err
		}
	}
	order, err := nextOrder(f.Disk, f.dir)
	if err != nil {
		return err
	}
	name := fileName{order, f.slot, putSuffix}
	f.publish(name.String(), 0) // before it is there: nobody may take it for one that was left
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

func (f *Folder) takeSlot() error {
	slot := rand.IntN(slots)
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

// publish says how far our file may be read.
func (f *Folder) publish(name string, size int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own = ownFile{name: name, size: size, held: true, slot: f.slot, made: f.own.made}
}

// readable says how far a file may be read, if it is ours.
func (f *Folder) readable(name string) (size int64, ours bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own.size, f.own.name == name
}

// abandon ends a file that failed: what the system has of it is not known.
func (f *Folder) abandon() {
	f.segment.abandon()
	if f.held != nil && !f.held.Valid() {
		f.held.Unlock()
		f.held = nil
	}
	f.leave()
}

// finish ends a file in order.
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

// made is how many files we have made, so far.
func (f *Folder) made() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own.made
}

// holds reports whether a slot is ours.
func (f *Folder) holds(slot int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.own.held && f.own.slot == slot
}

// Close ends the use of the folder. Whoever waits in Put gets ErrClosed.
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
