//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package pairbench

import "time"

// CPUTime stands in for the time on a processor, which this system does not tell finely
// enough: it is the time on the wall.
func CPUTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
