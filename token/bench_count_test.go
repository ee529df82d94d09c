package token_test

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/token"
)

// BenchmarkCount prints what has no floor: connections, requests.
func BenchmarkCount(b *testing.B) {
	t := newBenchTable(b)
	for _, d := range []struct {
		goroutines, each int
		most             float64
	}{{32, 300, 0.01}, {256, 100, 0.02}} {
		t.count(fmt.Sprintf("dials, %d goroutines", d.goroutines), func(b *testing.B, name string) {
			t.table.Count(name, benchDials(b, d.goroutines, d.each), "a call", d.most)
		})
	}
	t.count("storm, 100 callers", func(b *testing.B, name string) {
		const runs = 35
		bad := benchStorm{setUp: func(*fakewecom.Server) {}, refuse: 40001}.run(b, runs)
		t.table.Count(name+", secret refused: token requests", bad.tokens, "at most", 1)
		dead := benchStorm{warm: true, setUp: func(s *fakewecom.Server) { s.KillTokens("provider", 42001) }}.run(b, runs)
		t.table.Count(name+", token dead: token requests", dead.tokens, "at most", 1)
		all := benchStorm{warm: true, setUp: func(s *fakewecom.Server) {
			s.Fault(platform.Fault{Path: stormCall.Path, ErrCode: 42001})
		}}.run(b, runs)
		t.table.Count(name+", all tokens rejected: token requests", all.tokens, "at most", 1)
		t.table.Count(name+", all tokens rejected: runs with more than one", all.more, "of "+strconv.Itoa(runs), 0)
		t.table.Count(name+", all tokens rejected: calls", all.calls, "a caller", 2)
	})
}

// benchDials is how many connections a call makes, with the client of a Config without one.
func benchDials(tb testing.TB, goroutines, each int) float64 {
	var dials atomic.Int64
	server := httptest.NewUnstartedServer(&stub{answer: benchAnswer(benchOrder)})
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			dials.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	api := benchApi(tb, func(cfg *token.Config) { cfg.BaseURL = server.URL })
	require.NoError(tb, atOnce(goroutines, func() error {
		for range each {
			if _, err := token.Call[orderInfo](api, postCall, orderReq{CorpId: corpId}); err != nil {
				return err
			}
		}
		return nil
	}))
	return float64(dials.Load()) / float64(goroutines*each)
}

// stormCall is one that the fake knows.
var stormCall = token.Endpoint{Path: "/cgi-bin/service/finish_openid_migration", Credential: token.Provider}

// benchStorm is 100 callers at once, before a fake WeCom of its own each time.
type benchStorm struct {
	warm   bool
	setUp  func(*fakewecom.Server) // before the callers come
	refuse int                     // what token requests are answered with, slowly
}

// stormed is the worst of several runs.
type stormed struct{ tokens, more, calls float64 }

func (s benchStorm) run(tb testing.TB, runs int) (worst stormed) {
	const callers = 100
	for range runs {
		tokens, calls := s.once(tb, callers)
		worst.tokens = max(worst.tokens, float64(tokens))
		worst.calls = max(worst.calls, float64(calls)/callers)
		if tokens > 1 {
			worst.more++
		}
	}
	return worst
}

func (s benchStorm) once(tb testing.TB, callers int) (tokens, calls int) {
	fake := fakewecom.New(platform.Options{})
	require.NoError(tb, fake.AddProvider(platform.Provider{CorpId: providerId, Secret: "bench-provider-secret"}))
	server := httptest.NewServer(fake)
	defer server.Close()
	api := benchApi(tb, func(cfg *token.Config) { cfg.BaseURL, cfg.HTTPClient = server.URL, server.Client() })
	call := func() error {
		return api.Do(stormCall, map[string]any{"corpid": corpId, "openid_type": []int{1}, "agentid": 1000012}, nil)
	}
	if s.warm {
		_ = call() // the corp is not known here: the token counts
	}
	fake.ClearLog()
	s.setUp(fake)
	if s.refuse != 0 {
		fake.Fault(platform.Fault{Path: providerPath, ErrCode: s.refuse, Delay: 100 * time.Millisecond})
	}
	_ = atOnce(callers, call)
	return fake.Count(providerPath), fake.Count(stormCall.Path)
}

// BenchmarkGrowth shows over three sizes what the number of corps costs: nothing, as far
// as one of them is concerned.
func BenchmarkGrowth(b *testing.B) {
	t := newBenchTable(b)
	firstUse(b, 1000) // so that the first size does not pay for what happens once
	least := 0.0
	for _, n := range []int{1000, 10_000, 100_000} {
		t.count(fmt.Sprintf("%d corps", n), func(b *testing.B, name string) {
			api, used := firstUse(b, n)
			most := math.Inf(1)
			if least == 0 {
				least = used.cost
			} else {
				most = 1.5 * least
			}
			t.table.Count(name+": first use", used.cost, "µs each", most)
			t.table.Count(name+": memory by data", used.memory, "times", 3)
			p := corpsPair(api, n)
			r := pairbench.CompareCPU(must(b, p.floor), must(b, p.ours))
			t.table.Add(name+": WithCorp + hit", r, pairbench.Goal{Ratio: 1.25, Allocs: pairbench.More(0)})
		})
	}
	t.count("ids that never installed", func(b *testing.B, name string) {
		t.table.Count(name, strangers(b, 20_000), "bytes each", 16)
	})
}

type use struct {
	cost   float64 // processor time of a corp, in µs
	memory float64 // by the size of what is known of it
}

// firstUse installs n corps and gets each a token.
func firstUse(tb testing.TB, n int) (*token.Api, use) {
	api := benchStubApi(tb, &stub{})
	heap, begin := liveHeap(), pairbench.CPUTime()
	data := benchInstall(tb, api, n)
	cost := pairbench.CPUTime() - begin
	return api, use{
		cost:   float64(cost) / float64(time.Microsecond) / float64(n),
		memory: (liveHeap() - heap) / float64(data),
	}
}

// strangers is how much memory an id takes that somebody brought and that has not installed.
func strangers(tb testing.TB, n int) float64 {
	api := benchStubApi(tb, &stub{})
	heap := liveHeap()
	for i := range n {
		_, err := api.WithCorp(benchCorp(i)).AccessToken(token.Corp)
		require.ErrorIs(tb, err, token.ErrNotInstalled)
	}
	got := (liveHeap() - heap) / float64(n)
	runtime.KeepAlive(api)
	return got
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // what the first one only unlinked
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// Few of everything, so that the counting itself is tested.
func TestBenchCounts(t *testing.T) {
	t.Parallel()
	got := benchDials(t, 2, 100)
	require.LessOrEqual(t, got, 0.02, "two connections, two hundred calls")
	require.Positive(t, got)
	require.Equal(t, stormed{tokens: 1, calls: 0}, benchStorm{setUp: func(*fakewecom.Server) {}, refuse: 40001}.run(t, 1))
	dead := benchStorm{warm: true, setUp: func(s *fakewecom.Server) { s.KillTokens("provider", 42001) }}.run(t, 1)
	require.InDelta(t, 1.5, dead.calls, 0.5, "each at most twice")
	require.Equal(t, 1.0, dead.tokens)
	_, used := firstUse(t, 20)
	require.Positive(t, used.cost)
}
