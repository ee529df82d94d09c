//go:build !windows

package durable

import (
	"errors"
	"os"
	"syscall"
)

func syncDir(sys fsys, dir string) error {
	f, err := sys.OpenFile(dir, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	// Some network file systems cannot sync a folder and need not.
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

func rename(from, to string) error { return os.Rename(from, to) }

func retry(op func() error) error { return op() }
