package wecomredis

import (
	"strings"
	"time"
)

// SetLives gives a queue shorter times than users have.
func (q *Queue) SetLives(identity, wait time.Duration) {
	q.identityLife, q.longestWait = identity, wait
}

// SetLockLife gives the locks of a store another life than users have.
func (s *Store) SetLockLife(life time.Duration) { s.life = life }

const readsClock = "math.floor(time[2] / 1000)"

// ShiftClock lets the scripts of a queue add what is under the returned key, in milliseconds,
// to the time of the server. It changes a copy of their text: users have no such thing.
func (q *Queue) ShiftClock() (key string) {
	text := sharedText
	defer func() { sharedText = text }()
	sharedText = strings.Replace(text, readsClock, readsClock+" + (redis.call('GET', numbers .. 'shift') or 0)", 1)
	if sharedText == text {
		panic("the scripts read their clock otherwise")
	}
	q.scripts = newScripts()
	return q.tag + "numbersshift"
}
