package callback

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

type testInt struct{ v, at *int }

func (i testInt) before(other testInt) bool { return *i.v < *other.v }
func (i testInt) placed(at int)             { *i.at = at }

func TestHeapKeepsItsOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var h heap[testInt]
	var want []testInt
	for range 20_000 {
		switch n := random.IntN(5); {
		case n < 3 && len(h) < 200 || len(h) == 0:
			v, at := random.IntN(100), 0
			want = append(want, testInt{&v, &at})
			h.push(want[len(want)-1])
		case n == 3:
			i := random.IntN(len(want))
			require.Equal(t, want[i], h.remove(*want[i].at))
			want = slices.Delete(want, i, i+1)
		default:
			least := slices.MinFunc(want, func(x, y testInt) int { return cmp.Compare(*x.v, *y.v) })
			got := h.pop()
			require.Equal(t, *least.v, *got.v)
			want = slices.DeleteFunc(want, func(x testInt) bool { return x == got })
		}
	}
}

func TestFifoKeepsItsOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var f fifo[int]
	pushed, popped := 0, 0
	for range 100_000 {
		if random.IntN(1000) < 500+100*(pushed/5000%2*2-1) { // grows and shrinks in turns
			f.push(pushed)
			pushed++
		} else if f.len() > 0 {
			require.Equal(t, popped, f.first())
			require.Equal(t, popped, f.pop())
			popped++
		}
		require.Equal(t, pushed-popped, f.len())
		require.LessOrEqual(t, len(f.s), 2*f.len()+128, "what was taken out is let go")
	}
}
