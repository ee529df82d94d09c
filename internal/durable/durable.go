// Package durable writes files that survive a crash and a power loss.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile replaces the content of path: readers see the old content or the new one, never
// a part, and other users cannot read it. When it returns nil, the content survives a power
// loss. After an error the old content is still there, unless only the last step, the sync
// of the folder, failed.
func WriteFile(path string, data []byte) error { return writeFile(disk{}, path, data) }

func writeFile(sys fsys, path string, data []byte) error {
	dir := filepath.Dir(path)
	f, err := createTemp(sys, dir)
	if err != nil {
		return fmt.Errorf("durable: write %s: %w", path, err)
	}
	if err = fill(f, data); err == nil {
		err = sys.Rename(f.Name(), path)
	}
	if err != nil {
		sys.Remove(f.Name()) // best effort: the first error is returned
		return fmt.Errorf("durable: write %s: %w", path, err)
	}
	if err := syncDir(sys, dir); err != nil {
		return fmt.Errorf("durable: write %s: %w", path, err)
	}
	return nil
}

// fill writes data and makes it durable. It closes f in any case: Windows cannot rename an
// open file.
func fill(f file, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// ErrNotRegular: what is at a path is a folder, a link, a named pipe or the like.
var ErrNotRegular = errors.New("not a regular file")

// Open opens a regular file for reading. Anything else is [ErrNotRegular]: links are not
// followed, and a named pipe does not block.
func Open(path string) (fs.File, error) {
	f, err := openFile(disk{}, path)
	if err != nil {
		return nil, err // not a file that holds a nil pointer
	}
	return f, nil
}

func openFile(sys fsys, path string) (f file, err error) {
	fi, err := sys.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	err = retry(func() error {
		f, err = sys.OpenFile(path, os.O_RDONLY|plainFile)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Something else may have come to the path meanwhile.
	if err := requireRegular(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func requireRegular(f file) error {
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: f.Name(), Err: ErrNotRegular}
	}
	return err
}

// Remove deletes path durably. A missing file is no error, and the folder is synced then
// too: an earlier Remove may have failed half-way.
func Remove(path string) error { return removeFile(disk{}, path) }

func removeFile(sys fsys, path string) error {
	if err := sys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncDir(sys, filepath.Dir(path))
}

// SyncDir makes the names in dir durable: files that were created, moved or removed.
// Windows cannot sync a folder; there it does nothing, and moves are written through.
func SyncDir(dir string) error { return syncDir(disk{}, dir) }

// mkdirAll makes dir, a clean path, and its missing parents with mode 0700. A folder that
// exists keeps its mode; anything else at its place is an error.
func mkdirAll(sys fsys, dir string) error {
	switch fi, err := sys.Stat(dir); {
	case err == nil && fi.IsDir():
		return nil
	case err == nil:
		return &fs.PathError{Op: "mkdir", Path: dir, Err: errors.New("a file is in the place of the folder")}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrNotExist}
	}
	if err := mkdirAll(sys, parent); err != nil {
		return err
	}
	if err := sys.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(sys, parent)
}

// PrivateDir returns the absolute path of dir, and creates it if needed. It returns an error
// if other users can write to it, or if files cannot be created and locked in it.
func PrivateDir(dir string) (string, error) { return privateDir(disk{}, dir) }

func privateDir(sys fsys, dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no folder given")
	}
	dir, err := filepath.Abs(dir) // the process may change its working directory
	if err == nil {
		err = mkdirAll(sys, dir)
	}
	if err == nil {
		err = requirePrivate(sys, dir)
	}
	if err == nil {
		err = tryDir(sys, dir)
	}
	return dir, err
}

// tryDir returns an error if files cannot be created and locked in dir.
func tryDir(sys fsys, dir string) error {
	f, err := createTemp(sys, dir)
	if err != nil {
		return err
	}
	defer sys.Remove(f.Name()) // gone already, unless it could not be locked
	if err := f.Close(); err != nil {
		return err
	}
	lock, err := tryHold(sys, f.Name())
	if err == nil {
		lock.Unlock()
	}
	return err
}
