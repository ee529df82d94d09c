//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package durable

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
)

// recorder is the disk under root. It notes each step, fails the steps it is told to,
// and knows which files are open.
type recorder struct {
	disk
	root  string
	steps []string
	fail  map[string]error // by step; used up by the first one
	open  int
}

func newRecorder(t *testing.T) *recorder {
	return &recorder{root: t.TempDir(), fail: map[string]error{}}
}

func (r *recorder) step(op string, paths ...string) error {
	for _, p := range paths {
		name, err := filepath.Rel(r.root, p)
		if err != nil {
			name = p
		}
		if IsTemp(filepath.Base(name)) {
			name = filepath.Join(filepath.Dir(name), "temp")
		}
		op += " " + filepath.ToSlash(name)
	}
	r.steps = append(r.steps, op)
	err := r.fail[op]
	delete(r.fail, op)
	return err
}

func (r *recorder) OpenFile(path string, flag int) (file, error) {
	if err := r.step("open", path); err != nil {
		return nil, err
	}
	f, err := r.disk.OpenFile(path, flag)
	if err != nil {
		return nil, err
	}
	r.open++
	return &recorded{file: f, r: r}, nil
}

func (r *recorder) Rename(from, to string) error {
	if err := r.step("rename", from, to); err != nil {
		return err
	}
	return r.disk.Rename(from, to)
}

func (r *recorder) Remove(path string) error {
	if err := r.step("remove", path); err != nil {
		return err
	}
	return r.disk.Remove(path)
}

func (r *recorder) Mkdir(dir string, perm fs.FileMode) error {
	if err := r.step("mkdir", dir); err != nil {
		return err
	}
	return r.disk.Mkdir(dir, perm)
}

func (r *recorder) Stat(path string) (fs.FileInfo, error) {
	if err := r.step("stat", path); err != nil {
		return nil, err
	}
	return r.disk.Stat(path)
}

func (r *recorder) Lstat(path string) (fs.FileInfo, error) {
	if err := r.step("lstat", path); err != nil {
		return nil, err
	}
	return r.disk.Lstat(path)
}

type recorded struct {
	file
	r      *recorder
	closed bool
}

func (f *recorded) Stat() (fs.FileInfo, error) {
	if err := f.r.step("fstat", f.Name()); err != nil {
		return nil, err
	}
	return f.file.Stat()
}

func (f *recorded) Fd() uintptr {
	if f.r.step("fd", f.Name()) != nil {
		return ^uintptr(0) // the system call says what is wrong
	}
	return f.file.Fd()
}

func (f *recorded) Write(b []byte) (int, error) {
	if err := f.r.step("write", f.Name()); err != nil {
		n, _ := f.file.Write(b[:len(b)/2])
		return n, err
	}
	return f.file.Write(b)
}

func (f *recorded) Sync() error {
	if err := f.r.step("sync", f.Name()); err != nil {
		return err
	}
	return f.file.Sync()
}

// Close frees the descriptor also when it fails, as the system does.
func (f *recorded) Close() error {
	err := f.r.step("close", f.Name())
	if !f.closed {
		f.closed = true
		f.r.open--
	}
	return errors.Join(err, f.file.Close())
}
