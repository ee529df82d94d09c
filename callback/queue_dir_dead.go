package callback

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"strconv"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/queuelog"
)

// The methods in this file work in every process. If another process works the folder,
// counts and lists are read from its files, and requests are sent to it as items.

func (q *dirQueue) Stats(ctx context.Context) (map[string]Stats, error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	ok, err := q.visit()
	if err != nil {
		return nil, err
	}
	if q.elsewhere.Store(!ok); ok {
		return q.backlog.stats(), nil
	}
	view, err := q.view()
	if err != nil {
		return nil, err
	}
	return view.backlog.stats(), nil
}

func (q *dirQueue) Dead(ctx context.Context, after string, max int) (buried []Buried, err error) {
	if err := q.enter(ctx); err != nil {
		return nil, err
	}
	defer q.mu.Unlock()
	from := q
	if ok, err := q.visit(); err != nil {
		return nil, err
	} else if !ok {
		if from, err = q.view(); err != nil {
			return nil, err
		}
	}
	for _, e := range from.backlog.deadAfter(after, max) {
		it, err := from.worker.Read(e.id)
		if err != nil && !errors.Is(err, queuelog.ErrDamaged) {
			return nil, dirError(err)
		}
		if err != nil {
			it = queuelog.Item{Route: e.lane.key.route, Lane: e.lane.key.name, Urgent: e.lane.key.urgent}
			err = dirError(err)
		}
		buried = append(buried, Buried{
			Item: dirItem(&it), ID: idText(e.id), Reason: it.Reason, Starts: int(e.starts), Put: from.backlog.wall(e.put), Err: err,
		})
	}
	return buried, nil
}

// visit is ready for a process whose inbox may not run: it releases the folder again later.
func (q *dirQueue) visit() (bool, error) {
	q.tried = clock.Now().Add(-dirTakeover)
	ok, err := q.ready()
	if !ok {
		return false, err
	}
	if q.backlog.advance(); q.backlog.leaseLeft() <= 0 {
		q.lease.Reset(dirTakeover)
	}
	return true, q.intakeAll()
}

// view reads the files of a folder that another process works. Items held there count as
// waiting.
func (q *dirQueue) view() (view *dirQueue, err error) {
	for range 3 { // files may be removed while they are read
		view = &dirQueue{backlog: newBacklog[kept](rand.Text()[:8])}
		if view.worker, err = q.folder.View(); err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return nil, dirError(err)
	}
	for {
		items, more := view.worker.Poll(dirChunk)
		for i := range items {
			if items[i].Control == queuelog.NoControl {
				view.restore(&items[i])
			}
		}
		if !more {
			return view, nil
		}
	}
}

func (q *dirQueue) Retry(ctx context.Context, ids []string) error {
	return q.unbury(ctx, ids, queuelog.Retry)
}

func (q *dirQueue) Discard(ctx context.Context, ids []string) error {
	return q.unbury(ctx, ids, queuelog.Discard)
}

// unbury retries or discards buried items, or asks the process that works the folder to do
// it.
func (q *dirQueue) unbury(ctx context.Context, ids []string, do queuelog.Control) error {
	if err := q.enter(ctx); err != nil {
		return err
	}
	ok, err := q.visit()
	if ok && err == nil {
		err = q.unburyHere(do, ids, nil)
	}
	q.mu.Unlock()
	list := parseIDs(ids)
	if ok || err != nil || len(list) == 0 {
		return err
	}
	wish := queuelog.Item{Control: do, Urgent: true, Put: clock.Now(), Payload: queuelog.EncodeIDs(list)}
	return dirError(q.folder.Put(ctx, []queuelog.Item{wish}))
}

// parseIDs returns the valid ids.
func parseIDs(texts []string) (ids []uint64) {
	for _, s := range texts {
		if id, err := strconv.ParseUint(s, 16, 64); err == nil && idText(id) == s {
			ids = append(ids, id)
		}
	}
	return ids
}

// carryOut does the request of another process.
func (q *dirQueue) carryOut(it *queuelog.Item) error {
	wish, err := q.worker.Read(it.ID)
	var ids []uint64
	if err == nil {
		ids, err = wish.IDs()
	}
	if err != nil && !errors.Is(err, queuelog.ErrDamaged) {
		return err
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = idText(id)
	}
	return q.unburyHere(it.Control, texts, []uint64{it.ID})
}

// unburyHere writes the change with the queue locked: it is rare.
func (q *dirQueue) unburyHere(do queuelog.Control, ids []string, finished []uint64) error {
	found := q.backlog.buried(ids)
	var changed []queuelog.Item
	for _, e := range found {
		if do == queuelog.Discard {
			finished = append(finished, e.id)
			continue
		}
		it, err := q.worker.Read(e.id)
		if err != nil {
			return dirError(err)
		}
		it.Status, it.Starts = queuelog.Waiting, 0
		changed = append(changed, it)
	}
	b, err := q.worker.Write(finished, changed)
	if err != nil {
		return q.failed(err)
	}
	if err := b.Sync(); err != nil {
		b.Drop()
		return q.failed(err)
	}
	b.Apply()
	if do == queuelog.Retry {
		q.backlog.retry(found)
	} else {
		q.backlog.discard(found)
	}
	q.wake()
	return nil
}
