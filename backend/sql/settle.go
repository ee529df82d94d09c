package wecomsql

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
)

// Settle implements [callback.Queue]. Items that move to another lane are settled one by one:
// their lanes could not be locked in one order with those of others.
func (q *queue) Settle(ctx context.Context, settlements []callback.Settlement) (lost []callback.Hold, err error) {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return nil, err
	}
	batches, err := batchesOf(settlements)
	if err != nil {
		return nil, err
	}
	settled := map[callback.Hold]bool{}
	for _, batch := range batches {
		if err := q.settleBatch(ctx, batch, settled); err != nil {
			return nil, explain("settle", err)
		}
	}
	for _, s := range settlements {
		if !settled[s.Hold] {
			lost = append(lost, s.Hold)
		}
		delete(settled, s.Hold) // the same hold again is lost
	}
	return lost, nil
}

// batchesOf are the settlements of one transaction each.
func batchesOf(settlements []callback.Settlement) (batches [][]callback.Settlement, err error) {
	var together []callback.Settlement
	for i, s := range settlements {
		switch {
		case s.Kind < callback.Done || s.Kind > callback.Bury:
			return nil, fmt.Errorf("wecomsql: settle: settlement %d is of kind %d: there are Done, Again, Wait and Bury", i, s.Kind)
		case len(s.Lane) > longestName:
			return nil, fmt.Errorf("wecomsql: settle: settlement %d has a lane of %d bytes: %d are possible", i, len(s.Lane), longestName)
		case moves(s):
			batches = append(batches, []callback.Settlement{s})
		default:
			together = append(together, s)
		}
	}
	return slices.AppendSeq(batches, slices.Chunk(together, chunk)), nil
}

func moves(s callback.Settlement) bool { return s.Kind == callback.Again && s.Lane != "" }

