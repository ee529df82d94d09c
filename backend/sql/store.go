package wecomsql

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/token"
)

// store is the [token.Store] of a DB.
type store struct {
	*DB
	locks locks
	puts  atomic.Uint64
}

var (
	_ token.Store  = (*store)(nil)
	_ token.Locker = (*store)(nil)
	_ token.Lister = (*store)(nil)
)

// Store returns the tokens, tickets and installations in the database. It is a [token.Locker]
// and a [token.Lister]. A program needs one: what is locked in one Store is not known to
// another one of the same process.
//
// Who holds the lock on a key and has lost it, since its process was paused or could not reach
// the database for ten seconds, gets [ErrLockLost] from Put and Delete of that key, and changes
// nothing.
func (d *DB) Store() token.Store { return &store{DB: d} }

const (
	longestKey = 255 // that is its own id
	sweepPuts  = 16  // each so many writes remove some of what has expired
	sweepMost  = 64
)

// idOf is the key in an index, whose width is limited. Ids of long keys begin as these do, and
// are longer than all others, so that no two keys have one id.
func idOf(key string) string {
	if len(key) <= longestKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return key[:longestKey] + string(sum[:])
}

// Get implements [token.Store].
func (s *store) Get(ctx context.Context, key string) ([]byte, error) {
	ctx, cancel, err := s.begin(ctx)
	defer cancel()
	if err != nil {
		return nil, err
	}
	values, err := query(ctx, s.DB, s.db, readBytes, "SELECT v FROM {store} WHERE id=? AND (expires IS NULL OR expires>{now})", idOf(key))
	switch {
	case err != nil:
		return nil, explain("get", err)
	case len(values) == 0:
		return nil, token.ErrNotFound
	}
	return filled(values[0]), nil
}

// Put implements [token.Store].
func (s *store) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	ctx, cancel, err := s.begin(ctx)
	defer cancel()
	if err != nil {
		return err
	}
	expires, args := "NULL", []any{idOf(key), key, filled(value)}
	if ttl != 0 {
		expires, args = "{now}+?", append(args, ttl.Microseconds())
	}
	err = s.fenced(ctx, key, func(c conn) error {
		_, err := s.exec(ctx, c, "INSERT INTO {store} (id, k, v, expires) VALUES (?, ?, ?, "+expires+") {or replace}", args...)
		return err
	})
	if err != nil {
		return explain("put", err)
	}
	if s.puts.Add(1)%sweepPuts == 0 {
		s.sweep(ctx)
	}
	return nil
}

// Delete implements [token.Store].
func (s *store) Delete(ctx context.Context, key string) error {
	ctx, cancel, err := s.begin(ctx)
	defer cancel()
	if err != nil {
		return err
	}
	err = s.fenced(ctx, key, func(c conn) error {
		_, err := s.exec(ctx, c, "DELETE FROM {store} WHERE id=?", idOf(key))
		return err
	})
	if err != nil {
		return explain("delete", err)
	}
	return nil
}

// fenced changes a value. If this process holds the lock on its key, the lock cannot pass to
// another process before that is done, and nothing is changed if it has passed already.
func (s *store) fenced(ctx context.Context, key string, change func(c conn) error) error {
	holder := s.locks.holderOf(key)
	if holder == "" {
		return retry(ctx, func() error { return change(s.db) })
	}
	return s.inTx(ctx, func(tx conn) error {
		holders, err := query(ctx, s.DB, tx, readText, "SELECT holder FROM {lock} WHERE id=? {update}", idOf(key))
		if err != nil {
			return err
		}
		if len(holders) == 0 || holders[0] != holder {
			return ErrLockLost
		}
		return change(tx)
	})
}

// sweep removes some values that have expired, and locks of processes that have died. It is
// best effort: what it does not remove the next one will.
func (s *store) sweep(ctx context.Context) {
	for table, end := range map[string]string{"{store}": "expires", "{lock}": "ends"} {
		ids, _ := query(ctx, s.DB, s.db, readText, fmt.Sprintf("SELECT id FROM %s WHERE %s<={now} LIMIT %d", table, end, sweepMost))
		for _, id := range ids { // one at a time: a statement for all would wait for rows of others, and hold these
			_, _ = s.exec(ctx, s.db, fmt.Sprintf("DELETE FROM %s WHERE id=? AND %s<={now}", table, end), id)
		}
	}
}

// Format prints none of the values, and no password.
func (s *store) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "wecomsql.Store{%s, %s}", s.dialect.name, s.cfg.Prefix)
}

// LogValue prints none of the values, and no password.
func (s *store) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }
