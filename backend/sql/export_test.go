package wecomsql

import (
	"context"
	"maps"
	"strings"
	"time"
)

// Times are the constants of a DB that tests shorten.
type Times struct{ Lock, Identity, Wait, Sweep time.Duration }

// Shorten sets those that are not 0.
func (d *DB) Shorten(t Times) *DB {
	for to, from := range map[*time.Duration]time.Duration{
		&d.lockLife: t.Lock, &d.identityLife: t.Identity, &d.longestWait: t.Wait, &d.sweepEvery: t.Sweep,
	} {
		if from != 0 {
			*to = from
		}
	}
	return d
}

// Movable lets Move set the clock of the server, as far as this package sees it.
func (d *DB) Movable(ctx context.Context) (*DB, error) {
	words := maps.Clone(d.dialect.words)
	now := words["now"]
	words["now"] = "(" + now + "+(SELECT shift FROM {p}clock))"
	words["turn"] = strings.ReplaceAll(words["turn"], now, words["now"])
	d.dialect.words = words
	d.names = d.dialect.replacer(d.cfg.Prefix)
	if err := d.Exec(ctx, "CREATE TABLE IF NOT EXISTS {p}clock (id INT PRIMARY KEY, shift BIGINT NOT NULL)"); err != nil {
		return nil, err
	}
	return d, d.Exec(ctx, "INSERT INTO {p}clock (id, shift) VALUES (1, 0) {or keep}")
}

// Move moves the clock of a Movable.
func (d *DB) Move(ctx context.Context, by time.Duration) error {
	return d.Exec(ctx, "UPDATE {p}clock SET shift=shift+?", by.Microseconds())
}

// Exec executes a statement in the words of this package.
func (d *DB) Exec(ctx context.Context, statement string, args ...any) error {
	_, err := d.exec(ctx, d.db, statement, args...)
	return err
}

// Guard is the statement that keeps other migrations out.
func (d *DB) Guard() string { return d.dialect.guard }

// Count returns the number that a statement yields.
func (d *DB) Count(ctx context.Context, statement string, args ...any) (int64, error) {
	n, err := query(ctx, d, d.db, readInt, statement, args...)
	if err != nil || len(n) == 0 {
		return 0, err
	}
	return n[0], nil
}

var (
	CheckMySQLVersion = checkMySQLVersion
	IsConflict        = isConflict
	After             = after
	IDOf              = idOf
	Run               = run
	Explain           = explain
)
