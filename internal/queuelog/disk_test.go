package queuelog

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var errBroken = errors.New("the disk is broken")

// testDisk is the disk of the Machine. Steps of it fail when fail says so, and it knows what
// a power loss would leave.
type testDisk struct {
	Machine
	fail func(op, name string) error

	mu      sync.Mutex
	synced  map[string]int64  // size of files, as far as it is durable
	fresh   map[string]bool   // created, and the folder not synced since
	removed map[string][]byte // and the folder not synced since
	syncs   int
}

func newTestDisk() *testDisk {
	return &testDisk{synced: map[string]int64{}, fresh: map[string]bool{}, removed: map[string][]byte{}}
}

func (d *testDisk) step(op, path string) error {
	d.mu.Lock()
	fail := d.fail
	d.mu.Unlock()
	if fail == nil {
		return nil
	}
	return fail(op, filepath.Base(path))
}

// failing makes steps fail, nil none.
func (d *testDisk) failing(fail func(op, name string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = fail
}

// failOn makes one kind of step fail on files with a suffix.
func (d *testDisk) failOn(op, suffix string) {
	d.failing(func(o, name string) error {
		if o == op && filepath.Ext(name) == suffix {
			return errBroken
		}
		return nil
	})
}

func (d *testDisk) Create(path string) (File, error) {
	if err := d.step("create", path); err != nil {
		return nil, err
	}
	f, err := d.Machine.Create(path)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fresh[path] = true
	return &testFile{f, d, path}, nil
}

func (d *testDisk) ReadAt(path string, b []byte, off int64) (int, error) {
	if err := d.step("read", path); err != nil {
		return 0, err
	}
	return d.Machine.ReadAt(path, b, off)
}

func (d *testDisk) Size(path string) (int64, error) {
	if err := d.step("size", path); err != nil {
		return 0, err
	}
	return d.Machine.Size(path)
}

func (d *testDisk) Names(dir string) ([]string, error) {
	if err := d.step("names", dir); err != nil {
		return nil, err
	}
	return d.Machine.Names(dir)
}

func (d *testDisk) Remove(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	b, _ := os.ReadFile(path)
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.fresh[path] {
		d.removed[path] = b[:min(int64(len(b)), d.synced[path])]
	}
	return d.Machine.Remove(path)
}

func (d *testDisk) SyncDir(dir string) error {
	if err := d.step("syncdir", dir); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.fresh)
	clear(d.removed)
	return nil
}

func (d *testDisk) SyncFile(path string) error {
	if err := d.step("sync", path); err != nil {
		return err
	}
	size, err := d.Machine.Size(path)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.synced[path] = size
	return err
}

func (d *testDisk) Replace(path string, data []byte) error {
	if err := d.step("replace", path); err != nil {
		return err
	}
	return d.Machine.Replace(path, data)
}

type testFile struct {
	File
	d    *testDisk
	path string
}

func (f *testFile) Write(b []byte) (int, error) {
	if err := f.d.step("write", f.path); err != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, err
	}
	return f.File.Write(b)
}

// Sync saves the time that a real one takes.
func (f *testFile) Sync() error {
	if err := f.d.step("sync", f.path); err != nil {
		return err
	}
	size, _ := f.d.Machine.Size(f.path)
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.synced[f.path] = size
	f.d.syncs++
	return nil
}

// lose copies dir as a power loss may leave it, to a new folder with a disk of its own.
func (d *testDisk) lose(t *testing.T, dir string, r *rand.Rand) (string, *testDisk) {
	t.Helper()
	to, after := t.TempDir(), newTestDisk()
	d.mu.Lock()
	defer d.mu.Unlock()
	keep := func(name string, b []byte) {
		path := filepath.Join(to, name)
		require.NoError(t, os.WriteFile(path, b, 0o600))
		after.synced[path] = int64(len(b))
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if filepath.Ext(path) == lockSuffix || d.fresh[path] && r.IntN(2) == 0 {
			continue
		}
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		keep(e.Name(), torn(b, int(d.synced[path]), r))
	}
	for path, b := range d.removed {
		if r.IntN(2) == 0 {
			keep(filepath.Base(path), b)
		}
	}
	return to, after
}

// torn is b with a random part of what was not synced, some of it not as it was written.
func torn(b []byte, synced int, r *rand.Rand) []byte {
	if synced >= len(b) {
		return b
	}
	b = b[:synced+r.IntN(len(b)-synced+1)]
	if n := len(b) - synced; n > 0 && r.IntN(2) == 0 {
		from := synced + r.IntN(n)
		clear(b[from:min(len(b), from+1+r.IntN(64))])
	}
	return b
}
