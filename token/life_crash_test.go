package token_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

// Two processes share a folder and have wrong clocks, while corps install, cancel, reset and
// install again, and one of the processes or the other is killed. What must hold in the end:
//
//   - every corp that has the suite can be called, with tokens that WeCom hands out then;
//   - no corp that has cancelled can be called;
//   - WeCom is shown an auth code again only if a process was killed after WeCom had taken
//     it and before the answer was on the disk, which no client can cover. The corp then has
//     to authorise once more; such codes are counted as cut.
var chaos = flag.Duration("chaos", 3*time.Second, "how long the crash test of installations lasts")

const (
	lifeCorps = 16 // of each suite
	lifePace  = 100 * time.Millisecond
	lifeToken = 20 * time.Second // what a token of the fake lives
	lifeSkew  = time.Hour
)

// life is the parent: WeCom, the corps, a queue of notices, and the one with the gun.
type life struct {
	t     *testing.T
	fake  *testworld.World
	log   lifeLog
	base  lifeOrders
	corps []*lifeCorp

	mu    sync.RWMutex
	slots [2]*lifeProcess
	skew  [2]time.Duration
	names map[string]*lifeProcess

	strays    sync.WaitGroup // what nobody waits for while it all happens
	figuresMu sync.Mutex
	figures   map[string]int
	problems  []string
}

func newLife(t *testing.T, key string) *life {
	l := &life{t: t, names: map[string]*lifeProcess{}, figures: map[string]int{}, fake: testworld.Loopback(t, platform.Options{TokenLife: lifeToken}, nil)}
	for i := range 2 * lifeCorps {
		c := &lifeCorp{life: l, suite: []string{suiteId, templateId}[i%2], id: fmt.Sprintf("wpLife%08d", i/2), back: make(chan lifeOutcome, 64)}
		require.NoError(t, l.fake.AddCorp(platform.Corp{Id: c.id}))
		l.corps = append(l.corps, c)
	}
	l.base = lifeOrders{Dir: t.TempDir(), URL: l.fake.URL, Key: key, Late: true}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the processes said: %.5000s", l.log.String())
		}
	})
	return l
}

func (l *life) count(what string) {
	l.figuresMu.Lock()
	defer l.figuresMu.Unlock()
	l.figures[what]++
}

func (l *life) problem(format string, args ...any) {
	l.figuresMu.Lock()
	defer l.figuresMu.Unlock()
	l.problems = append(l.problems, fmt.Sprintf(format, args...))
}

// start puts a new process into a slot, in place of the one that it kills.
func (l *life) start(slot int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.slots[slot]; p != nil {
		p.kill()
	}
	orders := l.base
	orders.Name, orders.Clock = fmt.Sprintf("process-%d", len(l.names)), l.skew[slot]
	p := startLife(l.t, orders, &l.log)
	l.slots[slot], l.names[orders.Name] = p, p
}

func (l *life) restart(skew ...time.Duration) {
	for slot := range l.slots {
		l.skew[slot] = skew[slot]
		l.start(slot)
	}
}

func (l *life) process(slot int) *lifeProcess {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.slots[slot]
}

// every does something again and again until ctx ends, about once in that time.
func every(ctx context.Context, span time.Duration, do func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(span/2 + rand.N(span)):
			do()
		}
	}
}

// pushTickets gives each suite a new ticket, through one of the processes.
func (l *life) pushTickets() {
	for _, suite := range []string{suiteId, templateId} {
		ticket, err := l.fake.NewTicket(suite)
		assert.NoError(l.t, err)
		r, alive := l.process(rand.N(2)).do(lifeOrder{Do: "ticket", Suite: suite, For: ticket})
		if alive {
			l.count("tickets")
			assert.Empty(l.t, r.Err)
		}
	}
}

// stepClock sets the second clock right, or wrong again.
func (l *life) stepClock() {
	step := 2 * lifeSkew
	if rand.N(2) == 0 {
		step = -step
	}
	if _, alive := l.process(1).do(lifeOrder{Do: "clock", For: step.String()}); alive {
		l.count("steps of a clock")
	}
}

func (l *life) killTokens() {
	switch rand.N(3) {
	case 0:
		l.fake.KillTokens(spec.CredentialSuite, 0)
	case 1:
		l.fake.KillTokens(spec.CredentialCorp, 0)
	case 2:
		l.fake.KillTokens(spec.CredentialCorp, 42001)
	}
	l.count("kills of all tokens")
}

