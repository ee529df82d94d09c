package main

import (
	"os"
	"syscall"
)

// syncData makes what was written durable; the size is part of it, other times are not.
func syncData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