func (q *queue) settleBatch(ctx context.Context, batch []callback.Settlement, settled map[callback.Hold]bool) error {
	var held []holding
	err := q.inTx(ctx, func(tx conn) (err error) {
		held, err = q.stillHeld(ctx, tx, batch)
		if err == nil && len(held) > 0 {
			err = q.settle(ctx, tx, held)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, h := range held {
		settled[h.Hold] = true
	}
	return nil
}

// holding is a settlement, and what its hold says.
type holding struct {
	callback.Settlement
	claim string
	lane  laneKey
	id    int64
}

// holdingOf reads a hold. ok is false if it is none of this package.
func holdingOf(s callback.Settlement) (h holding, ok bool) {
	claim, id, ok := strings.Cut(s.Hold.Token, ".")
	if !ok || claim == "" || id != s.Hold.ID {
		return h, false
	}
	h = holding{Settlement: s, claim: claim, lane: laneKey{claim[:1] + s.Hold.Route, s.Hold.Lane}}
	h.id, ok = idOfText(id)
	return h, ok
}

// stillHeld locks the lanes of the settlements, and returns those whose hold is good.
func (q *queue) stillHeld(ctx context.Context, tx conn, batch []callback.Settlement) (held []holding, err error) {
	byLane := map[laneKey][]holding{}
	for _, s := range batch {
		if h, ok := holdingOf(s); ok {
			byLane[h.lane] = append(byLane[h.lane], h)
		}
	}
	lanes := slices.Collect(maps.Keys(byLane))
	if len(lanes) == 0 {
		return nil, nil
	}
	if moves(batch[0]) {
		lanes = append(lanes, laneKey{classOf(batch[0].Hold.Route, false), batch[0].Lane})
	}
	found, err := q.lockLanes(ctx, tx, lanes)
	if err != nil {
		return nil, err
	}
	alive := map[string]bool{}
	for _, l := range found {
		i := slices.IndexFunc(byLane[l.laneKey], func(h holding) bool { return h.claim == l.mark })
		if i < 0 {
			continue
		}
		if err := q.lookAfter(ctx, tx, l.owner, alive); err != nil {
			return nil, err
		}
		if alive[l.owner] {
			held = append(held, byLane[l.laneKey][i])
		}
	}
	return held, nil
}

// lookAfter notes whether the lease of an owner is good.
func (q *queue) lookAfter(ctx context.Context, tx conn, owner string, alive map[string]bool) error {
	if _, known := alive[owner]; known {
		return nil
	}
	n, err := query(ctx, q.DB, tx, readInt, "SELECT 1 FROM {owner} WHERE owner=? AND ends>{now}", owner)
	alive[owner] = len(n) > 0
	return err
}

// settle changes the items, and then their lanes.
func (q *queue) settle(ctx context.Context, tx conn, held []holding) error {
	var done []any
	for _, h := range held {
		if h.Kind == callback.Done {
			done = append(done, h.id)
			continue
		}
		if err := q.change(ctx, tx, h); err != nil {
			return err
		}
	}
	if err := q.finish(ctx, tx, done, stWaiting); err != nil {
		return err
	}
	if err := q.leave(ctx, tx, held); err != nil {
		return err
	}
	if h := held[0]; moves(h.Settlement) {
		return q.openLane(ctx, tx, laneKey{classOf(h.Hold.Route, false), h.Lane}, h.After <= 0)
	}
	return nil
}

// finish leaves no more of items than their identity, until its time is over. Those without one
// are over at once, and are removed like the others.
func (q *queue) finish(ctx context.Context, tx conn, ids []any, st int) error {
	if len(ids) == 0 {
		return nil
	}
	args := append([]any{q.identityLife.Microseconds(), filled(nil), filled(nil), filled(nil)}, ids...)
	_, err := q.exec(ctx, tx, fmt.Sprintf("UPDATE {item} {by id} SET st=%d, due=CASE WHEN ident IS NULL THEN 0 ELSE put+? END, payload=?, state=?, reason=?, same_key=NULL WHERE %s AND st=%d",
		stDone, in("id", len(ids)), st), args...)
	return err
}

// change stores the outcome of an item that is not done.
func (q *queue) change(ctx context.Context, tx conn, h holding) error {
	set, args := "", []any(nil)
	to := h.lane
	st, after := stWaiting, q.after(h.After)
	switch h.Kind {
	case callback.Bury:
		st = stDead
		set, args = ", reason=?", []any{h.Reason}
	case callback.Again:
		if after > 0 {
			st = stLater
		}
		if h.Lane != "" {
			to = laneKey{classOf(h.Hold.Route, false), h.Lane}
		}
	}
	if st != stDead {
		set = ", starts=0"
	}
	if st == stLater {
		set, args = set+", due={now}+?", append(args, after)
	}
	if len(h.State) > 0 {
		set, args = set+", state=?", append(args, h.State)
	}
	args = append(append([]any{st, to.class, to.lane}, args...), h.id)
	_, err := q.exec(ctx, tx, "UPDATE {item} {by id} SET st=?, class=?, lane=?"+set+" WHERE id=?", args...)
	return err
}

// after is a pause in microseconds.
func (q *queue) after(d time.Duration) int64 { return min(max(d, 0), q.longestWait).Microseconds() }

// leave ends the holds of lanes: those with a further item get a turn or are closed, and empty
// ones go.
func (q *queue) leave(ctx context.Context, tx conn, held []holding) error {
	var more, empty []laneKey
	for _, h := range held {
		if h.Kind == callback.Wait && q.after(h.After) > 0 {
			_, err := q.exec(ctx, tx, "UPDATE {lane} {by id} SET hold=NULL, owner=NULL, opens={now}+? WHERE class=? AND lane=?", q.after(h.After), h.lane.class, h.lane.lane)
			if err != nil {
				return err
			}
			continue
		}
		more = append(more, h.lane)
	}
	more, empty, err := q.withItems(ctx, tx, more)
	if err != nil {
		return err
	}
	if len(empty) > 0 {
		where, args := eachOf(empty)
		if _, err := q.exec(ctx, tx, "{delete from lane} WHERE "+where, args...); err != nil {
			return err
		}
	}
	if len(more) == 0 {
		return nil
	}
	where, args := eachOf(more)
	if _, err := q.exec(ctx, tx, "UPDATE {lane} {by id} SET hold=NULL, owner=NULL, turn={turn} WHERE "+where, args...); err != nil {
		return err
	}
	return q.notify(ctx, tx)
}

// withItems says which lanes have items and which have none.
func (q *queue) withItems(ctx context.Context, tx conn, lanes []laneKey) (with, without []laneKey, err error) {
	byClass := map[string][]string{}
	for _, l := range lanes {
		byClass[l.class] = append(byClass[l.class], l.lane)
	}
	for class, names := range byClass {
		_, empty, err := q.heads(ctx, tx, class, names)
		if err != nil {
			return nil, nil, err
		}
		none := map[string]bool{}
		for _, name := range empty {
			none[name] = true
		}
		for _, name := range names {
			if l := (laneKey{class, name}); none[l.lane] {
				without = append(without, l)
			} else {
				with = append(with, l)
			}
		}
	}
	return with, without, nil
}

// openLane opens a lane if it is closed. filled says that there is an item in it now.
func (q *queue) openLane(ctx context.Context, tx conn, lane laneKey, filled bool) error {
	if _, err := q.exec(ctx, tx, "UPDATE {lane} {by id} SET opens=NULL, turn={turn} WHERE class=? AND lane=? AND opens IS NOT NULL", lane.class, lane.lane); err != nil {
		return err
	}
	if !filled {
		return q.notify(ctx, tx)
	}
	return q.offer(ctx, tx, []laneKey{lane})
}
