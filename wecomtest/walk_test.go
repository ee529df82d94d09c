package wecomtest_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/wecomtest"
)

var walkSeed = flag.Uint64("walk.seed", 0, "of the one random walk to take; 0: all of them")

const (
	walks     = 20
	walkSteps = 500
	walkTail  = 40 // steps that a failure shows

	walkReload = 100 // one in so many steps
)

// Whatever an app does through the SDK, in whatever order: after each step SDK and WeCom say
// what a small model says, which was written from WeCom's documents.
// G: wecomtest/model
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	seeds := []uint64{*walkSeed}
	if *walkSeed == 0 {
		seeds[0] = rand.Uint64N(1_000_000_000) // the others are the same in each run
		for len(seeds) < walks {
			seeds = append(seeds, uint64(len(seeds)))
		}
	}
	happened := &tally{n: map[string]int{}}
	t.Run("walks", func(t *testing.T) {
		for _, seed := range seeds {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { walk(t, seed, happened) })
			})
		}
	})
	if *walkSeed != 0 || t.Failed() {
		return
	}
	for _, what := range walkMust() {
		assert.Positive(t, happened.n[what], "no walk came to %q, so they prove little: %v", what, happened.n)
	}
}

// tally counts what has happened in all walks.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (y *tally) add(what string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.n[what]++
}

// walker takes random steps, and knows what must come of them.
type walker struct {
	*testing.T
	*walkModel

	rnd      *rand.Rand
	w        *wecomtest.WeCom
	app      *walkApp
	wire     *walkWire
	happened *tally
	log      []string
}

func walk(t *testing.T, seed uint64, happened *tally) {
	k := &walker{T: t, rnd: rand.New(rand.NewPCG(seed, 7)), happened: happened}
	k.walkModel = newWalkModel(k.rnd)
	k.w = wecomtest.New(t, wecomtest.Suites(2), wecomtest.Customized(1), wecomtest.Seed(fmt.Sprint(seed)), k.choices)
	k.w.SetBalance(walkBalance)
	k.wire = newWalkWire(k.w.Config().HTTPClient.Transport, k.now, k.w.ConfigOf(walkTemplate).SuiteId)
	k.app = newWalkApp(t, k.w, k.wire)
	defer func() {
		if t.Failed() {
			t.Logf("repeat this with -run TestRandomWalk -walk.seed=%d; the last steps, by WeCom's clock:\n%s", seed, strings.Join(k.log, "\n"))
		}
	}()
	steps := walkStepList()
	for range walkSteps {
		time.Sleep(time.Second) // so that no two pushes are of one second
		k.step(steps)
		require.False(t, t.Failed(), "the model disagrees")
	}
	k.end()
}

// walkStep is something that can happen, and how often it does.
type walkStep struct {
	name   string
	weight int
	do     func(k *walker)
}

func (k *walker) step(steps []walkStep) {
	sum := 0
	for _, s := range steps {
		sum += s.weight
	}
	pick := k.rnd.IntN(sum)
	i := 0
	for ; pick >= steps[i].weight; i++ {
		pick -= steps[i].weight
	}
	k.note("%s", steps[i].name)
	k.settle()
	steps[i].do(k)
	k.advance(0)
	synctest.Wait()
	k.settle()
	if k.one(walkReload) {
		require.NoError(k, k.w.Reload()) // WeCom's state is saved and loaded: the app must not see it
		k.happened.add("reload")
	}
	k.audit()
	k.wire.forgive()
}

// note keeps what the walk does, for the report of a failure.
func (k *walker) note(format string, args ...any) {
	line := k.now().Format("2006-01-02 15:04:05 ") + fmt.Sprintf(format, args...)
	k.log = append(k.log[max(0, len(k.log)-walkTail+1):], line)
}

// one in n times, it is true.
func (k *walker) one(n int) bool { return k.rnd.IntN(n) == 0 }

func pickOf[T any](rnd *rand.Rand, list []T) T { return list[rnd.IntN(len(list))] }
