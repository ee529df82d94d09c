package wecomsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// Config says how a database is used. Dialect is required.
type Config struct {
	Dialect Dialect
	// Prefix begins the names of all tables: small letters, digits and underscores, beginning
	// with a letter, 30 at most. "": "wecom_". Programs with another prefix share nothing.
	Prefix string
	// Notified waits for a notification on a connection of the driver, the one that
	// [sql.Conn.Raw] gives, until there is one or ctx ends. With it, notices that one process
	// puts are claimed by another at once instead of a quarter of a second later. PostgreSQL
	// only; the package documentation has the three lines for pgx. nil: the queue is polled.
	Notified func(ctx context.Context, driverConn any) error
	// Limit is the number of items that may wait in the queue, beyond which its Put returns
	// callback.ErrQueueFull; urgent items have a tenth more. Several processes that put at the
	// same time may exceed it by a part. Buried items do not count. 0: no limit.
	Limit int
}

// DB is a database with the tables of this package. Make one with [New].
type DB struct {
	db      *sql.DB
	dialect dialect
	cfg     Config
	names   *strings.Replacer
	checked atomic.Bool

	// The rest are constants, but for tests.
	lockLife     time.Duration
	identityLife time.Duration
	longestWait  time.Duration
	sweepEvery   time.Duration
}

const (
	defaultPrefix = "wecom_"
	opTimeout     = 10 * time.Second // of one operation whose context has no earlier end
)

var prefixes = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)

// New returns db with the tables of this package, and opens no connection. The tables are made
// by [DB.Migrate]. The caller closes db, after the queues.
func New(db *sql.DB, cfg Config) (*DB, error) {
	if db == nil {
		return nil, errors.New("wecomsql: New: the *sql.DB is nil")
	}
	dl, ok := dialectOf(cfg.Dialect)
	if !ok {
		return nil, fmt.Errorf("wecomsql: New: Config.Dialect is %d: there are MySQL, PostgreSQL and SQLite", int(cfg.Dialect))
	}
	if cfg.Prefix == "" {
		cfg.Prefix = defaultPrefix
	}
	if !prefixes.MatchString(cfg.Prefix) {
		return nil, fmt.Errorf("wecomsql: New: Config.Prefix %q: want small letters, digits and underscores, beginning with a letter, 30 at most", cfg.Prefix)
	}
	if cfg.Notified != nil && cfg.Dialect != PostgreSQL {
		return nil, errors.New("wecomsql: New: Config.Notified is for PostgreSQL only")
	}
	if cfg.Limit < 0 {
		return nil, fmt.Errorf("wecomsql: New: Config.Limit is %d: want 0 for no limit, or more", cfg.Limit)
	}
	return &DB{
		db: db, dialect: dl, cfg: cfg, names: dl.replacer(cfg.Prefix),
		lockLife: 10 * time.Second, identityLife: 2 * time.Hour, longestWait: 24 * time.Hour, sweepEvery: time.Second,
	}, nil
}

// begin bounds an operation, and checks the database before the first one.
func (d *DB) begin(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if err := ctx.Err(); err != nil {
		return ctx, func() {}, err
	}
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	if d.checked.Load() {
		return ctx, cancel, nil
	}
	err := d.check(ctx)
	if err == nil {
		d.checked.Store(true)
	}
	return ctx, cancel, err
}

// check returns an error if the server or its tables are not what this package needs.
func (d *DB) check(ctx context.Context) error {
	if err := d.dialect.check(ctx, d.db); err != nil {
		return err
	}
	version, err := d.version(ctx, d.db)
	switch {
	case err != nil:
		return err
	case version == 0:
		return fmt.Errorf("wecomsql: there are no tables with the prefix %q: call DB.Migrate once", d.cfg.Prefix)
	case version < len(d.dialect.schema):
		return fmt.Errorf("wecomsql: the tables have version %d, and this module needs %d: call DB.Migrate once", version, len(d.dialect.schema))
	}
	return d.checkNewer(version)
}

func (d *DB) checkNewer(version int) error {
	if version > len(d.dialect.schema) {
		return fmt.Errorf("wecomsql: the tables have version %d, and this module knows %d at most: update the module", version, len(d.dialect.schema))
	}
	return nil
}

// Format prints neither the connection nor its password.
func (d *DB) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "wecomsql.DB{%s, %s}", d.dialect.name, d.cfg.Prefix)
}

// LogValue prints neither the connection nor its password.
func (d *DB) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(d)) }
