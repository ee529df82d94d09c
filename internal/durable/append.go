package durable

import (
	"fmt"
	"os"
	"runtime"
)

// Create makes a new file for appending. There must be nothing at path.
func Create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND|plainFile, 0o600)
}

// SyncData makes what was written to f durable, and its size, but not all of its times.
func SyncData(f *os.File) error { return syncData(f) }

// SyncFile makes the content of the file at path durable, whoever has written it.
func SyncFile(path string) error { return syncPath(disk{}, path, os.O_RDWR|plainFile) }

func syncPath(sys fsys, path string, flag int) error {
	f, err := sys.OpenFile(path, flag)
	if err != nil {
		return err
	}
	err = f.Sync()
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// IsAt reports whether f is still the file at path.
func IsAt(f *os.File, path string) bool { return isAt(disk{}, f, path) }

func isAt(sys fsys, f file, path string) bool {
	opened, _ := f.Stat()
	named, _ := sys.Lstat(path)
	return os.SameFile(opened, named) // which nothing is with what is not there
}

// requirePrivate returns an error for a folder that other users can write to.
func requirePrivate(sys fsys, dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	fi, err := sys.Stat(dir)
	if err != nil {
		return err
	}
	if mode := fi.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("others can write to the folder %s (mode %#o), and so replace what is in it: run chmod go-w %[1]s, or name another one", dir, mode)
	}
	return nil
}
