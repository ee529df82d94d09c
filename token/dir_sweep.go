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
	// sweepStep is how many files each Put checks. A Put adds at most one file, so the sweep
	// keeps up, and its cost does not depend on the size of the folder.
	sweepStep = 16
	// An expired value is kept so long, in case the clock is ahead.
	keepExpired = 24 * time.Hour
	// A write takes less time than this: an older file was left by a process that died.
	keepTemp = time.Hour
)

// sweep is the position of the clean-up in the folder.
type sweep struct {
	mu   sync.Mutex
	dir  *os.File // the folder, half-read; nil between two rounds
	next time.Time
}

// sweepSome checks a few files and removes values that expired long ago, and files of
// processes that died.
func (s *dirStore) sweepSome() {
	if !s.sweep.mu.TryLock() { // another goroutine is sweeping
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
			return // the next Put returns the error
		}
		s.sweep.dir = dir
	}
	entries, err := s.sweep.dir.ReadDir(sweepStep)
	for _, e := range entries {
		if e.Type().IsRegular() {
			s.sweepFile(e, now)
		}
	}
	if err != nil { // most likely the end of the folder
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

// abandoned reports whether a temporary file was left by a process that died. Its age is
// measured against the last change in the folder, which has just happened: both times come
// from the file system, while our clock may be hours wrong.
func (s *dirStore) abandoned(d fs.DirEntry) bool {
	folder, err := os.Stat(s.dir)
	if err != nil {
		return false
	}
	file, err := d.Info()
	return err == nil && folder.ModTime().Sub(file.ModTime()) > keepTemp
}

// outdated reports whether a value expired so long ago that it can be removed.
func outdated(expires, now time.Time) bool { return expired(expires, now.Add(-keepExpired)) }

// removeOutdated deletes the file of a value, unless a writer holds it: the new value would
// be lost. A file that cannot be removed now is tried again later. Nothing is synced: a file
// that is back after a power loss is removed again.
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
