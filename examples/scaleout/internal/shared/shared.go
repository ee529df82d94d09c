// Package shared opens what the processes of a provider share: the Store with tokens, tickets and
// installations, and the Queue of notices. Take the one function here for the database that you have.
package shared

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	wecomredis "github.com/gothird/wecom/backend/redis"
	wecomsql "github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// Backend is an open connection to what is shared.
type Backend struct {
	Store token.Store
	Queue callback.Queue

	migrate func(ctx context.Context) error
	close   func() error // of the connection
}

// Backends are the names that [Open] knows.
func Backends() []string { return []string{"sqlite", "redis", "mariadb", "postgres"} }

// Open opens a backend at a URL: a file name for sqlite, redis://… for redis, the DSN of
// go-sql-driver for mariadb, postgres://… for postgres.
func Open(backend, url string) (*Backend, error) {
	switch backend {
	case "sqlite":
		return openSQLite(url)
	case "redis":
		return openRedis(url)
	case "mariadb":
		return openMariaDB(url)
	case "postgres":
		return openPostgres(url)
	}
	return nil, fmt.Errorf("no backend %q: there are sqlite, redis, mariadb and postgres", backend)
}

// Migrate makes the tables, or brings them to the version of this program. It runs once, before the
// processes of a release.
func (b *Backend) Migrate(ctx context.Context) error { return b.migrate(ctx) }

// Close closes the queue and then its connection. Run and the server must have ended.
func (b *Backend) Close() error { return errors.Join(b.Queue.Close(), b.close()) }

func openRedis(url string) (*Backend, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("the URL of Redis is like redis://:password@host:6379/0: %w", err)
	}
	options.ContextTimeoutEnabled = true
	client := redis.NewClient(options)
	store, err := wecomredis.NewStore(client, wecomredis.Options{})
	if err != nil {
		return nil, err
	}
	queue, err := wecomredis.NewQueue(client, wecomredis.Options{})
	if err != nil {
		return nil, err
	}
	return &Backend{Store: store, Queue: queue, migrate: func(context.Context) error { return nil }, close: client.Close}, nil
}

const connections = 20 // of one process, at most

func openMariaDB(url string) (*Backend, error) {
	db, err := sql.Open("mysql", url)
	if err != nil {
		return nil, fmt.Errorf("the URL of MariaDB is like user:password@tcp(host:3306)/database: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return openSQL(db, wecomsql.Config{Dialect: wecomsql.MySQL})
}

func openPostgres(url string) (*Backend, error) {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return nil, fmt.Errorf("the URL of PostgreSQL is like postgres://user:password@host:5432/database: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return openSQL(db, wecomsql.Config{Dialect: wecomsql.PostgreSQL, Notified: notified})
}

// notified lets a process learn at once that another has put something.
func notified(ctx context.Context, driverConn any) error {
	_, err := driverConn.(*stdlib.Conn).Conn().WaitForNotification(ctx)
	return err
}

func openSQLite(file string) (*Backend, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return openSQL(db, wecomsql.Config{Dialect: wecomsql.SQLite})
}

func openSQL(db *sql.DB, cfg wecomsql.Config) (*Backend, error) {
	d, err := wecomsql.New(db, cfg)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Backend{Store: d.Store(), Queue: d.Queue(), migrate: d.Migrate, close: db.Close}, nil
}
