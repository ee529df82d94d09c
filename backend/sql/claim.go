package wecomsql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/gothird/wecom/callback"
)

// Claim implements [callback.Queue].
func (q *queue) Claim(ctx context.Context, a callback.Ask) ([]callback.Claimed, error) {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return nil, err
	}
	p, err := q.probe(ctx, a)
	if err == nil && q.sweepIsDue(p.now) {
		if err = q.sweep(ctx); err == nil {
			p, err = q.probe(ctx, a)
		}
	}
	if err != nil {
		return nil, explain("claim", err)
	}
	if !p.joined {
		return nil, callback.ErrLost
	}
	if len(p.classes) == 0 || a.Max <= 0 {
		return nil, nil
	}
	var got []callback.Claimed
	err = q.inTx(ctx, func(tx conn) (err error) {
		got, err = q.claim(ctx, tx, a, p.classes)
		return err
	})
	if err != nil {
		return nil, explain("claim", err)
	}
	return got, nil
}

// probed is what a claim can expect.
type probed struct {
	now     int64
	joined  bool
	classes []string // with lanes that wait for a turn: first the one whose lane has waited longest
}

const (
	probedNow = -2 - iota
	probedOwner
)

// probe looks without a transaction whether there is something to claim: mostly there is not.
func (q *queue) probe(ctx context.Context, a callback.Ask) (p probed, err error) {
	var rows []probedRow
	for first := 0; first == 0 || first < len(a.Routes); first += chunk {
		some, err := q.probeSome(ctx, a, first)
		if err != nil {
			return p, err
		}
		rows = append(rows, some...)
	}
	slices.SortFunc(rows, func(x, y probedRow) int { return cmp.Compare(x.turn.Int64, y.turn.Int64) })
	for _, row := range rows {
		switch {
		case row.i == probedNow:
			p.now = row.turn.Int64
		case row.i == probedOwner:
			p.joined = true
		case row.turn.Valid:
			p.classes = append(p.classes, classOf(a.Routes[row.i], a.Urgent))
		}
	}
	return p, nil
}

// probedRow is about the route i, or what probedNow and probedOwner say.
type probedRow struct {
	i    int
	turn sql.NullInt64
}

// probeSome is about some routes, from the first on: SQLite has a limit of 500 in one statement.
func (q *queue) probeSome(ctx context.Context, a callback.Ask, first int) ([]probedRow, error) {
	statement := fmt.Sprintf("SELECT %d, {now} UNION ALL SELECT %d, ends FROM {owner} WHERE owner=? AND ends>{now}", probedNow, probedOwner)
	args := []any{a.Owner}
	for i := first; i < min(first+chunk, len(a.Routes)); i++ {
		statement += fmt.Sprintf(" UNION ALL SELECT %d, MIN(turn) FROM {lane} WHERE class=? AND turn IS NOT NULL", i)
		args = append(args, classOf(a.Routes[i], a.Urgent))
	}
	return query(ctx, q.DB, q.db, func(row scanner) (r probedRow, err error) {
		err = row.Scan(&r.i, &r.turn)
		return r, err
	}, statement, args...)
}

func (q *queue) claim(ctx context.Context, tx conn, a callback.Ask, classes []string) (got []callback.Claimed, err error) {
	claim := newToken(classes[0])
	for _, class := range classes {
		for more := true; more && len(got) < a.Max; {
			var some []callback.Claimed
			some, more, err = q.claimOf(ctx, tx, class, claim, a.Owner, min(a.Max-len(got), chunk))
			if err != nil {
				return nil, err
			}
			got = append(got, some...)
		}
	}
	return got, nil
}

// claimOf claims of some lanes of a class; more says that there may be others. It locks the
// lanes, and looks for their items in another statement: a single one would see those that were
// there before the lock.
func (q *queue) claimOf(ctx context.Context, tx conn, class, claim, owner string, most int) (got []callback.Claimed, more bool, err error) {
	lanes, err := query(ctx, q.DB, tx, readText, "SELECT lane FROM {lane} {by turn} WHERE class=? AND turn IS NOT NULL ORDER BY turn LIMIT ? {update} {skip}", class, most)
	if err != nil || len(lanes) == 0 {
		return nil, false, err
	}
	heads, empty, err := q.heads(ctx, tx, class, lanes)
	if err != nil {
		return nil, false, err
	}
	if len(empty) > 0 { // what was put there was known already
		if _, err := q.exec(ctx, tx, "{delete from lane} WHERE class=? AND "+in("lane", len(empty)), append([]any{class}, anys(empty)...)...); err != nil {
			return nil, false, err
		}
	}
	if len(heads) > 0 {
		got, err = q.hold(ctx, tx, class, claim, owner, heads)
	}
	return got, len(lanes) == most, err
}

// heads returns the first item of each lane, and the lanes that have none.
func (q *queue) heads(ctx context.Context, tx conn, class string, lanes []string) (heads []any, empty []string, err error) {
	statement, args := "", []any(nil)
	for i, lane := range lanes {
		if i > 0 {
			statement += " UNION ALL "
		}
		statement += fmt.Sprintf("SELECT %d, MIN(id) FROM {item} WHERE class=? AND lane=? AND st=%d", i, stWaiting)
		args = append(args, class, lane)
	}
	type head struct {
		lane int
		id   sql.NullInt64
	}
	rows, err := query(ctx, q.DB, tx, func(row scanner) (h head, err error) {
		err = row.Scan(&h.lane, &h.id)
		return h, err
	}, statement, args...)
	for _, h := range rows {
		if h.id.Valid {
			heads = append(heads, h.id.Int64)
		} else {
			empty = append(empty, lanes[h.lane])
		}
	}
	return heads, empty, err
}

// hold claims items, the first ones of locked lanes. Their content is read after they no longer
// are what a newer item with the same Same replaces.
func (q *queue) hold(ctx context.Context, tx conn, class, claim, owner string, ids []any) (got []callback.Claimed, err error) {
	if _, err := q.exec(ctx, tx, "UPDATE {item} {by id} SET starts=starts+1, same_key=NULL WHERE "+in("id", len(ids)), ids...); err != nil {
		return nil, err
	}
	items, err := query(ctx, q.DB, tx, readItem, "SELECT "+itemColumns+" FROM {item} WHERE "+in("id", len(ids)), ids...)
	if err != nil {
		return nil, err
	}
	args := []any{claim, owner, class}
	for i := range items {
		it := &items[i]
		args = append(args, it.Lane)
		got = append(got, callback.Claimed{Item: it.Item, Hold: holdOf(claim, it), Starts: it.starts, Put: it.put})
	}
	_, err = q.exec(ctx, tx, "UPDATE {lane} {by id} SET turn=NULL, hold=?, owner=? WHERE class=? AND "+in("lane", len(items)), args...)
	return got, err
}
