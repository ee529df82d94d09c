package wecomsql

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// sweepIsDue reports whether this process shall look what has become due. now is the time of the
// server. If its clock was set back the sweep is due too.
func (q *queue) sweepIsDue(now int64) bool {
	every, next := q.sweepEvery.Microseconds(), q.nextSweep.Load()
	if now < next && next-now <= every {
		return false
	}
	return q.nextSweep.CompareAndSwap(next, now+every)
}

// sweep frees what owners hold whose lease has ended, opens lanes, brings items back that are
// due, and removes identities whose time is over. It changes one lane at a time, or locks lanes
// in the order of their keys.
func (q *queue) sweep(ctx context.Context) error {
	if !q.sweeping.TryLock() {
		return nil // another goroutine does it
	}
	defer q.sweeping.Unlock()
	for _, step := range []func(context.Context) error{q.sweepAhead, q.sweepOwners, q.sweepClosed, q.sweepLater, q.sweepDone} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// markedLane is a lane and what was seen in it.
type markedLane struct {
	laneKey
	mark string
}

func readMarked(row scanner) (m markedLane, err error) {
	var class, lane, mark []byte
	err = row.Scan(&class, &lane, &mark)
	m.laneKey, m.mark = laneKey{string(class), string(lane)}, string(mark)
	return m, err
}

// heldLane is a lane, the claim that holds it, and for whom.
type heldLane struct {
	markedLane
	owner string
}

// lockLanes locks the lanes that there are, in the order of their keys.
func (q *queue) lockLanes(ctx context.Context, tx conn, lanes []laneKey) ([]heldLane, error) {
	where, args := eachOf(lanes)
	return query(ctx, q.DB, tx, func(row scanner) (l heldLane, err error) {
		var class, lane, mark, owner []byte
		err = row.Scan(&class, &lane, &mark, &owner)
		l.markedLane, l.owner = markedLane{laneKey{string(class), string(lane)}, string(mark)}, string(owner)
		return l, err
	}, "SELECT class, lane, hold, owner FROM {lane} {by id} WHERE "+where+" ORDER BY class, lane {update}", args...)
}

// sweepAhead shortens leases of the time when the clock of the server was ahead: an owner that has
// died since would hold its lanes for as long.
func (q *queue) sweepAhead(ctx context.Context) error {
	ahead, err := query(ctx, q.DB, q.db, readText, "SELECT owner FROM {owner} WHERE ends>{now}+lease")
	if err != nil {
		return err
	}
	for _, owner := range ahead {
		if err := q.sweepRow(ctx, "UPDATE {owner} SET ends={now}+lease WHERE owner=? AND ends>{now}+lease", owner); err != nil {
			return err
		}
	}
	return nil
}

// sweepOwners frees lanes whose owner's lease has ended.
func (q *queue) sweepOwners(ctx context.Context) error {
	const alive = "EXISTS (SELECT 1 FROM {owner} WHERE {owner}.owner={lane}.owner AND {owner}.ends>{now})"
	lanes, err := query(ctx, q.DB, q.db, readMarked, "SELECT class, lane, hold FROM {lane} WHERE owner IS NOT NULL AND NOT "+alive)
	if err != nil {
		return err
	}
	for _, l := range lanes {
		if err := q.sweepRow(ctx, "UPDATE {lane} {by id} SET hold=NULL, owner=NULL, turn={turn} WHERE class=? AND lane=? AND hold=?", l.class, l.lane, l.mark); err != nil {
			return err
		}
	}
	over, err := query(ctx, q.DB, q.db, readText, "SELECT owner FROM {owner} WHERE ends<={now}")
	for _, owner := range over {
		if err := q.sweepRow(ctx, "DELETE FROM {owner} WHERE owner=? AND ends<={now}", owner); err != nil {
			return err
		}
	}
	return err
}

// sweepRow changes one row, if it is as it was seen.
func (q *queue) sweepRow(ctx context.Context, statement string, args ...any) error {
	return retry(ctx, func() error {
		n, err := q.exec(ctx, q.db, statement, args...)
		if err == nil && n > 0 {
			err = q.notify(ctx, q.db)
		}
		return err
	})
}

// sweepClosed opens lanes. A time further away than any wait is of a clock that was ahead.
func (q *queue) sweepClosed(ctx context.Context) error {
	longest := q.longestWait.Microseconds()
	lanes, err := query(ctx, q.DB, q.db, func(row scanner) (l struct {
		laneKey
		opens int64
	}, err error) {
		var class, lane []byte
		err = row.Scan(&class, &lane, &l.opens)
		l.laneKey = laneKey{string(class), string(lane)}
		return l, err
	}, "SELECT class, lane, opens FROM {lane} WHERE opens<={now} OR opens>{now}+?", longest)
	if err != nil {
		return err
	}
	for _, l := range lanes {
		if err := q.sweepRow(ctx, "UPDATE {lane} {by id} SET opens=NULL, turn={turn} WHERE class=? AND lane=? AND opens=?", l.class, l.lane, l.opens); err != nil {
			return err
		}
	}
	return nil
}

// lanedItem is the id of an item and its lane.
type lanedItem struct {
	id int64
	laneKey
}

func readLaned(row scanner) (i lanedItem, err error) {
	var class, lane []byte
	err = row.Scan(&i.id, &class, &lane)
	i.laneKey = laneKey{string(class), string(lane)}
	return i, err
}

// sweepLater puts items back into their lanes that are due.
func (q *queue) sweepLater(ctx context.Context) error {
	for {
		items, err := query(ctx, q.DB, q.db, readLaned, fmt.Sprintf(
			"SELECT id, class, lane FROM {item} WHERE st=%d AND (due<={now} OR due>{now}+?) ORDER BY due LIMIT %d", stLater, chunk), q.longestWait.Microseconds())
		if err != nil || len(items) == 0 {
			return err
		}
		if err := q.enter(ctx, items, stLater); err != nil {
			return err
		}
	}
}

// enter puts items into their lanes, those that are still in this state.
func (q *queue) enter(ctx context.Context, items []lanedItem, st int) error {
	var ids []any
	lanes := map[laneKey]bool{}
	for _, i := range items {
		ids = append(ids, i.id)
		lanes[i.laneKey] = true
	}
	return q.inTx(ctx, func(tx conn) error {
		if err := q.offer(ctx, tx, slices.Collect(maps.Keys(lanes))); err != nil {
			return err
		}
		_, err := q.exec(ctx, tx, fmt.Sprintf("UPDATE {item} {by id} SET st=%d, due=0, starts=0 WHERE %s AND st=%d", stWaiting, in("id", len(ids)), st), ids...)
		return err
	})
}

// sweepDone removes identities whose time is over, a few at a time.
func (q *queue) sweepDone(ctx context.Context) error {
	for range 10 {
		ids, err := query(ctx, q.DB, q.db, readInt, fmt.Sprintf("SELECT id FROM {item} WHERE st=%d AND due<={now} ORDER BY due LIMIT %d", stDone, chunk))
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := q.forget(ctx, anys(ids)...); err != nil {
			return err
		}
		if len(ids) < chunk {
			return nil
		}
	}
	return nil
}
