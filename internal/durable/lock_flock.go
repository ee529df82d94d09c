//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package durable

import (
	"errors"
	"os"
	"sync"
	"syscall"
)

func tryHold(sys fsys, path string) (*Held, error) {
	for {
		f, err := sys.OpenFile(path, os.O_CREATE|os.O_RDWR|plainFile)
		if err != nil {
			return nil, err
		}
		if err = requireRegular(f); err == nil {
			err = flock(f)
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		// Between open and flock the last holder may have removed the file. Then others
		// would lock a new file with that name.
		if isAt(sys, f, path) {
			unlock := sync.OnceFunc(func() {
				if isAt(sys, f, path) {
					sys.Remove(path)
				}
				f.Close()
			})
			return &Held{unlock: unlock, valid: func() bool { return isAt(sys, f, path) }}, nil
		}
		f.Close()
	}
}

func flock(f file) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrLocked
		case err != nil:
			return &os.PathError{Op: "lock", Path: f.Name(), Err: err}
		default:
			return nil
		}
	}
}
