package wecomsql

import (
	"context"
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

// Exec executes a statement in the words of this package.
func (d *DB) Exec(ctx context.Context, statement string, args ...any) error {
	_, err := d.exec(ctx, d.db, statement, args...)
	return err
}

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
)
