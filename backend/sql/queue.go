package wecomsql

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/callback"
)

// queue is the [callback.Queue] of a DB. Whoever changes items of a lane has locked the row of
// the lane before, and whoever locks several lanes does so in the order of their keys, or skips
// those that are locked: that is what keeps transactions from waiting for each other.
type queue struct {
	*DB
	closing context.Context // ends with Close
	close   context.CancelFunc

	sweeping  sync.Mutex   // one sweep at a time
	nextSweep atomic.Int64 // by the clock of the server
	room      room
}

var _ callback.Queue = (*queue)(nil)

// Queue returns the queue in the database. Its Close ends the use of the queue, not of the
// database. A program needs one for all its suites.
func (d *DB) Queue() callback.Queue {
	q := &queue{DB: d}
	q.closing, q.close = context.WithCancel(context.Background())
	return q
}

// Close implements [callback.Queue].
func (q *queue) Close() error {
	q.close()
	return nil
}

// begin is that of the DB for a queue that was not closed.
func (q *queue) begin(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if ctx.Err() == nil && q.closing.Err() != nil {
		return ctx, func() {}, callback.ErrClosed
	}
	return q.DB.begin(ctx)
}

// States of an item.
const (
	stWaiting = iota // also while it is held
	stLater
	stDone // only its identity is kept
	stDead
)

// laneKey is the key of a lane. class is the route, with a letter before it.
type laneKey struct{ class, lane string }

const (
	urgentClass, normalClass = "u", "n"
	longestName              = 511 // of a route or lane, with the letter the width of the column
	longestDigest            = 64
	chunk                    = 100 // rows in one statement
)

func classOf(route string, urgent bool) string {
	if urgent {
		return urgentClass + route
	}
	return normalClass + route
}

func compareLanes(x, y laneKey) int {
	if c := strings.Compare(x.class, y.class); c != 0 {
		return c
	}
	return strings.Compare(x.lane, y.lane)
}

// eachOf is a condition for these lanes. MySQL does not find rows by pairs of columns in a list.
func eachOf(keys []laneKey) (condition string, args []any) {
	for _, k := range keys {
		args = append(args, k.class, k.lane)
	}
	return "(" + list(len(keys), "class=? AND lane=?", " OR ") + ")", args
}

// idText is the ID of an item. IDs sort as the numbers do.
func idText(id int64) string { return fmt.Sprintf("%016x", id) }

func idOfText(text string) (id int64, ok bool) {
	id, err := strconv.ParseInt(text, 16, 64)
	return id, err == nil && idText(id) == text
}

// idsOfTexts leaves out what is no ID.
func idsOfTexts(texts []string) (ids []any) {
	for _, text := range texts {
		if id, ok := idOfText(text); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// Join implements [callback.Queue].
func (q *queue) Join(ctx context.Context, owner string, lease time.Duration) error {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return err
	}
	if owner == "" || len(owner) > longestName {
		return fmt.Errorf("wecomsql: join: the name of the owner has %d bytes: want 1 to %d", len(owner), longestName)
	}
	if err := q.sweepOwners(ctx); err != nil { // what an owner with this name has left is not the new one's
		return explain("join", err)
	}
	err = retry(ctx, func() error {
		_, err := q.exec(ctx, q.db, "INSERT INTO {owner} (owner, ends, lease) VALUES (?, {now}+?, ?) {or join}", owner, lease.Microseconds(), lease.Microseconds())
		return err
	})
	if err != nil {
		return explain("join", err)
	}
	return nil
}

// Extend implements [callback.Queue].
func (q *queue) Extend(ctx context.Context, owner string, lease time.Duration) error {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil {
		return err
	}
	var n int64
	err = retry(ctx, func() (err error) {
		n, err = q.exec(ctx, q.db, "UPDATE {owner} SET ends={now}+?, lease=? WHERE owner=? AND ends>{now}", lease.Microseconds(), lease.Microseconds(), owner)
		return err
	})
	switch {
	case err != nil:
		return explain("extend", err)
	case n == 0:
		return callback.ErrLost
	}
	return nil
}

// newToken begins the tokens of one claim. They say whether items are urgent, which is part of
// the key of their lanes and not in a hold.
func newToken(class string) string { return class[:1] + rand.Text() }

// holdOf is the hold of an item; its token has the name of the claim, which its lane has too,
// and the ID.
func holdOf(claim string, it *storedItem) callback.Hold {
	return callback.Hold{
		ID: idText(it.id), Token: claim + "." + idText(it.id), Route: it.Route, Lane: it.Lane, Keep: it.Identity != "",
	}
}

// storedItem is a row.
type storedItem struct {
	callback.Item
	id     int64
	class  string
	starts int
	put    time.Time
	reason string
}

const itemColumns = "id, class, lane, ident, same, starts, put, reason, payload, state"

func readItem(row scanner) (it storedItem, err error) {
	var class, lane, ident, same, reason []byte
	var put int64
	err = row.Scan(&it.id, &class, &lane, &ident, &same, &it.starts, &put, &reason, &it.Payload, &it.State)
	if err == nil && len(class) == 0 {
		err = errors.New("an item has no class: who has changed the table?")
	}
	if err != nil {
		return it, err
	}
	it.class, it.Urgent, it.Route = string(class), class[0] == urgentClass[0], string(class[1:])
	it.Lane, it.Identity, it.Same, it.reason = string(lane), string(ident), string(same), string(reason)
	it.put = time.UnixMicro(put)
	return it, nil
}

// Format prints no content, and no password.
func (q *queue) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "wecomsql.Queue{%s, %s}", q.dialect.name, q.cfg.Prefix)
}

// LogValue prints no content, and no password.
func (q *queue) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(q)) }
