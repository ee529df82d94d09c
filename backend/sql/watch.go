package wecomsql

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/gothird/wecom/callback"
)

// channel is the name under which PostgreSQL notifies.
func (q *queue) channel() string { return q.cfg.Prefix + "queue" }

// notify tells those that watch that there may be something to claim, when the transaction is
// committed.
func (q *queue) notify(ctx context.Context, c conn) error {
	if q.cfg.Notified == nil {
		return nil
	}
	_, err := q.exec(ctx, c, "NOTIFY "+q.channel())
	return err
}

// errOneConnection: all other work would wait for ever.
var errOneConnection = errors.New("wecomsql: watch: Config.Notified keeps a connection for itself, and db has only one: call SetMaxOpenConns with 2 or more, or leave Notified out")

// Watch implements [callback.Queue], with hints if Config.Notified is set. It uses a connection
// of its own. In between it looks for what has become due, which nobody notifies of.
func (q *queue) Watch(ctx context.Context, wake func()) error {
	begun, cancel, err := q.begin(ctx)
	defer cancel()
	if err != nil || q.cfg.Notified == nil {
		return err
	}
	if q.db.Stats().MaxOpenConnections == 1 {
		return errOneConnection
	}
	c, err := q.db.Conn(begun)
	if err != nil {
		return explain("watch", err)
	}
	defer c.Close()
	if _, err := q.exec(begun, c, "LISTEN "+q.channel()); err != nil {
		return explain("watch", err)
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(q.closing, stop)()
	_ = c.Raw(func(driverConn any) error {
		for err == nil {
			wake()
			err = q.notified(watching, driverConn)
		}
		return driver.ErrBadConn // nobody else shall get a connection that listens
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case q.closing.Err() != nil:
		return callback.ErrClosed
	}
	return explain("watch", err)
}

// notified waits for a notification, or until something may have become due.
func (q *queue) notified(ctx context.Context, driverConn any) error {
	waiting, cancel := context.WithTimeout(ctx, q.sweepEvery)
	defer cancel()
	err := q.cfg.Notified(waiting, driverConn)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if waiting.Err() != nil {
		return nil
	}
	return err
}
