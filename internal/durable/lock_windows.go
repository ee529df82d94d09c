package durable

import (
	"errors"
	"os"
	"sync"
	"syscall"
)

const fileFlagDeleteOnClose = 0x04000000

func tryHold(_ fsys, path string) (*Held, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	const shareNothing = 0
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, shareNothing, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL|fileFlagDeleteOnClose, 0)
	switch {
	case err == nil:
		unlock := sync.OnceFunc(func() { syscall.CloseHandle(h) })
		return &Held{unlock: unlock, valid: func() bool { return true }}, nil // an open file cannot be removed
	// While the last holder's file is being deleted, access is denied.
	case errors.Is(err, errSharingViolation), errors.Is(err, syscall.ERROR_ACCESS_DENIED):
		return nil, ErrLocked
	default:
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
}
