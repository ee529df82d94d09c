package wecomredis

import (
	"context"
	"strings"
	"time"
)

// SetLives gives a queue shorter times than users have.
func (q *Queue) SetLives(identity, wait time.Duration) {
	q.identityLife, q.longestWait = identity, wait
}

// SetLockLife gives the locks of a store another life than users have.
func (s *Store) SetLockLife(life time.Duration) { s.life = life }

// HeldKeys counts the keys of which the store remembers a lock.
func (s *Store) HeldKeys() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.held)
}

// ListPages lists what Redis answers in pages.
func ListPages(prefix string, pages ...[]string) (keys []string) {
	l := &listing{ctx: context.Background(), head: prefix + keyHead, seen: map[digest]bool{}, yield: func(key string, _ error) bool {
		keys = append(keys, key)
		return true
	}}
	for _, p := range pages {
		l.give(p)
	}
	return keys
}

// LimitIdentities lets a queue remember fewer identities of items that are done.
func (q *Queue) LimitIdentities(most string) { q.changeScripts("1048576", most) }

func (q *Queue) changeScripts(old, new string) {
	changed := strings.Replace(sharedText, old, new, 1)
	if changed == sharedText {
		panic("the scripts do not have " + old)
	}
	q.scripts = newScripts(changed)
}

const readsClock = "math.floor(time[2] / 1000)"

// ShiftClock lets the scripts of a queue add what is under the returned key, in milliseconds,
// to the time of the server. It changes a copy of their text: users have no such thing.
func (q *Queue) ShiftClock() (key string) {
	q.changeScripts(readsClock, readsClock+" + (redis.call('GET', numbers .. 'shift') or 0)")
	return q.tag + "numbersshift"
}

// Obey is what each request runs in.
func Obey(ctx context.Context, run func(ctx context.Context) (string, error)) (string, error) {
	return obey(ctx, run, nil)
}
