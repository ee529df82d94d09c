package wecomsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// table is a table as version 1 of the schema has it. The next version is another list of
// statements after these, which may be carried out twice.
type table struct {
	name, columns string
	indexes       []string // name and columns
}

// tables returns version 1. Times are those of {now}.
//
// An item waits or is held (st 0), is out of its lane until due (1), is done and remembered for
// its identity until due (2), or is buried (3). same_key is NULL once it was started.
//
// A lane is ready (turn), held (hold and owner) or closed until opens; one that is none of these
// has no row. class is the route with a letter before it, which differs for urgent items: these
// have lanes of their own.
//
// The lease of an owner is how long it was when it was renewed last.
func tables() []table {
	return []table{
		{name: "store", columns: "id {name} NOT NULL PRIMARY KEY, k {bytes} NOT NULL, v {bytes} NOT NULL, expires BIGINT",
			indexes: []string{"expires (expires)"}},
		{name: "lock", columns: "id {name} NOT NULL PRIMARY KEY, holder {digest} NOT NULL, ends BIGINT NOT NULL"},
		{name: "item", columns: `id {id}, class {name} NOT NULL, lane {name} NOT NULL, ident {digest} UNIQUE, same {digest},
			same_key {digest} UNIQUE, st SMALLINT NOT NULL, due BIGINT NOT NULL, put BIGINT NOT NULL, starts INT NOT NULL,
			reason {bytes} NOT NULL, payload {bytes} NOT NULL, state {bytes} NOT NULL`,
			indexes: []string{"head (class, lane, st, id)", "due (st, due)"}},
		{name: "lane", columns: `class {name} NOT NULL, lane {name} NOT NULL, turn BIGINT, hold {digest}, owner {name},
			opens BIGINT, PRIMARY KEY (class, lane)`,
			indexes: []string{"turn (class, turn)", "holder (owner)", "opens (opens)"}},
		{name: "owner", columns: "owner {name} NOT NULL PRIMARY KEY, ends BIGINT NOT NULL, lease BIGINT NOT NULL"},
	}
}

// together makes each table with its indexes: MySQL cannot make an index only if it is not there.
func together() (statements []string) {
	for _, t := range tables() {
		columns := t.columns
		for _, index := range t.indexes {
			columns += ", INDEX {p}" + index
		}
		statements = append(statements, "CREATE TABLE IF NOT EXISTS {"+t.name+"} ("+columns+") ENGINE=InnoDB ROW_FORMAT=DYNAMIC")
	}
	return statements
}

// apart makes the tables and then their indexes.
func apart() (statements []string) {
	for _, t := range tables() {
		statements = append(statements, "CREATE TABLE IF NOT EXISTS {"+t.name+"} ("+t.columns+")")
		for _, index := range t.indexes {
			name, columns, _ := strings.Cut(index, " ")
			statements = append(statements, "CREATE INDEX IF NOT EXISTS {p}"+name+" ON {"+t.name+"} "+columns)
		}
	}
	return statements
}

// Migrate makes the tables, or brings them to the version that this module needs. Nothing else
// does: call it when a release is rolled out, before its programs run, or at their start. Any
// number of processes may call it at the same time. Tables of a newer version are an error, and
// stay as they are.
func (d *DB) Migrate(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.dialect.check(ctx, d.db); err != nil {
		return err
	}
	c, err := d.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("wecomsql: migrate: %w", err)
	}
	defer c.Close()
	if err := d.migrate(ctx, c); err != nil {
		return fmt.Errorf("wecomsql: migrate: %w", err)
	}
	return nil
}

// migrate runs on one connection: that is who holds a lock on all migrations. SQLite has a lock
// on all writers instead.
func (d *DB) migrate(ctx context.Context, c *sql.Conn) error {
	if d.dialect.guard == "" {
		return retry(ctx, func() error {
			if _, err := d.exec(ctx, c, schemaTable); err != nil {
				return err
			}
			return d.once(ctx, c, func(tx conn) error { return d.upgrade(ctx, tx) })
		})
	}
	var locked sql.NullString
	if err := c.QueryRowContext(ctx, d.text(d.dialect.guard)).Scan(&locked); err != nil {
		return err
	}
	if locked.String == "0" {
		return errors.New("another process has been at it for a minute")
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = c.QueryRowContext(ctx, d.text(d.dialect.unguard)).Scan(&locked) // else it ends with the connection
	}()
	return d.upgrade(ctx, c)
}

const schemaTable = "CREATE TABLE IF NOT EXISTS {schema} (id INT NOT NULL PRIMARY KEY, version INT NOT NULL)"

// upgrade creates nothing if there is nothing to do: who may not create tables may call Migrate then.
func (d *DB) upgrade(ctx context.Context, c conn) error {
	version, err := d.version(ctx, c)
	if err == nil && version == 0 {
		_, err = d.exec(ctx, c, schemaTable)
	}
	if err != nil {
		return err
	}
	for n := version; n < len(d.dialect.schema); n++ {
		for _, statement := range d.dialect.schema[n] {
			if _, err := d.exec(ctx, c, statement); err != nil {
				return fmt.Errorf("to version %d: %w", n+1, err)
			}
		}
		step := "UPDATE {schema} SET version=? WHERE id=1"
		if n == 0 {
			step = "INSERT INTO {schema} (id, version) VALUES (1, ?)"
		}
		if _, err := d.exec(ctx, c, step, n+1); err != nil {
			return fmt.Errorf("to version %d: %w", n+1, err)
		}
	}
	return d.checkNewer(version)
}

// version returns the version of the tables, 0 if there are none.
func (d *DB) version(ctx context.Context, c conn) (int, error) {
	found, err := query(ctx, d, c, readInt, d.dialect.find)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	versions, err := query(ctx, d, c, readInt, "SELECT version FROM {schema} WHERE id=1")
	if err != nil || len(versions) == 0 {
		return 0, err
	}
	return int(versions[0]), nil
}
