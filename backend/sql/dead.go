package wecomsql

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/callback"
)

// Dead implements [callback.Queue].
func (q *queue) Dead(ctx context.Context, after string, most int) ([]callback.Buried, error) {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return nil, err
	}
	first, ok := idOfText(after)
	if !ok && after != "" {
		return nil, fmt.Errorf("wecomsql: dead: %.40q is no ID of this queue", after)
	}
	if most <= 0 {
		return nil, nil
	}
	items, err := query(ctx, q.DB, q.db, readItem, fmt.Sprintf("SELECT %s FROM {item} WHERE st=%d AND id>? ORDER BY id LIMIT ?", itemColumns, stDead), first, most)
	if err != nil {
		return nil, explain("dead", err)
	}
	var buried []callback.Buried
	for _, it := range items {
		buried = append(buried, callback.Buried{Item: it.Item, ID: idText(it.id), Reason: it.reason, Starts: it.starts, Put: it.put})
	}
	return buried, nil
}

// Retry implements [callback.Queue].
func (q *queue) Retry(ctx context.Context, ids []string) error {
	return q.buried(ctx, "retry", ids, func(ctx context.Context, some []any) error {
		items, err := query(ctx, q.DB, q.db, readLaned, fmt.Sprintf("SELECT id, class, lane FROM {item} WHERE %s AND st=%d", in("id", len(some)), stDead), some...)
		if err != nil || len(items) == 0 {
			return err
		}
		return q.enter(ctx, items, stDead)
	})
}

// Discard implements [callback.Queue].
func (q *queue) Discard(ctx context.Context, ids []string) error {
	return q.buried(ctx, "discard", ids, func(ctx context.Context, some []any) error {
		return q.inTx(ctx, func(tx conn) error { return q.finish(ctx, tx, some, stDead) })
	})
}

// buried does something with buried items, a part of them at a time.
func (q *queue) buried(ctx context.Context, what string, ids []string, do func(ctx context.Context, some []any) error) error {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return err
	}
	for some := range slices.Chunk(idsOfTexts(ids), chunk) {
		if err := do(ctx, some); err != nil {
			return explain(what, err)
		}
	}
	return nil
}

// Stats implements [callback.Queue].
func (q *queue) Stats(ctx context.Context) (map[string]callback.Stats, error) {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return nil, err
	}
	all := map[string]callback.Stats{}
	err = q.sweep(ctx)
	if err == nil {
		err = q.countItems(ctx, all)
	}
	if err == nil {
		err = q.countBusy(ctx, all)
	}
	if err != nil {
		return nil, explain("stats", err)
	}
	return all, nil
}

// counted is how many items of a class have a state.
type counted struct {
	class      string
	st         int
	n, firstID int64
}

func (q *queue) countItems(ctx context.Context, all map[string]callback.Stats) error {
	counts, err := query(ctx, q.DB, q.db, func(row scanner) (c counted, err error) {
		var class []byte
		err = row.Scan(&class, &c.st, &c.n, &c.firstID)
		c.class = string(class)
		return c, err
	}, fmt.Sprintf("SELECT class, st, COUNT(*), MIN(id) FROM {item} WHERE st<>%d GROUP BY class, st", stDone))
	if err != nil {
		return err
	}
	for _, c := range counts {
		route := c.class[1:]
		s := all[route]
		switch c.st {
		case stWaiting:
			s.Waiting += int(c.n)
		case stLater:
			s.Later += int(c.n)
		case stDead:
			s.Dead += int(c.n)
		}
		if c.st != stDead { // the one with the lowest id was put first
			age, err := query(ctx, q.DB, q.db, readInt, "SELECT {now}-put FROM {item} WHERE id=?", c.firstID)
			if err != nil {
				return err
			}
			if len(age) > 0 {
				s.Oldest = max(s.Oldest, time.Duration(age[0])*time.Microsecond)
			}
		}
		all[route] = s
	}
	return nil
}

// countBusy counts held lanes. Each has one item that was counted as waiting.
func (q *queue) countBusy(ctx context.Context, all map[string]callback.Stats) error {
	counts, err := query(ctx, q.DB, q.db, func(row scanner) (c counted, err error) {
		var class []byte
		err = row.Scan(&class, &c.n)
		c.class = string(class)
		return c, err
	}, "SELECT class, COUNT(*) FROM {lane} WHERE owner IS NOT NULL GROUP BY class")
	if err != nil {
		return err
	}
	for _, c := range counts {
		s := all[c.class[1:]]
		s.Busy += int(c.n)
		s.Waiting = max(0, s.Waiting-int(c.n))
		all[c.class[1:]] = s
	}
	return nil
}
