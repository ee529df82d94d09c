package wecomsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// conn is a *sql.DB, *sql.Conn or *sql.Tx.
type conn interface {
	ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, statement string, args ...any) (*sql.Rows, error)
}

// beginner is a *sql.DB or *sql.Conn.
type beginner interface {
	BeginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, error)
}

// text returns a statement in the words of the database.
func (d *DB) text(statement string) string {
	statement = d.names.Replace(statement)
	if !d.dialect.numbers {
		return statement
	}
	parts := strings.Split(statement, "?")
	var b strings.Builder
	for i, part := range parts {
		if b.WriteString(part); i+1 < len(parts) {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(i + 1))
		}
	}
	return b.String()
}

// columns returns the arguments for the driver. All text is in columns of bytes, where nothing
// is folded and nothing has to be UTF-8.
func columns(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = []byte(s)
		}
	}
	return args
}

// orNull is a value for a column that is NULL instead of empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// filled is a value for a column that is never NULL: drivers take a nil slice for NULL.
func filled(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// exec returns how many rows were changed.
func (d *DB) exec(ctx context.Context, c conn, statement string, args ...any) (int64, error) {
	r, err := c.ExecContext(ctx, d.text(statement), columns(args)...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// scanner is one row.
type scanner interface{ Scan(dest ...any) error }

// query reads all rows.
func query[T any](ctx context.Context, d *DB, c conn, read func(scanner) (T, error), statement string, args ...any) (all []T, err error) {
	rows, err := c.QueryContext(ctx, d.text(statement), columns(args)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

func readInt(row scanner) (n int64, err error) {
	err = row.Scan(&n)
	return n, err
}

func readBytes(row scanner) (b []byte, err error) {
	err = row.Scan(&b)
	return b, err
}

// readText reads bytes; a driver may give nil for none, which would be NULL in the next statement.
func readText(row scanner) (string, error) {
	b, err := readBytes(row)
	return string(b), err
}

func anys[T any](of []T) []any {
	all := make([]any, len(of))
	for i, v := range of {
		all[i] = v
	}
	return all
}

// list returns n question marks, or other texts, with a separator between them.
func list(n int, text, separator string) string {
	return strings.TrimSuffix(strings.Repeat(text+separator, n), separator)
}

// in returns a condition that a column has one of n values.
func in(column string, n int) string { return column + " IN (" + list(n, "?", ", ") + ")" }

const attempts = 12 // of what can be tried again

// inTx runs fn in a transaction, again if the database has ended it for the sake of another
// one. It must not keep anything of an attempt that has failed.
func (d *DB) inTx(ctx context.Context, fn func(tx conn) error) error {
	return retry(ctx, func() error { return d.once(ctx, d.db, fn) })
}

// once runs fn in one transaction. Each statement sees what was committed before it: with
// snapshots of the whole transaction a lane that was just locked would show old items, and in
// MySQL the gaps between rows would be locked too.
func (d *DB) once(ctx context.Context, b beginner, fn func(tx conn) error) error {
	var o *sql.TxOptions
	if !d.dialect.single {
		o = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	tx, err := b.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if d.dialect.single { // a transaction that begins by reading could not write after another writer
		if _, err := d.exec(ctx, tx, "DELETE FROM {schema} WHERE id=0"); err != nil {
			return err
		}
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// retry repeats what the database has refused because others were at work.
func retry(ctx context.Context, fn func() error) error {
	for try := 1; ; try++ {
		err := fn()
		if err == nil || try == attempts || !isConflict(err) {
			return err
		}
		if pause(ctx, time.Duration(1+rand.IntN(10*try))*time.Millisecond) != nil {
			return err
		}
	}
}

// pause returns the error of ctx if it ends before.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// isConflict reports whether a statement may succeed when it is repeated: it was chosen to end
// a deadlock, or has waited for a lock too long. Drivers for PostgreSQL have a method for the
// code of an error; the texts of the others begin with it, and the drivers are not imported for
// that.
func isConflict(err error) bool {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		switch state.SQLState() {
		case "40001", "40P01", "55P03":
			return true
		}
		return false
	}
	text := err.Error()
	for _, sign := range []string{"Error 1213 ", "Error 1205 ", "Error 1213:", "Error 1205:", "SQLITE_BUSY", "database is locked"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// explain adds what to do about an error.
func explain(what string, err error) error {
	if err != nil && strings.Contains(err.Error(), "Error 1665 ") {
		return fmt.Errorf("wecomsql: %s: set binlog_format to ROW or MIXED on the server: %w", what, err)
	}
	return fmt.Errorf("wecomsql: %s: %w", what, err)
}
