package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"

	_ "modernc.org/sqlite" // the driver

	wecomsql "github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// sharedStore is a Store that locks and lists keys, as all of this module can.
type sharedStore interface {
	token.Store
	token.Locker
	token.Lister
}

// storage is what must survive the process: one SQLite file, of which all content is sealed.
type storage struct {
	db    *sql.DB
	store sharedStore
	queue callback.Queue
}

// openStorage opens the file, or makes it.
func openStorage(ctx context.Context, file string, keys [][]byte) (*storage, error) {
	const private = 0o600
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, private) // SQLite would let others read it
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	name := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &storage{db: db}
	if err := s.prepare(ctx, keys); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (s *storage) prepare(ctx context.Context, keys [][]byte) error {
	shared, err := wecomsql.New(s.db, wecomsql.Config{Dialect: wecomsql.SQLite})
	if err != nil {
		return err
	}
	if err := shared.Migrate(ctx); err != nil {
		return err
	}
	sealed, err := token.Seal(shared.Store(), keys[0], keys[1:]...)
	if err != nil {
		return err
	}
	s.store = sealed.(sharedStore) // Seal keeps what its Store can
	s.queue, err = callback.SealQueue(shared.Queue(), keys[0], keys[1:]...)
	return err
}

// close is the last thing that happens.
func (s *storage) close() error { return errors.Join(s.queue.Close(), s.db.Close()) }
