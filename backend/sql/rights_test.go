package wecomsql_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// restricted is a user of a database who may do what the package documentation names, on one
// connection.
func (s *server) restricted(t *testing.T, name string) *wecomsql.DB {
	t.Helper()
	statements := []string{
		"CREATE ROLE app LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app",
	}
	source := fmt.Sprintf("postgres://app@127.0.0.1:%d/%s?sslmode=disable", s.port, name)
	if s.dialect == wecomsql.MySQL {
		statements = []string{"CREATE USER app@'127.0.0.1'", "GRANT SELECT, INSERT, UPDATE, DELETE ON " + name + ".* TO app@'127.0.0.1'"}
		source = fmt.Sprintf("app@tcp(127.0.0.1:%d)/%s?interpolateParams=true", s.port, name)
	}
	driver, all := s.source(name)
	root, err := sql.Open(driver, all)
	require.NoError(t, err)
	defer root.Close()
	for _, statement := range statements {
		_, err := root.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	db, err := sql.Open(driver, source)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	d, err := wecomsql.New(db, wecomsql.Config{Dialect: s.dialect})
	require.NoError(t, err)
	return d
}

// A program needs no right to create tables, even if it calls Migrate at its start, and no more
// than one connection.
func TestTheRightsOfAProgram(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		if dialect == wecomsql.SQLite {
			return // it has no users
		}
		s := sharedServer(t, dialect)
		_, name := s.fresh(t)
		d := s.restricted(t, name)
		require.NoError(t, d.Migrate(t.Context()))
		store, q := d.Store(), d.Queue()
		unlock, err := store.(token.Locker).Lock(t.Context(), "k")
		require.NoError(t, err)
		require.NoError(t, store.Put(t.Context(), "k", nil, 0))
		unlock()
		require.NoError(t, store.Delete(t.Context(), "k"))
		require.NoError(t, q.Join(t.Context(), "o", time.Hour))
		require.NoError(t, q.Put(t.Context(), []callback.Item{{Route: "r", Lane: "a", Identity: "i"}, {Route: "r", Lane: "b"}}))
		got, err := q.Claim(t.Context(), callback.Ask{Routes: []string{"r"}, Max: 9, Owner: "o"})
		require.NoError(t, err)
		require.Len(t, got, 2)
		lost, err := q.Settle(t.Context(), []callback.Settlement{{Hold: got[0].Hold}, {Hold: got[1].Hold, Kind: callback.Bury}})
		require.NoError(t, err)
		assert.Empty(t, lost)
		dead, err := q.Dead(t.Context(), "", 9)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		require.NoError(t, q.Discard(t.Context(), []string{dead[0].ID}))
		_, err = q.Stats(t.Context())
		require.NoError(t, err)
	})
}

// A Watch that would take the only connection says so, and takes none.
func TestWatchOnOneConnection(t *testing.T) {
	t.Parallel()
	s := sharedServer(t, wecomsql.PostgreSQL)
	_, name := s.fresh(t)
	d, db, err := s.connect(name, wecomsql.Config{})
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	q := d.Queue()
	require.ErrorContains(t, q.Watch(t.Context(), func() {}), "SetMaxOpenConns with 2 or more")
	require.NoError(t, q.Join(t.Context(), "o", time.Hour))
}
