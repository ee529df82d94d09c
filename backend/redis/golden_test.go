package wecomredis_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
)

var writeGolden = flag.Bool("golden", false, "write testdata/queue-1.json anew")

const goldenFile = "testdata/queue-1.json"

// atRest is what Redis has of a queue, by the names of its keys without the prefix.
type atRest struct {
	Millis int64 // the server's clock
	Hashes map[string]map[string][]byte
	Sets   map[string][]member
}

type member struct {
	Name  []byte
	Score float64
}

func identified(it callback.Item, identity string) callback.Item {
	it.Identity = identity
	return it
}

// fill has something in each place that there is.
func fill(t *testing.T, q callback.Queue) {
	t.Helper()
	join(t, q, "dies")
	urgent, same := item("!", "urgent"), item("same", "same")
	urgent.Urgent, same.Same = true, "s"
	put(t, q, identified(item("a", "done"), "d"), item("later", "later"), item("closed", "closed"), identified(item("dead", "dead"), "b"), item("held", "held"))
	for _, c := range claim(t, q, "dies") {
		s := map[string]callback.Settlement{
			"later": {Kind: callback.Again, After: time.Hour}, "closed": {Kind: callback.Wait, After: time.Hour},
			"dead": {Kind: callback.Bury, Reason: "why"},
		}[string(c.Payload)]
		s.State = []byte("state of " + string(c.Payload))
		if string(c.Payload) != "held" {
			settle(t, q, []callback.Claimed{c}, s)
		}
	}
	put(t, q, identified(item("a\x00路", "waits\xff"), "w"), urgent, same)
}

// What a queue has written stays readable in later releases.
func TestQueueAtRestIsRead(t *testing.T) {
	t.Parallel()
	c, prefix := sharedClient(t)
	q, ctx := newQueue(t, c, prefix), t.Context()
	if *writeGolden {
		fill(t, q)
		saveGolden(t, c, prefix+"{queue}")
		require.NoError(t, c.FlushAll(ctx).Err())
	}
	restoreGolden(t, c, q.ShiftClock(), prefix+"{queue}")
	assert.Equal(t, callback.Stats{Waiting: 4, Later: 1, Busy: 1, Dead: 1}, stats(t, q))
	same := item("same", "replaced")
	same.Same = "s"
	put(t, q, identified(item("x", "x"), "d"), identified(item("x", "x"), "b"), identified(item("x", "x"), "w"), same)
	require.NoError(t, q.Extend(ctx, "dies", time.Hour))
	join(t, q, "o")
	var got []string
	for _, c := range claim(t, q, "o") {
		got = append(got, c.Lane+" "+string(c.Payload)+" "+c.Identity+c.Same)
	}
	slices.Sort(got)
	assert.Equal(t, []string{"a\x00路 waits\xff w", "same replaced s"}, got)
	urgent, err := q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Urgent: true, Max: 9, Owner: "o"})
	require.NoError(t, err)
	require.Len(t, urgent, 1)
	dead, err := q.Dead(ctx, "", 9)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	b := dead[0]
	assert.Equal(t, "dead b state of dead why 1", fmt.Sprintf("%s %s %s %s %d", b.Payload, b.Identity, b.State, b.Reason, b.Starts))
	require.NoError(t, c.IncrBy(ctx, prefix+"{queue}numbersshift", (90*time.Minute).Milliseconds()).Err())
	join(t, q, "second")
	got = nil
	for _, c := range claim(t, q, "second") {
		if c.Starts == 2 || len(c.State) > 0 {
			got = append(got, string(c.Payload)+": "+string(c.State))
		}
	}
	slices.Sort(got)
	assert.Subset(t, got, []string{"closed: state of closed", "held: ", "later: state of later"})
}

func saveGolden(t *testing.T, c *redis.Client, prefix string) {
	t.Helper()
	ctx := t.Context()
	g := atRest{Millis: c.Time(ctx).Val().UnixMilli(), Hashes: map[string]map[string][]byte{}, Sets: map[string][]member{}}
	for _, key := range c.Keys(ctx, "*").Val() {
		name := strings.TrimPrefix(key, prefix)
		switch c.Type(ctx, key).Val() {
		case "hash":
			g.Hashes[name] = map[string][]byte{}
			for field, v := range c.HGetAll(ctx, key).Val() {
				g.Hashes[name][field] = []byte(v)
			}
		case "zset":
			for _, m := range c.ZRangeWithScores(ctx, key, 0, -1).Val() {
				g.Sets[name] = append(g.Sets[name], member{[]byte(m.Member.(string)), m.Score})
			}
		}
	}
	text, err := json.MarshalIndent(g, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll("testdata", 0o755))
	require.NoError(t, os.WriteFile(goldenFile, append(text, '\n'), 0o644))
}

// restoreGolden puts the file into Redis, and the server's clock to its time.
func restoreGolden(t *testing.T, c *redis.Client, shift, prefix string) {
	t.Helper()
	ctx := t.Context()
	text, err := os.ReadFile(goldenFile)
	require.NoError(t, err)
	var g atRest
	require.NoError(t, json.Unmarshal(text, &g))
	for name, fields := range g.Hashes {
		for field, v := range fields {
			require.NoError(t, c.HSet(ctx, prefix+name, field, v).Err())
		}
	}
	for name, members := range g.Sets {
		for _, m := range members {
			require.NoError(t, c.ZAdd(ctx, prefix+name, redis.Z{Score: m.Score, Member: m.Name}).Err())
		}
	}
	require.NoError(t, c.Set(ctx, shift, g.Millis-c.Time(ctx).Val().UnixMilli(), 0).Err())
}
