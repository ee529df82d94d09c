package wecomsql

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/gothird/wecom/callback"
)

const chunkBytes = 1 << 20 // of one statement: servers have a limit

// Put implements [callback.Queue].
func (q *queue) Put(ctx context.Context, items []callback.Item) error {
	ctx, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil || len(items) == 0 {
		return err
	}
	if err := checkItems(items); err != nil {
		return err
	}
	items, err = q.unknown(ctx, items)
	if err == nil {
		err = q.takeRoom(ctx, items)
	}
	if err == nil && len(items) > 0 {
		err = q.inTx(ctx, func(tx conn) error { return q.put(ctx, tx, items) })
	}
	if err != nil && err != callback.ErrQueueFull {
		return explain("put", err)
	}
	return err
}

func checkItems(items []callback.Item) error {
	for i, it := range items {
		switch {
		case max(len(it.Route), len(it.Lane)) > longestName:
			return fmt.Errorf("wecomsql: put: item %d has a route of %d and a lane of %d bytes: %d are possible", i, len(it.Route), len(it.Lane), longestName)
		case max(len(it.Identity), len(it.Same)) > longestDigest:
			return fmt.Errorf("wecomsql: put: item %d has an Identity of %d and a Same of %d bytes: %d are possible", i, len(it.Identity), len(it.Same), longestDigest)
		case it.Identity != "" && it.Same != "":
			return fmt.Errorf("wecomsql: put: item %d has an Identity and a Same: it can have one of them", i)
		}
	}
	return nil
}

// unknown returns the items without those whose identity is known, and removes identities whose
// time is over.
func (q *queue) unknown(ctx context.Context, items []callback.Item) ([]callback.Item, error) {
	var idents []any
	for _, it := range items {
		if it.Identity != "" {
			idents = append(idents, it.Identity)
		}
	}
	type identity struct {
		id    int64
		ident string
		over  bool
	}
	known := map[string]bool{}
	for some := range slices.Chunk(idents, chunk) {
		found, err := query(ctx, q.DB, q.db, func(row scanner) (i identity, err error) {
			var ident []byte
			err = row.Scan(&i.id, &ident, &i.over)
			i.ident = string(ident)
			return i, err
		}, fmt.Sprintf("SELECT id, ident, st=%d AND due<={now} FROM {item} WHERE ", stDone)+in("ident", len(some)), some...)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			if known[i.ident] = !i.over; !i.over {
				continue
			}
			if err := q.forget(ctx, i.id); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(items), func(it callback.Item) bool { return known[it.Identity] }), nil
}

// forget removes an identity whose time is over.
func (q *queue) forget(ctx context.Context, ids ...any) error {
	return retry(ctx, func() error {
		_, err := q.exec(ctx, q.db, fmt.Sprintf("{delete from item} WHERE %s AND st=%d AND due<={now}", in("id", len(ids)), stDone), ids...)
		return err
	})
}

// put locks the lanes, and then adds the items in their order.
func (q *queue) put(ctx context.Context, tx conn, items []callback.Item) error {
	lanes := map[laneKey]bool{}
	for _, it := range items {
		lanes[laneKey{classOf(it.Route, it.Urgent), it.Lane}] = true
	}
	if err := q.offer(ctx, tx, slices.Collect(maps.Keys(lanes))); err != nil {
		return err
	}
	for begin := 0; begin < len(items); {
		end := run(items, begin)
		if err := q.insert(ctx, tx, items[begin:end]); err != nil {
			return err
		}
		begin = end
	}
	return nil
}

// run returns where the items end that one statement can add: all with a Same or none, no Same
// twice, and not too much.
func run(items []callback.Item, begin int) int {
	size, seen := 0, map[string]bool{}
	for i := begin; i < len(items); i++ {
		it := &items[i]
		size += len(it.Payload) + len(it.State)
		if i > begin && (i-begin == chunk || size > chunkBytes || (it.Same == "") != (items[begin].Same == "") || seen[it.Same]) {
			return i
		}
		seen[it.Same] = it.Same != ""
	}
	return len(items)
}

func (q *queue) insert(ctx context.Context, tx conn, items []callback.Item) error {
	var args []any
	for _, it := range items {
		same := orNull(it.Same)
		args = append(args, classOf(it.Route, it.Urgent), it.Lane, orNull(it.Identity), same, same, filled(nil), filled(it.Payload), filled(it.State))
	}
	conflict := "{or keep}"
	if items[0].Same != "" {
		conflict = "{or newest}"
	}
	_, err := q.exec(ctx, tx, "INSERT INTO {item} (class, lane, ident, same, same_key, st, due, put, starts, reason, payload, state) VALUES "+
		list(len(items), "(?, ?, ?, ?, ?, 0, 0, {now}, 0, ?, ?, ?)", ", ")+" "+conflict, args...)
	return err
}

// offer locks lanes, in the order of their keys, and gives a turn to those that have none, are
// not held and not closed.
func (q *queue) offer(ctx context.Context, tx conn, lanes []laneKey) error {
	slices.SortFunc(lanes, compareLanes)
	for some := range slices.Chunk(lanes, chunk) {
		_, args := eachOf(some)
		_, err := q.exec(ctx, tx, "INSERT INTO {lane} (class, lane, turn) VALUES "+list(len(some), "(?, ?, {turn})", ", ")+" {or offer}", args...)
		if err != nil {
			return err
		}
	}
	return q.notify(ctx, tx)
}

// room is how much may be put until the items are counted again: counting takes time, the more
// the more there are.
type room struct {
	mu   sync.Mutex
	left [2]int // for items that are not urgent, and for urgent ones
}

// takeRoom returns ErrQueueFull if there is no room for all. An eighth of what is free is given
// out before it is counted again, since other processes put too.
func (q *queue) takeRoom(ctx context.Context, items []callback.Item) error {
	if q.cfg.Limit == 0 || len(items) == 0 {
		return nil
	}
	class := 1
	if slices.ContainsFunc(items, func(it callback.Item) bool { return !it.Urgent }) {
		class = 0
	}
	if q.room.take(class, len(items)) {
		return nil
	}
	free, err := q.free(ctx, class)
	if err != nil {
		return err
	}
	if free < len(items) {
		return callback.ErrQueueFull
	}
	q.room.set(class, max(free/8, len(items))-len(items))
	return nil
}

func (r *room) take(class, n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left[class] < n {
		return false
	}
	r.left[class] -= n
	return true
}

func (r *room) set(class, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left[class] = n
}

// free counts how many items more there may be.
func (q *queue) free(ctx context.Context, class int) (int, error) {
	limit := q.cfg.Limit
	if class == 1 {
		limit += max(1, limit/10)
	}
	n, err := query(ctx, q.DB, q.db, readInt, fmt.Sprintf("SELECT COUNT(*) FROM (SELECT 1 FROM {item} WHERE st IN (%d, %d) LIMIT %d) counted", stWaiting, stLater, limit))
	if err != nil {
		return 0, err
	}
	return limit - int(n[0]), nil
}
