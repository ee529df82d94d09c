//go:build !windows

package durable

import (
	"errors"
	"os"
	"syscall"
)

func syncDir(sys fsys, dir string) error {
	err := syncPath(sys, dir, os.O_RDONLY)
	// Some network file systems cannot sync a folder and need not.
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

func rename(from, to string) error { return os.Rename(from, to) }

func retry(op func() error) error { return op() }
