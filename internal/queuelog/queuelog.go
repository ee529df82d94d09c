// Package queuelog keeps the items of a queue in the files of a folder. Any number of
// processes put items; one at a time, the worker, processes them.
//
//	<order>-<slot>.put   items, appended by the process that holds <slot>.lock
//	<order>-<slot>.log   by the worker: what was started, what is over, and items that changed
//	<order>-<slot>.ids   by the worker: identities that outlive their items
//	worker.lock          held by the worker
//	fill                 by the worker, for those who put: how much of the .put files is over
//	damaged-…            bytes that could not be read, for people
//
// Files only grow until they are removed. Put files and logs are made of frames (frame.go)
// of records (record.go). A log is read before the put files: its newest record of an item
// is valid, whatever older files say. So one sync makes any number of outcomes durable, and
// a file can be removed when nothing in it is needed. The few remaining items of an old file
// are copied to the end of the newest log (reap.go).
//
// The order of a file is larger than the id of every item that existed when it was created,
// and not larger than the id of any item that is put into it. Ids are times in nanoseconds
// if the clock allows that, else the next number: nothing depends on the clock.
package queuelog

import (
	"errors"
	"strconv"
	"strings"
)

// Errors of this package.
var (
	// ErrFull: a limit of the folder is reached.
	ErrFull = errors.New("the folder is full")
	// ErrTaken: another process works the folder.
	ErrTaken = errors.New("another process works the folder")
	// ErrGone: the folder, or a file that is in use, was removed or replaced.
	ErrGone = errors.New("the folder or a file in use in it was removed or replaced")
	// ErrNewer: a newer version of this module wrote a file.
	ErrNewer = errors.New("written by a newer version of this module: update this program")
	// ErrDamaged: bytes of a file have changed since they were written.
	ErrDamaged = errors.New("damaged")
	// ErrClosed: the folder was closed.
	ErrClosed = errors.New("closed")
	// ErrUnknown: there is no such item.
	ErrUnknown = errors.New("no such item")
	// ErrTooLarge: an item does not fit into a frame.
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

// slots is how many processes can put at the same time. The slot of a process is part of the
// ids of its items, so that ids of different processes differ.
const slots = 1 << 12

// maxOrder is far larger than any time, with room for more numbers.
const maxOrder = 1 << 63

// fileName is a parsed file name.
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

// parseName parses a name. It is strict, so that no file of another program is accepted.
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
