package wecomsql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
)

// fault is what becomes of a statement.
type fault struct {
	err    error
	lost   bool // it is carried out all the same: only its answer is lost
	writes bool // reading counts for nothing

	meanwhile func() // happens before it
}

// faults lets one statement fail.
type faults struct {
	mu sync.Mutex
	in int // 1: the next one; 0: none
	fault
}

// arm lets the nth statement fail from now on.
func (f *faults) arm(n int, of fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.in, f.fault = n, of
}

// disarm reports whether the statement was reached.
func (f *faults) disarm() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	reached := f.in == 0
	f.in = 0
	return reached
}

// next says what is to become of a statement.
func (f *faults) next(write bool) (err error, lost bool) {
	now := f.count(write)
	if now.meanwhile != nil {
		now.meanwhile()
	}
	return now.err, now.lost
}

// count returns the fault of the statement for which it is armed.
func (f *faults) count(write bool) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.in == 0 || f.writes && !write {
		return fault{}
	}
	if f.in--; f.in > 0 {
		return fault{}
	}
	return f.fault
}

// faultyDriver opens databases whose statements fail. It implements [driver.Connector].
type faultyDriver struct {
	of   driver.Driver
	name string
	f    *faults
}

func (d faultyDriver) Driver() driver.Driver { return d.of }

func (d faultyDriver) Connect(context.Context) (driver.Conn, error) {
	c, err := d.of.Open(d.name)
	return faultyConn{c, d.f}, err
}

type faultyConn struct {
	driver.Conn
	f *faults
}

// ExecContext implements [driver.ExecerContext].
func (c faultyConn) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	err, lost := c.f.next(true)
	if err != nil && !lost {
		return nil, err
	}
	r, done := c.Conn.(driver.ExecerContext).ExecContext(ctx, statement, args)
	return r, errors.Join(err, done)
}

// QueryContext implements [driver.QueryerContext].
func (c faultyConn) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	if err, _ := c.f.next(false); err != nil {
		return nil, err
	}
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, statement, args)
}

// BeginTx implements [driver.ConnBeginTx].
func (c faultyConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err, _ := c.f.next(true); err != nil {
		return nil, err
	}
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
	return faultyTx{tx, c.f}, err
}

type faultyTx struct {
	driver.Tx
	f *faults
}

// Commit implements [driver.Tx].
func (tx faultyTx) Commit() error {
	err, lost := tx.f.next(true)
	if err != nil && !lost {
		return errors.Join(err, tx.Rollback())
	}
	return errors.Join(err, tx.Tx.Commit())
}

// openFaulty opens an empty SQLite database whose statements can fail.
func openFaulty(t *testing.T) (*wecomsql.DB, *sql.DB, *faults) {
	t.Helper()
	s := &server{dialect: wecomsql.SQLite, dir: t.TempDir()}
	return s.openFaulty(t, s.create(t))
}

func (s *server) openFaulty(t *testing.T, name string) (*wecomsql.DB, *sql.DB, *faults) {
	t.Helper()
	kind, source := s.source(name)
	plain, err := sql.Open(kind, source)
	require.NoError(t, err)
	defer plain.Close()
	f := new(faults)
	db := sql.OpenDB(faultyDriver{plain.Driver(), source, f})
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	d, err := wecomsql.New(db, wecomsql.Config{Dialect: wecomsql.SQLite})
	require.NoError(t, err)
	require.NoError(t, d.Migrate(t.Context()))
	return d, db, f
}
