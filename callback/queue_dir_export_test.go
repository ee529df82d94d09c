package callback

import "github.com/gothird/wecom/internal/queuelog"

// OpenDirQueue is NewDirQueue with small files, so that all that becomes of files happens soon.
func OpenDirQueue(dir string, segment int64, items int) (Queue, error) {
	q, err := newDirQueue(dir, queuelog.Options{Segment: segment, Items: items})
	if err != nil {
		return nil, err
	}
	return q, nil
}

// OpenDirQueueOn is OpenDirQueue on another disk.
func OpenDirQueueOn(disk queuelog.Disk, dir string, segment int64) (Queue, error) {
	q, err := newDirQueue(dir, queuelog.Options{Segment: segment, Disk: disk})
	if err != nil {
		return nil, err
	}
	return q, nil
}

// Crash leaves the folder as the end of the process would: nothing is finished, and the locks
// are free.
func Crash(q Queue) {
	d := q.(*dirQueue)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lease.Stop()
	d.closed = true
	if d.worker != nil {
		d.worker.Kill()
	}
	d.folder.Kill()
	d.unregister()
}

// DirOf is the folder of a queue.
func DirOf(q Queue) string { return q.(*dirQueue).folder.Dir() }

// Forget lets another queue have the folder of q, as one of another process could.
func Forget(q Queue) { q.(*dirQueue).unregister() }

// Loading reports whether q has not taken in yet all that it found at its start.
func Loading(q Queue) bool {
	d := q.(*dirQueue)
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.worker == nil || d.worker.Loading()
}

// IsWorkedElsewhere reports whether another process worked the folder at the last Stats.
func IsWorkedElsewhere(q Queue) bool { return isWorkedElsewhere(q) }

// HoldTurn makes all who settle wait until goOn.
func HoldTurn(q Queue) (goOn func()) {
	d := q.(*dirQueue)
	d.turn <- struct{}{}
	return func() { <-d.turn }
}
