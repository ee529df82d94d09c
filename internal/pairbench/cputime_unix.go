//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package pairbench

import (
	"syscall"
	"time"
)

// CPUTime is how long the threads of this process have been on a processor so far, in user
// code and in the kernel.
func CPUTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for a wrong argument only
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