func (l *life) killProcess() {
	l.count("kills")
	l.start(rand.N(2))
}

// run lets everything happen at once.
func (l *life) run(span time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	var all sync.WaitGroup
	for _, mischief := range []struct {
		do   func()
		span time.Duration
	}{{l.pushTickets, time.Second}, {l.stepClock, 2 * time.Second}, {l.killTokens, 2 * time.Second}, {l.killProcess, 700 * time.Millisecond}} {
		all.Go(func() { every(ctx, mischief.span, mischief.do) })
	}
	for _, c := range l.corps {
		all.Go(func() { c.live(ctx) })
	}
	all.Wait()
	l.strays.Wait()
}

// check calls every corp through both processes.
func (l *life) check(when string, started bool) {
	var calls sync.WaitGroup
	for _, c := range l.corps {
		for slot := range l.slots {
			calls.Go(func() {
				if !c.probe(when, slot, started) {
					l.problem("%s: process %d died", when, slot)
				}
			})
		}
	}
	calls.Wait()
}

// cut reports whether WeCom has taken an auth code from a process that was killed before
// the answer was on the disk.
func (l *life) cut(code string) bool {
	for _, r := range l.fake.RequestsTo(exchangePath) {
		if r.ErrCode != 0 || !strings.Contains(r.Body, platform.Mark(code)) {
			continue
		}
		l.mu.RLock()
		p := l.names[r.Query.Get("life")]
		l.mu.RUnlock()
		select {
		case <-p.dead:
			return !p.keeps(token.Fingerprint(code))
		case <-time.After(5 * time.Second):
			return false
		}
	}
	return false
}

// report looks at what WeCom has seen, and says what happened.
func (l *life) report(span time.Duration) {
	f := l.figures
	for _, r := range l.fake.Requests() {
		if name := lifePaths[r.Path]; name != "" {
			f[name]++
		}
		if r.Path == corpCall.Path && r.Status == 200 && r.ErrCode == 0 {
			f["calls"]++
			assert.Equal(l.t, r.Query.Get("suite")+r.Query.Get("corp"), r.SuiteId+r.CorpId, "a call with the token of another corp")
		}
	}
	// Each process may ask once in the life of a token, and once more for what ends it.
	each := 2*(int(span/lifeToken)+f["kills of all tokens"]+6) + f["steps of a clock"] + f["kills"]
	events := f["installs"] + f["reinstalls"] + f["cancels"] + f["resets"] + f["authorisations anew"] + f["redeliveries"]
	assert.Less(l.t, f["get_corp_token"]+f["gettoken"], len(l.corps)*each+events)
	assert.Less(l.t, f["get_suite_token"], 3*each)
	var figures []string
	for _, what := range slices.Sorted(maps.Keys(f)) {
		figures = append(figures, fmt.Sprintf("%d %s", f[what], what))
	}
	l.t.Logf("%s: %s", span, strings.Join(figures, ", "))
}

var lifePaths = map[string]string{exchangePath: "exchanges", suitePath: "get_suite_token", corpPath: "get_corp_token", gettokenPath: "gettoken"}

func testLife(t *testing.T, key string) {
	l := newLife(t, key)
	l.restart(lifeSkew, -lifeSkew)
	l.pushTickets()
	l.run(*chaos)
	l.check("as it is", false)
	for _, skew := range [][]time.Duration{{0, 0}, {-lifeSkew, 25 * time.Hour}} {
		l.fake.ExpireTokens(spec.CredentialSuite)
		l.fake.ExpireTokens(spec.CredentialCorp)
		l.restart(skew...)
		l.check(fmt.Sprintf("clocks %v", skew), true)
		l.fake.KillTokens(spec.CredentialCorp, 0)
		l.check(fmt.Sprintf("clocks %v, with new tokens", skew), true)
	}
	assert.Positive(t, l.figures["removals"])
	assert.Positive(t, l.figures["probes"])
	l.report(*chaos)
	for _, p := range l.problems[:min(len(l.problems), 20)] {
		t.Error(p)
	}
	assert.Positive(t, l.figures["kills"])
}

// G: install/crash install/in-the-end
func TestInstallationsSurvive(t *testing.T) {
	t.Parallel()
	testLife(t, "")
}

// G: install/crash
func TestSealedInstallationsSurvive(t *testing.T) {
	t.Parallel()
	testLife(t, strings.Repeat("5e", 32))
}
