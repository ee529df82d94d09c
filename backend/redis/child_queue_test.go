package wecomredis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	wecomredis "github.com/gothird/wecom/backend/redis"
	"github.com/gothird/wecom/callback"
)

const childLanes = 20

// useQueue works the queue, and notes what it has started and what is done.
func (c child) useQueue() {
	q, _ := wecomredis.NewQueue(c.c, wecomredis.Options{Prefix: c.prefix})
	for {
		owner := fmt.Sprint(rand.Uint64())
		if q.Join(c.ctx, owner, childLife) == nil {
			c.work(q, owner)
		}
	}
}

// work ends when the lease is lost.
func (c child) work(q *wecomredis.Queue, owner string) {
	ctx, cancel := context.WithCancel(c.ctx)
	var beats sync.WaitGroup
	defer beats.Wait()
	defer cancel()
	beats.Go(func() {
		defer cancel()
		for beat := time.Tick(childLife / 4); ctx.Err() == nil; {
			<-beat
			if q.Extend(ctx, owner, childLife) != nil {
				return
			}
		}
	})
	for ctx.Err() == nil {
		got, err := q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 3, Owner: owner})
		if err != nil {
			return // it may hold what was claimed until its lease ends
		}
		for _, claimed := range got {
			c.c.RPush(c.ctx, c.prefix+"started "+claimed.Lane, string(claimed.Payload))
			time.Sleep(time.Duration(rand.N(4)) * time.Millisecond) // its work
			c.settle(q, claimed)
		}
		if len(got) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// settle repeats what has failed, as the Inbox does.
func (c child) settle(q *wecomredis.Queue, claimed callback.Claimed) {
	s := callback.Settlement{Hold: claimed.Hold}
	switch rand.N(10) {
	case 0:
		s.Kind, s.After = callback.Again, 20*time.Millisecond
	case 1:
		s.Kind, s.After = callback.Wait, 10*time.Millisecond
	}
	for range 5 {
		lost, err := q.Settle(c.ctx, []callback.Settlement{s})
		if err == nil {
			if len(lost) == 0 && s.Kind == callback.Done {
				c.c.HSet(c.ctx, c.prefix+"done "+claimed.Lane, claimed.Hold.Token, string(claimed.Payload)) // can be repeated
			}
			return
		}
	}
}

// putNumbers puts numbered items until its time is over, and returns how many there are of each lane.
// After an error the same items are put again: their identities tell that they are the same.
func putNumbers(t *testing.T, q callback.Queue, d time.Duration) (puts [childLanes]int) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		var items []callback.Item
		for lane := range childLanes {
			it := item(strconv.Itoa(lane), strconv.Itoa(puts[lane]))
			it.Identity = fmt.Sprint("lane", lane, "n", puts[lane])
			items = append(items, it)
			puts[lane]++
		}
		for q.Put(t.Context(), items) != nil {
			require.NoError(t, t.Context().Err())
		}
		time.Sleep(50 * time.Millisecond)
	}
	return puts
}

// checkNumbers waits until all is done, and checks what the family has noted.
func checkNumbers(t *testing.T, s *server, f *family, puts [childLanes]int) {
	t.Helper()
	c := s.client()
	q := newQueue(t, c, f.prefix)
	require.Eventually(t, func() bool { return stats(t, q) == callback.Stats{} }, 2*time.Minute, 50*time.Millisecond, "all is done")
	f.end()
	total := 0
	for lane := range childLanes {
		started := map[string]bool{}
		for _, n := range c.LRange(t.Context(), fmt.Sprint(f.prefix, "started ", lane), 0, -1).Val() {
			if !started[n] {
				require.Equal(t, strconv.Itoa(len(started)), n, "lane %d: first starts are in order", lane)
			}
			started[n] = true
		}
		require.Len(t, started, puts[lane], "lane %d: each was started", lane)
		done := map[string]bool{}
		for _, n := range c.HGetAll(t.Context(), fmt.Sprint(f.prefix, "done ", lane)).Val() {
			require.False(t, done[n], "lane %d: %s was done twice", lane, n)
			done[n] = true
		}
		total += len(done)
	}
	require.Greater(t, total, childLanes*20)
	assert.Empty(t, c.HGetAll(t.Context(), f.prefix+"{queue}items").Val())
}

// Processes that are killed, or paused for longer than their leases, lose nothing, and do
// nothing out of order.
func TestProcessesShareAQueue(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	f := startFamily(t, "queue", s.addr(), 4)
	d := time.Duration(long(6, 120)) * time.Second
	var puts [childLanes]int
	var putting sync.WaitGroup
	putting.Go(func() { puts = putNumbers(t, newQueue(t, s.client(), f.prefix), d) })
	kills, pauses := f.torment(d)
	putting.Wait()
	checkNumbers(t, s, f, puts)
	require.Positive(t, kills)
	require.Positive(t, pauses)
	t.Logf("%d of each lane, %d kills, %d pauses", puts[0], kills, pauses)
}

// A server that is killed, and hangs, and comes back, has all that it has acknowledged.
func TestQueueOnAServerThatIsKilled(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	f := startFamily(t, "queue", s.addr(), 3)
	d := time.Duration(long(6, 120)) * time.Second
	var puts [childLanes]int
	var putting sync.WaitGroup
	putting.Go(func() { puts = putNumbers(t, newQueue(t, s.client(), f.prefix), d) })
	for end, kills := time.Now().Add(d), 0; time.Now().Before(end); kills++ {
		time.Sleep(700 * time.Millisecond)
		if kills%3 == 2 {
			s.stop()
			time.Sleep(childLife)
			s.resume()
			continue
		}
		s.kill()
		s.start()
	}
	putting.Wait()
	checkNumbers(t, s, f, puts)
}
