package wecomsql

import (
	"context"
	"crypto/rand"
	"errors"
	random "math/rand/v2"
	"sync"
	"time"
)

// ErrLockLost: this process has held the lock on a key for longer than it could renew it, and
// another one may hold it now. Nothing was changed under the key.
var ErrLockLost = errors.New("wecomsql: the lock on the key was lost, and nothing was changed")

// locks are the locks that this process holds or tries to get, by key. Its goroutines wait for
// each other here, and one of them at a time asks the database.
type locks struct {
	mu   sync.Mutex
	held map[string]*held
}

// held is a lock.
type held struct {
	holder string        // its random name in the database
	got    bool          // false while it is asked for
	free   chan struct{} // is closed when it is given back
}

// holderOf returns the name under which this process holds the lock on a key, or has held it
// before it was lost; "" if it does not.
func (l *locks) holderOf(key string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.held[key]; h != nil && h.got {
		return h.holder
	}
	return ""
}

// reserve waits until no other goroutine of this process has the lock.
func (l *locks) reserve(ctx context.Context, key string) (*held, error) {
	for {
		l.mu.Lock()
		other := l.held[key]
		if other == nil {
			if l.held == nil {
				l.held = map[string]*held{}
			}
			h := &held{holder: rand.Text(), free: make(chan struct{})}
			l.held[key] = h
			l.mu.Unlock()
			return h, nil
		}
		l.mu.Unlock()
		select {
		case <-other.free:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *locks) take(h *held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	h.got = true
}

func (l *locks) release(key string, h *held) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, key)
	close(h.free)
}

const giveBackTimeout = 2 * time.Second // else the lock ends by itself

// Lock implements [token.Locker]. A lock ends ten seconds after its process has renewed it
// last, which it does while it holds it.
func (s *store) Lock(ctx context.Context, key string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h, err := s.locks.reserve(ctx, key)
	if err != nil {
		return nil, err
	}
	if err := s.acquire(ctx, idOf(key), h.holder); err != nil {
		s.locks.release(key, h)
		return nil, err
	}
	s.locks.take(h)
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	var renewer sync.WaitGroup
	renewer.Go(func() { s.renew(renewing, idOf(key), h.holder) })
	return sync.OnceFunc(func() {
		stop()
		renewer.Wait()
		s.giveBack(ctx, idOf(key), h.holder)
		s.locks.release(key, h)
	}), nil
}

// acquire asks for a lock until it is there or ctx ends.
func (s *store) acquire(ctx context.Context, id, holder string) error {
	for {
		got, tried, err := s.tryLock(ctx, id, holder)
		if err != nil && tried { // it may be ours all the same
			s.giveBack(ctx, id, holder)
		}
		if ctx.Err() != nil && !got {
			return ctx.Err()
		}
		if err != nil {
			return explain("lock", err)
		}
		if got {
			return nil
		}
		if err := pause(ctx, 5*time.Millisecond+random.N(15*time.Millisecond)); err != nil {
			return err
		}
	}
}

// seenLock is a lock in the database. ahead: its end is further away than any lock lives.
type seenLock struct {
	ends        int64
	over, ahead bool
}

func readLock(row scanner) (l seenLock, err error) {
	err = row.Scan(&l.ends, &l.over, &l.ahead)
	return l, err
}

// tryLock takes a lock that is free. It looks first, as reading makes nobody wait.
func (s *store) tryLock(ctx context.Context, id, holder string) (got, tried bool, err error) {
	ctx, cancel, err := s.begin(ctx)
	defer cancel()
	if err != nil {
		return false, false, err
	}
	locks, err := query(ctx, s.DB, s.db, readLock, "SELECT ends, ends<={now}, ends>{now}+? FROM {lock} WHERE id=?", s.lockLife.Microseconds(), id)
	if err != nil {
		return false, false, err
	}
	if len(locks) > 0 && !locks[0].over {
		return false, false, s.clamp(ctx, id, locks[0])
	}
	return s.take(ctx, id, holder, locks)
}

// take takes a lock that was not there, or was over.
func (s *store) take(ctx context.Context, id, holder string, locks []seenLock) (got, tried bool, err error) {
	err = retry(ctx, func() error {
		if len(locks) > 0 {
			_, err := s.exec(ctx, s.db, "UPDATE {lock} SET holder=?, ends={now}+? WHERE id=? AND ends=? AND ends<={now}",
				holder, s.lockLife.Microseconds(), id, locks[0].ends)
			return err
		}
		_, err := s.exec(ctx, s.db, "INSERT INTO {lock} (id, holder, ends) VALUES (?, ?, {now}+?) {or keep}",
			id, holder, s.lockLife.Microseconds())
		return err
	})
	if err != nil {
		return false, true, err
	}
	holders, err := query(ctx, s.DB, s.db, readText, "SELECT holder FROM {lock} WHERE id=?", id)
	return err == nil && len(holders) > 0 && holders[0] == holder, true, err
}

// clamp shortens a lock of the time when the clock of the server was ahead. Its holder, if it
// lives, renews it before it ends.
func (s *store) clamp(ctx context.Context, id string, l seenLock) error {
	if !l.ahead {
		return nil
	}
	return retry(ctx, func() error {
		_, err := s.exec(ctx, s.db, "UPDATE {lock} SET ends={now}+? WHERE id=? AND ends=?", s.lockLife.Microseconds(), id, l.ends)
		return err
	})
}

// renew renews a lock until ctx ends, or another process has it.
func (s *store) renew(ctx context.Context, id, holder string) {
	for pause(ctx, s.lockLife/3) == nil {
		if s.renewOnce(ctx, id, holder) {
			return
		}
	}
}

// renewOnce reports whether another process has the lock.
func (s *store) renewOnce(ctx context.Context, id, holder string) (lost bool) {
	ctx, cancel := context.WithTimeout(ctx, s.lockLife/3)
	defer cancel()
	n, err := s.exec(ctx, s.db, "UPDATE {lock} SET ends={now}+? WHERE id=? AND holder=?", s.lockLife.Microseconds(), id, holder)
	return err == nil && n == 0
}

// giveBack frees a lock if it is still this holder's.
func (s *store) giveBack(ctx context.Context, id, holder string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackTimeout)
	defer cancel()
	_ = retry(ctx, func() error {
		_, err := s.exec(ctx, s.db, "DELETE FROM {lock} WHERE id=? AND holder=?", id, holder)
		return err
	})
}
