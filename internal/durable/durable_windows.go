package durable

import (
	"errors"
	"os"
	"syscall"
	"time"
	"unsafe"
)

var procMoveFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("MoveFileExW")

const (
	moveReplaceExisting = 0x1
	moveWriteThrough    = 0x8

	errSharingViolation = syscall.Errno(32)
)

func syncDir(fsys, string) error { return nil }

func rename(from, to string) error {
	f, err := syscall.UTF16PtrFromString(from)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	t, err := syscall.UTF16PtrFromString(to)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return retry(func() error {
		ok, _, err := procMoveFileEx.Call(uintptr(unsafe.Pointer(f)), uintptr(unsafe.Pointer(t)),
			moveReplaceExisting|moveWriteThrough)
		if ok == 0 {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
		return nil
	})
}

// retry repeats op for up to two seconds while another program, such as a reader or a virus
// scanner, has the file open: Windows cannot replace or remove an open file.
func retry(op func() error) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := op()
		if err == nil || wait > time.Second ||
			!errors.Is(err, errSharingViolation) && !errors.Is(err, syscall.ERROR_ACCESS_DENIED) {
			return err
		}
		time.Sleep(wait)
	}
}
