package token

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/durable"
)

const (
	// sweepStep is how many files a Put looks at besides. A Put leaves one file behind, so
	// the sweep is faster than what it sweeps up, and costs the same in any folder.
	sweepStep = 16
	// An expired value stays that long, in case that the clock is ahead.
	keepExpired = 24 * time.Hour
	// No write takes that long: its file was left by a process that died.
	keepTemp = time.Hour
)

// sweep is where the store is in clearing up its folder.
type sweep struct {
	mu   sync.Mutex
	dir  *os.File // the folder, half-read; nil between two rounds
	next time.Time
}

// sweepSome removes what nobody needs any more, a few files at a time: values that expired
// long ago, and what processes that died have left.
func (s *dirStore) sweepSome() {
	if !s.sweep.mu.TryLock() { // somebody else is at it
		return
	}
	defer s.sweep.mu.Unlock()
	now := clock.Now()
	if s.sweep.dir == nil {
		if now.Before(s.sweep.next) {
			return
		}
		dir, err := os.Open(s.dir)
		if err != nil {
			return // the next Put says what is wrong
		}
		s.sweep.dir = dir
	}
	entries, err := s.sweep.dir.ReadDir(sweepStep)
	for _, e := range entries {
		if e.Type().IsRegular() {
			s.sweepFile(e, now)
		}
	}
	if err != nil { // at its end, most likely
		s.sweep.dir.Close()
		s.sweep.dir, s.sweep.next = nil, now.Add(sweepEvery)
	}
}

func (s *dirStore) sweepFile(d fs.DirEntry, now time.Time) {
	name := d.Name()
	path := filepath.Join(s.dir, name)
	switch {
	case durable.IsTemp(name):
		if s.abandoned(d) {
			os.Remove(path)
		}
	case isLockName(name):
		if fi, err := d.Info(); err != nil || fi.Size() != 0 {
			return
		}
		if unlock, err := durable.TryLock(path); err == nil {
			unlock() // which removes the file
		}
	case isValueName(name):
		if outdated(expiryIn(path), now) {
			removeOutdated(path, now)
		}
	}
}

// abandoned reports whether a file that is being written is of a process that died. Its
// age counts from the last change in the folder, which is a moment ago: both times are the
// file system's own, while our clock may be hours off, and the write be under way.
func (s *dirStore) abandoned(d fs.DirEntry) bool {
	folder, err := os.Stat(s.dir)
	if err != nil {
		return false
	}
	file, err := d.Info()
	return err == nil && folder.ModTime().Sub(file.ModTime()) > keepTemp
}

// outdated reports whether a value expired so long ago that it can go.
func outdated(expires, now time.Time) bool { return over(expires, now.Add(-keepExpired)) }

// removeOutdated deletes the file of a value, unless a writer is at work there: its value
// would be lost. What cannot be removed now is left for another time. Nothing is synced: a
// file that comes back after a power loss is removed again.
func removeOutdated(path string, now time.Time) {
	unlock, err := durable.TryLock(path + writeSuffix)
	if err != nil {
		return
	}
	defer unlock()
	if e, err := readEntry(path); err == nil && outdated(e.expires, now) {
		os.Remove(path)
	}
}

func isValueName(name string) bool {
	_, _, ok := durable.KeyOf(name)
	return ok
}

func isLockName(name string) bool {
	for _, suffix := range []string{lockSuffix, writeSuffix} {
		if value, ok := strings.CutSuffix(name, suffix); ok {
			return isValueName(value)
		}
	}
	return false
}
