package durable

import (
	"io/fs"
	"os"
)

// fsys is the part of a file system that this package uses. Tests use one that records each
// step and can make any step fail.
type fsys interface {
	OpenFile(path string, flag int) (file, error)
	Rename(from, to string) error
	Remove(path string) error
	Mkdir(dir string, perm fs.FileMode) error
	Stat(path string) (fs.FileInfo, error)
	Lstat(path string) (fs.FileInfo, error)
}

// file is the part of *os.File in use.
type file interface {
	fs.File
	Name() string
	Fd() uintptr
	Write([]byte) (int, error)
	Sync() error
}

// disk is the file system of the machine.
type disk struct{}

// OpenFile makes only files that other users cannot read.
func (disk) OpenFile(path string, flag int) (file, error) {
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err // not a file that holds a nil pointer
	}
	return f, nil
}

func (disk) Rename(from, to string) error { return rename(from, to) }

func (disk) Remove(path string) error { return retry(func() error { return os.Remove(path) }) }

func (disk) Mkdir(dir string, perm fs.FileMode) error { return os.Mkdir(dir, perm) }

func (disk) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

func (disk) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }
