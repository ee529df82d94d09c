package wecomredis_test

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/token/storetest"
)

const slots = 16384

// startCluster starts nodes that share all slots.
func startCluster(t *testing.T, n int) (nodes []*server, c *redis.ClusterClient) {
	t.Helper()
	ctx := t.Context()
	for range n {
		nodes = append(nodes, startServer(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000"))
	}
	var addrs []string
	for i, s := range nodes {
		node := s.client()
		require.NoError(t, node.ClusterAddSlotsRange(ctx, i*slots/n, (i+1)*slots/n-1).Err())
		require.NoError(t, node.ClusterMeet(ctx, "127.0.0.1", strconv.Itoa(nodes[0].port)).Err())
		addrs = append(addrs, s.addr())
	}
	for _, s := range nodes {
		node := s.client()
		require.Eventually(t, func() bool {
			info := node.ClusterInfo(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprint("cluster_known_nodes:", n)) && strings.Contains(info, "cluster_slots_ok:16384")
		}, time.Minute, 10*time.Millisecond)
	}
	c = redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, ContextTimeoutEnabled: true})
	t.Cleanup(func() { c.Close() })
	return nodes, c
}

func TestClusters(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n, " nodes"), func(t *testing.T) {
			t.Parallel()
			nodes, c := startCluster(t, n)
			t.Run("store", func(t *testing.T) {
				storetest.Run(t, func(t *testing.T) token.Store { return newStore(t, c, prefixOf(t)) })
			})
			t.Run("queue", func(t *testing.T) {
				conforms(t, c, func(t *testing.T, q callback.Queue) callback.Queue { return reopen(t, c, q) })
			})
			t.Run("spread", func(t *testing.T) { spread(t, nodes, c) })
		})
	}
}

// spread checks that the keys of a store are on all nodes, and what is the queue's on one.
func spread(t *testing.T, nodes []*server, c *redis.ClusterClient) {
	ctx := t.Context()
	s, q := newStore(t, c, "spread:"), newQueue(t, c, "spread:")
	var want []string
	for i := range 100 {
		want = append(want, fmt.Sprintf("wecom/v1/token/%03d", i))
		require.NoError(t, s.Put(ctx, want[i], nil, 0))
	}
	got := listed(t, s, "wecom/")
	slices.Sort(got)
	assert.Equal(t, want, got)
	for i := range 10 {
		put(t, q, item(fmt.Sprint(i), "x"))
	}
	withQueue := 0
	for _, node := range nodes {
		keys, err := node.client().Keys(ctx, "spread:*").Result()
		require.NoError(t, err)
		ofQueue := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !strings.HasPrefix(k, "spread:{queue}") })
		if len(ofQueue) > 0 {
			withQueue++
		}
		assert.Greater(t, len(keys)-len(ofQueue), 10, "values on each node")
	}
	assert.Equal(t, 1, withQueue)
}

// Slots that move to another node while they are used lose nothing.
func TestClusterSlotMoves(t *testing.T) {
	t.Parallel()
	nodes, c := startCluster(t, 2)
	ctx := t.Context()
	q := newQueue(t, c, "p:")
	join(t, q, "o")
	put(t, q, item("a", "1"), item("b", "2"))
	slot := int(c.ClusterKeySlot(ctx, "p:{queue}items").Val())
	from, to := nodes[0], nodes[1]
	if slot >= slots/2 {
		from, to = to, from
	}
	fromId, toId := from.client().ClusterMyID(ctx).Val(), to.client().ClusterMyID(ctx).Val()
	require.NoError(t, to.client().Do(ctx, "CLUSTER", "SETSLOT", slot, "IMPORTING", fromId).Err())
	require.NoError(t, from.client().Do(ctx, "CLUSTER", "SETSLOT", slot, "MIGRATING", toId).Err())
	keys := from.client().ClusterGetKeysInSlot(ctx, slot, 100).Val()
	require.NotEmpty(t, keys)
	args := []any{"MIGRATE", "127.0.0.1", to.port, "", 0, 5000, "KEYS"}
	for _, k := range keys {
		args = append(args, k)
	}
	require.NoError(t, from.client().Do(ctx, args...).Err())
	for _, s := range []*server{to, from} {
		require.NoError(t, s.client().Do(ctx, "CLUSTER", "SETSLOT", slot, "NODE", toId).Err())
	}
	put(t, q, item("c", "3"))
	got := claim(t, q, "o")
	require.Len(t, got, 3)
	assert.Empty(t, settle(t, q, got, callback.Settlement{}))
}

// A Sentinel makes the replica the master when that is gone, and work goes on there.
func TestFailover(t *testing.T) {
	t.Parallel()
	master := startServer(t)
	replica := startServer(t, "--replicaof", "127.0.0.1 "+strconv.Itoa(master.port), "--repl-diskless-sync-delay", "0")
	sentinel := freePort(t)
	cmd := exec.Command("redis-server", sentinelFile(t, sentinel, master.port), "--sentinel")
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	ctx := t.Context()
	watcher := redis.NewSentinelClient(&redis.Options{Addr: fmt.Sprint("127.0.0.1:", sentinel)})
	t.Cleanup(func() { watcher.Close() })
	require.Eventually(t, func() bool {
		replicas, err := watcher.Replicas(ctx, "m").Result()
		return err == nil && len(replicas) == 1 && replicas[0]["master-link-status"] == "ok"
	}, time.Minute, 20*time.Millisecond)

	c := redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "m", SentinelAddrs: []string{fmt.Sprint("127.0.0.1:", sentinel)}})
	t.Cleanup(func() { c.Close() })
	s, q := newStore(t, c, "p:"), newQueue(t, c, "p:")
	require.NoError(t, s.Put(ctx, "k", []byte("v"), 0))
	put(t, q, item("a", "1"), item("b", "2"))
	join(t, q, "o")
	got := claim(t, q, "o")
	require.EqualValues(t, 1, master.client().Wait(ctx, 1, time.Minute).Val(), "the replica has it all")
	master.kill()
	require.Eventually(t, func() bool {
		short, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		return s.Put(short, "k", []byte("after"), 0) == nil
	}, time.Minute, 50*time.Millisecond)
	assert.Equal(t, "after", value(t, newStore(t, replica.client(), "p:"), "k"))
	put(t, q, item("c", "3"))
	require.NoError(t, q.Extend(ctx, "o", time.Hour))
	assert.Empty(t, settle(t, q, got, callback.Settlement{}))
	assert.Len(t, claim(t, q, "o"), 1)
}

// sentinelFile writes the settings of a Sentinel, which keeps its own state there.
func sentinelFile(t *testing.T, port, master int) string {
	name := filepath.Join(t.TempDir(), "sentinel.conf")
	writeFile(t, name, fmt.Sprintf("port %d\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 %d 1\nsentinel down-after-milliseconds m 500\nsentinel failover-timeout m 5000\nlogfile /dev/null\n", port, master))
	return name
}
