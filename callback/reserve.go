package callback

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync"
)

// localQueue has the further methods of this package's queues.
type localQueue interface {
	// isLocal reports whether Watch never misses a change.
	isLocal() bool
	// isVolatile reports whether the content is lost when the process ends.
	isVolatile() bool
	// isWorkedElsewhere reports whether another process worked the queue at the last Stats.
	// Its busy items are then counted as waiting.
	isWorkedElsewhere() bool
}

// inboxes has the running Inbox of each Queue of this process, so that there is only one:
// two would take each other's notices. It is global because any type may be a Queue.
var inboxes sync.Map

// reserve reserves a queue for an Inbox, unless another one uses it.
func reserve(q Queue, in *Inbox) error {
	key, ok := reservationKey(q)
	if !ok {
		return nil
	}
	if other, taken := inboxes.LoadOrStore(key, in); taken && other != in {
		return errors.New("another Inbox uses this queue: one Inbox has any number of Handlers, and serves all suites of a program")
	}
	return nil
}

func release(q Queue, in *Inbox) {
	if key, ok := reservationKey(q); ok {
		inboxes.CompareAndDelete(key, in)
	}
}

// reservationKey returns the queue inside SealQueue. A queue that can't be compared has
// none.
func reservationKey(q Queue) (key Queue, ok bool) {
	for {
		sealed, is := q.(*sealedQueue)
		if !is {
			return q, reflect.ValueOf(q).Comparable()
		}
		q = sealed.Queue
	}
}

func isVolatile(q Queue) bool {
	l, ok := q.(localQueue)
	return ok && l.isVolatile()
}

func isLocal(q Queue) bool {
	l, ok := q.(localQueue)
	return ok && l.isLocal()
}

func isWorkedElsewhere(q Queue) bool {
	l, ok := q.(localQueue)
	return ok && l.isWorkedElsewhere()
}

var (
	_ localQueue = (*memoryQueue)(nil)
	_ localQueue = (*dirQueue)(nil)
	_ localQueue = (*sealedQueue)(nil)
)

func (*memoryQueue) isLocal() bool    { return true }
func (*memoryQueue) isVolatile() bool { return true }

func (*memoryQueue) isWorkedElsewhere() bool { return false }

func (*dirQueue) isLocal() bool    { return true }
func (*dirQueue) isVolatile() bool { return false }

func (q *dirQueue) isWorkedElsewhere() bool { return q.elsewhere.Load() }

func (q *sealedQueue) isLocal() bool           { return isLocal(q.Queue) }
func (q *sealedQueue) isVolatile() bool        { return isVolatile(q.Queue) }
func (q *sealedQueue) isWorkedElsewhere() bool { return isWorkedElsewhere(q.Queue) }

// Format prints no content.
func (*memoryQueue) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "callback.MemoryQueue") }

// Format prints the folder and no content.
func (q *dirQueue) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "callback.DirQueue{%s}", q.folder.Dir())
}

// Format prints neither keys nor content.
func (q *sealedQueue) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "callback.SealedQueue{%T}", q.Queue)
}
