//go:build !unix

package queuelog

import "os"

// mkfifo: no such files here.
func mkfifo(path string) error { return os.Mkdir(path, 0o700) }
