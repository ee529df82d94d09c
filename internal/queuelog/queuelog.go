// Package queuelog keeps the items of a queue in the files of a folder. Any number of
// processes put items, one at a time works them.
//
//	<order>-<slot>.put   items, appended by the process that holds <slot>.lock
//	<order>-<slot>.log   by the worker: what was started, what is over, and items that changed
//	<order>-<slot>.ids   by the worker: identities that outlive their items
//	worker.lock          held by the worker
//	fill                 by the worker, for those who put: how much of the .put files is over
//	damaged-…            bytes that could not be read, for people
//
// Files only grow until they are removed. Put files and logs are made of frames (frame.go) of
// records (record.go). A log is read before the put files: its newest record on an item
// counts, whatever is in older files. So one sync makes any number of outcomes durable, and a
// file can go once nothing in it is needed: what little is left of an old one is copied to
// the end of the newest log (reap.go).
//
// The order of a file is larger than the id of every item that was there when it was made,
// and not larger than the id of any item that is put into it. Ids are times in nanoseconds
// where the clock allows that, else just the next number: nothing depends on the clock.
package queuelog

import (
	"errors"
	"strconv"
	"strings"
)

// Errors of this package.
var (
	// ErrFull: the folder keeps as much as it may.
	ErrFull = errors.New("the folder is full")
	// ErrTaken: another process works the folder.
	ErrTaken = errors.New("another process works the folder")
	// ErrGone: the folder, or a file that is in use, was removed or replaced.
	ErrGone = errors.New("the folder or a file in use in it was removed or replaced")
	// ErrNewer: a newer version of this module wrote a file.
	ErrNewer = errors.New("written by a newer version of this module: update this program")
	// ErrDamaged: bytes of a file are not those that were written.
	ErrDamaged = errors.New("damaged")
	// ErrClosed: the folder was closed.
	ErrClosed = errors.New("closed")
	// ErrUnknown: there is no such item.
	ErrUnknown = errors.New("no such item")
	// ErrTooLarge: one item has more than fits into a frame.
	ErrTooLarge = errors.New("larger than 16 MiB")
)

const (
	workerLock = "worker.lock"
	lockSuffix = ".lock"
	putSuffix  = ".put"
	logSuffix  = ".log"
	idsSuffix  = ".ids"
	fillName   = "fill"
	damaged    = "damaged-"
)

// slots is how many processes can put at once. The slot of a process is in the ids of its
// items, which keeps them apart from those of all others.
const slots = 1 << 12

// maxOrder is far beyond all times, and leaves room to count on.
const maxOrder = 1 << 63

// fileName is what the name of a file says.
type fileName struct {
	order  uint64
	slot   int
	suffix string
}

func (n fileName) String() string {
	return hex(n.order, 16) + "-" + hex(uint64(n.slot), 3) + n.suffix
}

func hex(v uint64, digits int) string {
	s := strconv.FormatUint(v, 16)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}

// parseName reads a name back. It is strict, so that no foreign file passes for one of ours.
func parseName(s string) (n fileName, ok bool) {
	if len(s) != 16+1+3+4 {
		return n, false
	}
	order, err1 := strconv.ParseUint(s[:16], 16, 64)
	slot, err2 := strconv.ParseUint(s[17:20], 16, 16)
	n = fileName{order: order, slot: int(slot), suffix: s[20:]}
	switch n.suffix {
	case putSuffix, logSuffix, idsSuffix:
		return n, err1 == nil && err2 == nil && n.String() == s && order <= maxOrder
	}
	return n, false
}

func lockOf(slot int) string { return hex(uint64(slot), 3) + lockSuffix }
