package callback_test

import (
	"errors"
	"sync"
	"syscall"

	"github.com/gothird/wecom/internal/queuelog"
)

// badDisk is a disk whose steps fail when fail says so.
type badDisk struct {
	queuelog.Machine
	mu   sync.Mutex
	fail func(step string) bool
}

func (d *badDisk) set(fail func(step string) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = fail
}

func (d *badDisk) err(step string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil && d.fail(step) {
		return syscall.ENOSPC
	}
	return nil
}

func (d *badDisk) Create(path string) (queuelog.File, error) {
	if err := d.err("create"); err != nil {
		return nil, err
	}
	f, err := d.Machine.Create(path)
	return &badFile{f, d}, err
}

func (d *badDisk) ReadAt(path string, b []byte, off int64) (int, error) {
	if err := d.err("read"); err != nil {
		return 0, err
	}
	return d.Machine.ReadAt(path, b, off)
}

func (d *badDisk) Size(path string) (int64, error) {
	if err := d.err("size"); err != nil {
		return 0, err
	}
	return d.Machine.Size(path)
}

func (d *badDisk) Names(dir string) ([]string, error) {
	if err := d.err("names"); err != nil {
		return nil, err
	}
	return d.Machine.Names(dir)
}

func (d *badDisk) Remove(path string) error {
	return errors.Join(d.err("remove"), d.Machine.Remove(path))
}

// SyncDir and SyncFile save the time that real ones take.
func (d *badDisk) SyncDir(string) error  { return d.err("syncdir") }
func (d *badDisk) SyncFile(string) error { return d.err("syncfile") }

func (d *badDisk) Replace(path string, b []byte) error {
	if err := d.err("replace"); err != nil {
		return err
	}
	return d.Machine.Replace(path, b)
}

type badFile struct {
	queuelog.File
	d *badDisk
}

func (f *badFile) Write(b []byte) (int, error) {
	if err := f.d.err("write"); err != nil {
		n, _ := f.File.Write(b[:len(b)/2])
		return n, err
	}
	return f.File.Write(b)
}

func (f *badFile) Sync() error { return f.d.err("sync") }

var diskSteps = []string{"create", "read", "size", "names", "remove", "syncdir", "syncfile", "replace", "write", "sync"}
