package queuelog

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gothird/wecom/internal/durable"
)

// Disk is the part of a file system that this package uses. Tests use one that fails, or
// that loses unsynced writes.
type Disk interface {
	Create(path string) (File, error)
	ReadAt(path string, b []byte, off int64) (int, error) // a short read is io.EOF
	Size(path string) (int64, error)                      // of a regular file
	Names(dir string) ([]string, error)                   // of regular files, in order
	Remove(path string) error
	SyncDir(dir string) error
	SyncFile(path string) error
	Replace(path string, data []byte) error // atomic, but not durable
}

// File is a file that grows.
type File interface {
	io.WriteCloser
	Sync() error
	InPlace() bool // it is still the file at its path
}

// Machine is the file system of this machine.
type Machine struct{}

func (Machine) Create(path string) (File, error) {
	f, err := durable.Create(path)
	if err != nil {
		return nil, err
	}
	return grown{f}, nil
}

type grown struct{ *os.File }

func (f grown) Sync() error   { return durable.SyncData(f.File) }
func (f grown) InPlace() bool { return durable.IsAt(f.File, f.Name()) }

// ReadAt opens the file each time: a folder may have more files than a process may open.
func (Machine) ReadAt(path string, b []byte, off int64) (int, error) {
	f, err := durable.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	r, ok := f.(io.ReaderAt)
	if !ok {
		return 0, &fs.PathError{Op: "read", Path: path, Err: durable.ErrNotRegular}
	}
	return r.ReadAt(b, off)
}

func (Machine) Size(path string) (int64, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	if !fi.Mode().IsRegular() {
		return 0, &fs.PathError{Op: "open", Path: path, Err: durable.ErrNotRegular}
	}
	return fi.Size(), nil
}

func (Machine) Names(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (Machine) Remove(path string) error { return os.Remove(path) }
func (Machine) SyncDir(dir string) error { return durable.SyncDir(dir) }

func (Machine) SyncFile(path string) error { return durable.SyncFile(path) }

func (Machine) Replace(path string, data []byte) error {
	temp := path + ".new"
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Clean(path))
}
