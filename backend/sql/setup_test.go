package wecomsql_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/token"
)

// However many processes migrate at the same time, and however often, the tables are made once.
func TestManyMigrate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := sharedServer(t, dialect)
		name := s.create(t)
		var wg sync.WaitGroup
		for range 8 {
			d := s.open(t, name, wecomsql.Config{})
			wg.Go(func() {
				for range 2 {
					assert.NoError(t, d.Migrate(t.Context()))
				}
			})
		}
		wg.Wait()
		d := s.open(t, name, wecomsql.Config{})
		n, err := d.Count(t.Context(), "SELECT version FROM {schema}")
		require.NoError(t, err)
		assert.Equal(t, int64(1), n)
		require.NoError(t, d.Store().Put(t.Context(), "k", nil, 0))
	})
}

// A migration that was cut off half way is finished by the next.
func TestAMigrationThatWasCutOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, _ := sharedServer(t, dialect).fresh(t)
		for _, statement := range []string{"DROP TABLE {owner}", "DROP TABLE {lane}", "DELETE FROM {schema}"} {
			require.NoError(t, d.Exec(t.Context(), statement))
		}
		require.ErrorContains(t, d.Store().Put(t.Context(), "k", nil, 0), "call DB.Migrate once")
		require.NoError(t, d.Migrate(t.Context()))
		require.NoError(t, d.Queue().Join(t.Context(), "o", 1))
	})
}

func TestTablesThatAreNotThereOrNewer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := sharedServer(t, dialect)
		d := s.open(t, s.create(t), wecomsql.Config{})
		_, err := d.Store().Get(t.Context(), "k")
		require.ErrorContains(t, err, `there are no tables with the prefix "wecom_": call DB.Migrate once`)
		_, err = d.Queue().Stats(t.Context())
		require.ErrorContains(t, err, "call DB.Migrate once")
		require.NoError(t, d.Migrate(t.Context()))
		require.NoError(t, d.Exec(t.Context(), "UPDATE {schema} SET version=2"))
		require.ErrorContains(t, d.Migrate(t.Context()), "the tables have version 2, and this module knows 1 at most: update the module")
		_, err = d.Store().Get(t.Context(), "k")
		require.ErrorContains(t, err, "update the module")
		n, err := d.Count(t.Context(), "SELECT version FROM {schema}")
		require.NoError(t, err)
		assert.Equal(t, int64(2), n)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, d.Migrate(cancelled), context.Canceled)
	})
}

// Programs with different prefixes share nothing in a database.
func TestPrefixesSeparate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		s := sharedServer(t, dialect)
		d, name := s.fresh(t)
		other := s.open(t, name, wecomsql.Config{Prefix: "other_"})
		require.NoError(t, other.Migrate(t.Context()))
		require.NoError(t, d.Store().Put(t.Context(), "k", []byte("v"), 0))
		_, err := other.Store().Get(t.Context(), "k")
		require.ErrorIs(t, err, token.ErrNotFound)
	})
}

// What is stored has a form that later versions must read: this is it, for version 1.
func TestTablesOfVersion1(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect wecomsql.Dialect) {
		d, _ := sharedServer(t, dialect).fresh(t)
		for table, columns := range map[string]string{
			"store": "id, k, v, expires", "lock": "id, holder, ends", "lane": "class, lane, turn, hold, owner, opens", "owner": "owner, ends, lease",
			"item": "id, class, lane, ident, same, same_key, st, due, put, starts, reason, payload, state",
		} {
			require.NoError(t, d.Exec(t.Context(), "DELETE FROM {"+table+"} WHERE 1=(SELECT 0 FROM (SELECT "+columns+" FROM {"+table+"} WHERE 1=0) none)"))
		}
		insert := "INSERT INTO {item} (class, lane, ident, st, due, put, starts, reason, payload, state) VALUES (?, ?, ?, 3, 0, 1000000, 2, ?, ?, ?)"
		require.NoError(t, d.Exec(t.Context(), insert, "ur", "a", "i", "why", "payload", "state"))
		dead, err := d.Queue().Dead(t.Context(), "", 9)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		assert.Equal(t, "r a true i why payload state 2 1 0000000000000001", fmt.Sprintf("%s %s %v %s %s %s %s %d %d %s", dead[0].Route, dead[0].Lane, dead[0].Urgent,
			dead[0].Identity, dead[0].Reason, dead[0].Payload, dead[0].State, dead[0].Starts, dead[0].Put.Unix(), dead[0].ID))
	})
}

