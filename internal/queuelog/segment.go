package queuelog

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/gothird/wecom/internal/clock"
)

// segment is a file of frames that this process appends to. Sync may run while more is
// written.
type segment struct {
	disk  Disk
	dir   string
	name  string
	seed  uint32
	put   bool
	last  uint64 // id, in a put file
	count uint32 // number of items, in a put file

	closing sync.Mutex // held while file is synced or closed
	file    File

	mu     sync.Mutex
	size   int64
	dirty  bool // something is not synced
	begun  bool // it contains valid records
	failed error
}

// newSegment creates a file and makes its name durable.
func newSegment(d Disk, dir string, name fileName) (*segment, error) {
	s := &segment{disk: d, dir: dir, name: name.String(), seed: seedOf(name.String()), put: name.suffix == putSuffix}
	file, err := d.Create(s.path())
	if err != nil {
		return nil, err
	}
	s.file = file
	if _, err = file.Write(header()); err == nil {
		err = d.SyncDir(dir)
	}
	if err != nil {
		s.abandon()
		return nil, err
	}
	s.size = int64(headerSize)
	return s, nil
}

func (s *segment) path() string { return filepath.Join(s.dir, s.name) }

// append writes and syncs. After an error the file must not be written any more: after a
// failed sync the content of the disk is unknown, and after a failed write there may be a
// part.
func (s *segment) append(b []byte) error {
	if err := s.write(b); err != nil {
		return err
	}
	return s.sync()
}

func (s *segment) write(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed != nil {
		return s.failed
	}
	if _, s.failed = s.file.Write(b); s.failed != nil {
		return s.failed
	}
	s.size += int64(len(b))
	s.dirty = true
	s.begun = s.begun || !s.put // a failed put is not valid
	return nil
}

func (s *segment) sync() error {
	s.closing.Lock()
	defer s.closing.Unlock()
	s.mu.Lock()
	todo, err := s.dirty, s.failed
	s.dirty = false
	s.mu.Unlock()
	if err != nil || !todo {
		return err
	}
	if err = s.file.Sync(); err == nil && !s.file.InPlace() {
		err = fmt.Errorf("%s: %w", s.name, ErrGone)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failed = err
		return err
	}
	s.begun = true
	return nil
}

// broken reports whether nothing can be appended any more.
func (s *segment) broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed != nil
}

// finish writes the mark of a regular end and closes the file. Nothing depends on the mark.
func (s *segment) finish() {
	if s.begun {
		s.write(appendFrame(nil, s.seed, kindEnd, ending{s.last, s.count}.append))
	}
	s.abandon()
}

// abandon closes the file, and removes it if it has no valid records.
func (s *segment) abandon() {
	s.closing.Lock()
	defer s.closing.Unlock()
	s.file.Close()
	if !s.begun {
		s.disk.Remove(s.path()) // best effort: the worker removes it too
	}
}

// nanoseconds is the time, at least that of 1970.
func nanoseconds() uint64 { return uint64(max(0, clock.Now().UnixNano())) }

// nextOrder returns a number larger than all ids and orders in the folder.
func nextOrder(d Disk, dir string) (uint64, error) {
	names, err := d.Names(dir)
	if err != nil {
		return 0, err
	}
	newest := nanoseconds()
	for _, s := range names {
		n, ok := parseName(s)
		if !ok {
			continue
		}
		newest = max(newest, n.order)
		if n.suffix == putSuffix {
			if end, err := lastOf(d, filepath.Join(dir, s)); err == nil {
				newest = max(newest, end.last)
			}
		}
	}
	return newest + 1, nil
}

// lastOf returns the last item of a put file. It reads the frame at the end, or else all
// frames.
func lastOf(d Disk, path string) (ending, error) {
	size, err := d.Size(path)
	if err != nil {
		return ending{}, err
	}
	const enough = 4 << 10
	b := make([]byte, min(size, enough))
	if n, err := d.ReadAt(path, b, size-int64(len(b))); n < len(b) {
		return ending{}, err
	}
	if end, ok := lastIn(b, seedOf(filepath.Base(path))); ok {
		return end, nil
	}
	return lastByScan(d, path)
}

// lastIn returns the last frame, if it is complete in b.
func lastIn(b []byte, seed uint32) (end ending, ok bool) {
	room := len(b) - frameHead - frameTail
	d := decoder{b: b[max(0, len(b)-4):]}
	body := int64(d.uint32())
	if body > int64(room) {
		return end, false
	}
	f, _, v := parseFrame(b[room-int(body):], seed)
	if v != good {
		return end, false
	}
	return endingOf(f)
}

func endingOf(f frame) (ending, bool) {
	switch f.kind {
	case kindItem:
		it, count, err := decodeItem(f.body)
		return ending{it.ID, count}, err == nil
	case kindEnd:
		end, err := decodeEnding(f.body)
		return end, err == nil
	}
	return ending{}, false
}

func lastByScan(d Disk, path string) (last ending, err error) {
	s := newScanner(d, path, int64(headerSize))
	for {
		f, _, _, err := s.next()
		switch {
		case errors.Is(err, errTail):
			return last, nil
		case errors.Is(err, ErrDamaged):
		case err != nil:
			return last, err
		default:
			if end, ok := endingOf(f); ok && end.last > last.last {
				last = end
			}
		}
	}
}
