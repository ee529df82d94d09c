package token_test

import (
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/token"
)

// must makes what pairbench measures of it.
func must(tb testing.TB, f func() error) func() {
	return func() {
		if err := f(); err != nil {
			tb.Fatal(err)
		}
	}
}

// benchTable runs rows as benchmarks of their own, and prints them together at the end.
type benchTable struct {
	b     *testing.B
	table pairbench.Table
}

func newBenchTable(b *testing.B) *benchTable {
	t := &benchTable{b: b}
	b.Cleanup(func() { require.NoError(b, t.table.Write(os.Stdout)) })
	return t
}

func (t *benchTable) compare(name string, goal pairbench.Goal, setUp func(tb testing.TB) pair) {
	t.b.Run(name, func(b *testing.B) {
		p := setUp(b)
		for range b.N {
			r := pairbench.CompareCPU(must(b, p.floor), must(b, p.ours))
			t.table.Add(name, r, goal)
			b.ReportMetric(r.Ratio, "ratio")
			b.ReportMetric(r.Control, "control")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// count runs get, which adds its lines to the table.
func (t *benchTable) count(name string, get func(b *testing.B, name string)) {
	t.b.Run(name, func(b *testing.B) {
		for range b.N {
			get(b, name)
		}
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkRatio prints the table of `make bench`.
func BenchmarkRatio(b *testing.B) {
	t := newBenchTable(b)
	hit := pairbench.Goal{Ratio: 1.10, Allocs: pairbench.More(0)}
	t.compare("hit, provider", hit, providerHit)
	t.compare("hit, corp", hit, corpHit)
	t.compare("hit, parallel by serial", pairbench.Goal{Ratio: 1.1}, parallelPair)
	t.compare("WithCorp + hit, 2000 corps", pairbench.Goal{Ratio: 1.25, Allocs: pairbench.More(0)},
		func(tb testing.TB) pair { return corpsPair(installed(tb, 2000), 2000) })
	call := pairbench.Goal{Ratio: 1.15, Allocs: pairbench.More(6)}
	t.compare("GET, stub", call, func(tb testing.TB) pair { return getPair(stubClients(tb, nil)) })
	t.compare("POST, stub", call, func(tb testing.TB) pair { return postPair(stubClients(tb, nil)) })
	t.compare("GET, loopback", pairbench.Goal{Ratio: 1.08}, func(tb testing.TB) pair { return getPair(loopbackClients(tb)) })
	t.compare("POST, loopback", pairbench.Goal{Ratio: 1.08}, func(tb testing.TB) pair { return postPair(loopbackClients(tb)) })
	t.compare("default client by one without timeout", pairbench.Goal{Allocs: pairbench.More(4)}, timeoutPair)
	for _, size := range []int{100 << 10, 1 << 20} {
		list := benchList(size)
		name := fmt.Sprintf("answer of %d KiB", size>>10)
		t.compare(name, pairbench.Goal{Ratio: 1.05}, func(tb testing.TB) pair { return listPair(tb, list, list) })
		t.compare(name+", one number quoted", pairbench.Goal{Ratio: 1.3}, func(tb testing.TB) pair { return listPair(tb, list, quoteOne(list)) })
	}
	t.compare("storm of 10000, cold", pairbench.Goal{Ratio: 1}, func(tb testing.TB) pair { return stormPair(tb, 10_000) })
}

// BenchmarkProfile is one job alone, for -cpuprofile and -memprofile.
func BenchmarkProfile(b *testing.B) {
	for name, p := range map[string]pair{
		"hit":  corpHit(b),
		"get":  getPair(stubClients(b, nil)),
		"post": postPair(stubClients(b, nil)),
	} {
		for way, f := range map[string]func() error{"floor": p.floor, "ours": p.ours} {
			b.Run(name+"/"+way, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// All ways must come to the same, or their times mean nothing.
func TestBenchWaysAgree(t *testing.T) {
	t.Parallel()
	list := benchList(20 << 10)
	require.InDelta(t, 20<<10, len(list), 1<<10)
	require.NotEqual(t, list, quoteOne(list))
	require.Contains(t, string(quoteOne(list)), `"status":"2","userid"`)
	for name, setUp := range map[string]func() pair{
		"hit":      func() pair { return corpHit(t) },
		"parallel": func() pair { return parallelPair(t) },
		"corps":    func() pair { return corpsPair(installed(t, 10), 10) },
		"get":      func() pair { return getPair(stubClients(t, nil)) },
		"post":     func() pair { return postPair(stubClients(t, nil)) },
		"list":     func() pair { return listPair(t, list, list) },
		"quoted":   func() pair { return listPair(t, list, quoteOne(list)) },
		"loopback": func() pair { return getPair(loopbackClients(t)) },
		"storm":    func() pair { return stormPair(t, 20) },
	} {
		p := setUp()
		require.NoError(t, p.floor(), name)
		require.NoError(t, p.ours(), name)
	}
	c := stubClients(t, nil)
	hand, err := c.floor.get(t.Context(), corpId, "o")
	require.NoError(t, err)
	got, err := token.Call[orderInfo](c.api, getCall, url.Values{"corpid": {corpId}, "order_id": {"o"}})
	require.NoError(t, err)
	assert.Equal(t, benchOrder, *got)
	assert.Equal(t, got, hand)
	hand, err = c.floor.post(t.Context(), orderReq{})
	require.NoError(t, err)
	assert.Equal(t, got, hand)

	c = stubClients(t, quoteOne(list))
	page, err := token.Call[activeList](c.api, listCall, orderReq{})
	require.NoError(t, err)
	clean, err := stubClients(t, list).floor.list(t.Context(), orderReq{})
	require.NoError(t, err)
	assert.Equal(t, clean, page)
}

// A floor that takes a refusal for success would be none.
func TestBenchFloorRefuses(t *testing.T) {
	t.Parallel()
	c := stubClients(t, []byte(`{"errcode":60011,"errmsg":"no privilege"}`))
	_, err := c.floor.post(t.Context(), orderReq{})
	require.ErrorContains(t, err, "60011")
	_, err = token.Call[orderInfo](c.api, postCall, orderReq{})
	require.ErrorIs(t, err, token.Code(60011))
}