func TestWhatNewRefuses(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	defer db.Close()
	_, err = wecomsql.New(nil, wecomsql.Config{Dialect: wecomsql.SQLite})
	require.ErrorContains(t, err, "nil")
	for want, cfg := range map[string]wecomsql.Config{
		"Config.Dialect is 0: there are MySQL, PostgreSQL and SQLite": {},
		"Config.Dialect is 9":                    {Dialect: 9},
		"small letters":                          {Dialect: wecomsql.SQLite, Prefix: "a; DROP TABLE x"},
		`Config.Prefix "1a"`:                     {Dialect: wecomsql.SQLite, Prefix: "1a"},
		"30 at most":                             {Dialect: wecomsql.SQLite, Prefix: strings.Repeat("a", 31)},
		"Config.Limit is -1":                     {Dialect: wecomsql.SQLite, Limit: -1},
		"Config.Notified is for PostgreSQL only": {Dialect: wecomsql.MySQL, Notified: notified},
	} {
		_, err := wecomsql.New(db, cfg)
		assert.ErrorContains(t, err, want)
	}
}

// Settings of SQLite under which something could be lost or would wait for ever are refused.
func TestSettingsOfSQLite(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		":memory:": "journal_mode memory",
		"file:" + filepath.Join(t.TempDir(), "a.db"): "journal_mode delete",
		"file:" + filepath.Join(t.TempDir(), "b.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=busy_timeout(5000)": "synchronous 1",
		"file:" + filepath.Join(t.TempDir(), "c.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(0)":      "busy_timeout 0",
		"file:" + filepath.Join(t.TempDir(), "d.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(999)":    "busy_timeout 999",
	} {
		db, err := sql.Open("sqlite", source)
		require.NoError(t, err)
		defer db.Close()
		d, err := wecomsql.New(db, wecomsql.Config{Dialect: wecomsql.SQLite})
		require.NoError(t, err)
		require.ErrorContains(t, d.Migrate(t.Context()), "SetMaxOpenConns(1)")
		db.SetMaxOpenConns(1)
		require.ErrorContains(t, d.Migrate(t.Context()), want)
	}
}

// A dialect that is not the one of the server is an error.
func TestTheWrongDialect(t *testing.T) {
	t.Parallel()
	for _, of := range [][2]wecomsql.Dialect{
		{wecomsql.PostgreSQL, wecomsql.MySQL}, {wecomsql.PostgreSQL, wecomsql.SQLite}, {wecomsql.MySQL, wecomsql.PostgreSQL},
		{wecomsql.MySQL, wecomsql.SQLite}, {wecomsql.SQLite, wecomsql.MySQL}, {wecomsql.SQLite, wecomsql.PostgreSQL},
	} {
		s := sharedServer(t, of[0])
		db, err := sql.Open(s.source(s.create(t)))
		require.NoError(t, err)
		defer db.Close()
		d, err := wecomsql.New(db, wecomsql.Config{Dialect: of[1]})
		require.NoError(t, err)
		require.ErrorContains(t, d.Migrate(t.Context()), "wecomsql: ")
		require.Error(t, d.Store().Put(t.Context(), "k", nil, 0))
	}
}

func TestVersionsOfMySQL(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"8.0.11", "8.4.0-commercial", "9.1.0", "10.6.0-MariaDB", "10.11.14-MariaDB-0+deb12u2", "11.0.2-MariaDB"} {
		assert.NoError(t, wecomsql.CheckMySQLVersion(good), good)
	}
	for version, want := range map[string]string{
		"5.7.44": "MySQL 5.7 is too old: 8.0 or newer", "10.5.9-MariaDB": "MariaDB 10.5 is too old: 10.6 or newer",
		"PostgreSQL 15.1": "is not MySQL", "": "is not MySQL",
	} {
		assert.ErrorContains(t, wecomsql.CheckMySQLVersion(version), want)
	}
}

// MySQL takes names of locks of 64 characters, and a database may have a name as long.
func TestMigrateADatabaseWithALongName(t *testing.T) {
	t.Parallel()
	s := sharedServer(t, wecomsql.MySQL)
	name := strings.Repeat("n", 64)
	root, err := sql.Open(s.source(s.create(t)))
	require.NoError(t, err)
	defer root.Close()
	_, err = root.ExecContext(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	d := s.open(t, name, wecomsql.Config{})
	require.NoError(t, d.Migrate(t.Context()))
	require.NoError(t, d.Store().Put(t.Context(), "k", nil, 0))
	lock, _, ok := strings.Cut(strings.TrimPrefix(d.Guard(), "SELECT GET_LOCK("), ", 60")
	require.True(t, ok)
	n, err := d.Count(t.Context(), "SELECT CHAR_LENGTH("+lock+")")
	require.NoError(t, err)
	assert.LessOrEqual(t, n, int64(64), "MariaDB would take more")
}
