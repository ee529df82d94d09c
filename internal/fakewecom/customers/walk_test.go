package customers

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// pair is a member and a customer.
type pair struct{ user, customer string }

// note is what the model knows of a pair.
type note struct {
	half, lost bool
	remark     string
	tags       map[string]bool
	turn       int // when they met: lists have this order
}

// onTheWay is a customer who is handed over to another member.
type onTheWay struct {
	pair
	to       string
	at       time.Time
	resigned bool
}

// model says what WeCom's documents say, in a few maps.
type model struct {
	*world
	r       *rand.Rand
	pairs   map[pair]*note
	waiting []onTheWay
	moved   map[string][]time.Time // when customers were transferred
	hidden  map[string]bool
	left    map[string]bool
	tags    []string
	turns   int
}

var (
	walkers   = []string{"woAnna", "woBo", "woDan"}
	strollers = []string{"wmLi", "wmWu", "wmHu", "woWang"}
)

// In random sequences of 2,000 steps in all the fake says what the model says: whose customers there
// are, with which remarks and tags, who waits for another member.
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Suite, Secret: "s"})) // walks in silence
			m := &model{world: w, r: rand.New(rand.NewPCG(seed, 1)), pairs: map[pair]*note{}, moved: map[string][]time.Time{}, hidden: map[string]bool{}, left: map[string]bool{}}
			_, m.tags = made(m.good("add_corp_tag", obj{"group_name": "Level", "tag": tags("A", "B", "C")}))
			steps := []func(p pair) string{m.meet, m.meet, m.part, m.lose, m.write, m.write, m.tag, m.tag, m.hand, m.hand, m.refuse, m.show, m.quit, m.pass, m.pass}
			for i := range 1000 {
				p := pair{walkers[m.r.IntN(len(walkers))], strollers[m.r.IntN(len(strollers))]}
				done := steps[m.r.IntN(len(steps))](p)
				if i%200 == 100 {
					m.Reload() // it goes on as though nothing had been
				}
				m.compare(p)
				require.False(t, t.Failed(), "step %d: %s %v", i, done, p)
			}
		})
	}
}

// visible reports whether apps see a member.
func (m *model) visible(user string) bool { return !m.hidden[user] && !m.left[user] }

// full is the note of a pair that is confirmed.
func (m *model) full(p pair) *note {
	if n := m.pairs[p]; n != nil && !n.half {
		return n
	}
	return nil
}

func (m *model) meet(p pair) string {
	half := m.r.IntN(3) == 0
	_, err := m.AddCustomer(m.T.Context(), corpId, Meeting{Customer: person(p.customer), UserId: p.user, Half: half})
	old := m.pairs[p]
	if refused := m.left[p.user] || old != nil && !old.lost && (!old.half || half); refused {
		assert.Error(m.T, err)
		return "meet in vain"
	}
	require.NoError(m.T, err)
	n := &note{half: half, tags: map[string]bool{}}
	if old != nil {
		*n = note{half: half, remark: old.remark, tags: old.tags, turn: old.turn}
	} else {
		m.turns++
		n.turn = m.turns
	}
	m.pairs[p] = n
	return "meet"
}

func (m *model) part(p pair) string {
	err := m.RemoveCustomer(m.T.Context(), corpId, p.user, p.customer)
	assert.Equal(m.T, m.full(p) == nil || m.left[p.user], err != nil)
	if err == nil {
		delete(m.pairs, p)
	}
	return "part"
}

func (m *model) lose(p pair) string {
	err := m.RemoveMember(m.T.Context(), corpId, p.user, p.customer)
	n := m.full(p)
	assert.Equal(m.T, n == nil || n.lost, err != nil)
	if n != nil {
		n.lost = true
	}
	return "lose"
}

// wanted is the errcode of a request about a pair.
func (m *model) wanted(p pair) int {
	switch {
	case !m.visible(p.user):
		return 60011
	case m.full(p) == nil:
		return 84061
	}
	return 0
}

func (m *model) write(p pair) string {
	text := fmt.Sprint("r", m.r.IntN(4))
	want := m.wanted(p)
	got := m.code("remark", obj{"userid": p.user, "external_userid": p.customer, "remark": text})
	if want == 84061 && got == 40096 {
		got = want // an id that nobody has met may be no id
	}
	assert.Equal(m.T, want, got)
	if want == 0 {
		m.pairs[p].remark = text
	}
	return "write"
}

func (m *model) tag(p pair) string {
	id, add := m.tags[m.r.IntN(len(m.tags))], m.r.IntN(2) == 0
	in := obj{"userid": p.user, "external_userid": p.customer}
	if add {
		in["add_tag"] = []string{id}
	} else {
		in["remove_tag"] = []string{id}
	}
	want := m.wanted(p)
	assert.Equal(m.T, want, m.code("mark_tag", in))
	if want == 0 {
		m.pairs[p].tags[id] = add
	}
	return "tag"
}

// hand asks for a transfer, by the path for members who are there or have left.
func (m *model) hand(p pair) string {
	to := walkers[m.r.IntN(len(walkers))]
	path := onJob
	if m.left[p.user] {
		path = resigned
	}
	out := m.as(faketest.Suite, path, obj{"handover_userid": p.user, "takeover_userid": to, "external_userid": []string{p.customer}})
	code := faketest.Errcode(out)
	switch {
	case p.user == to:
		assert.Equal(m.T, 40130, code)
	case !m.visible(to) || path == onJob && !m.visible(p.user):
		assert.Equal(m.T, 60011, code)
	default:
		require.Zero(m.T, code)
		code = faketest.Num(faketest.List(out, "customer")[0], "errcode")
		want := m.handCode(p)
		assert.Equal(m.T, want, code)
		if want == 0 {
			m.waiting = append(m.waiting, onTheWay{p, to, m.Clock.Now().Add(24 * time.Hour), m.left[p.user]})
		}
	}
	return "hand to " + to
}

// handCode is the errcode of one customer who is to be transferred.
func (m *model) handCode(p pair) int {
	recent := 0
	for _, at := range m.moved[p.customer] {
		if m.Clock.Now().Sub(at) < 90*24*time.Hour {
			recent++
		}
	}
	switch {
	case m.full(p) == nil:
		return 40131
	case slices.ContainsFunc(m.waiting, func(o onTheWay) bool { return o.pair == p }):
		return 40129
	case recent >= 2 && !m.left[p.user]:
		return 40128
	}
	return 0
}

func (m *model) refuse(p pair) string {
	i := slices.IndexFunc(m.waiting, func(o onTheWay) bool { return o.to == p.user && o.customer == p.customer })
	err := m.RefuseTransfer(m.T.Context(), corpId, p.user, p.customer)
	assert.Equal(m.T, i < 0, err != nil)
	if i >= 0 {
		m.waiting = slices.Delete(m.waiting, i, i+1)
	}
	return "refuse"
}

func (m *model) show(p pair) string {
	m.hidden[p.user] = m.r.IntN(4) == 0
	m.put(p.user)
	return "show or hide"
}

func (m *model) quit(p pair) string {
	m.left[p.user] = m.r.IntN(3) == 0
	m.put(p.user)
	return "quit or come back"
}

// put tells the fake how a member is.
func (m *model) put(user string) {
	require.NoError(m.T, m.UpdateMember(corpId, platform.Member{UserId: user, Hidden: m.hidden[user], Left: m.left[user]}))
	require.NoError(m.T, m.Settle(m.T.Context()))
}

// pass lets time pass, which ends transfers.
func (m *model) pass(pair) string {
	hours := time.Duration(1 + m.r.IntN(200))
	m.Clock.Add(hours * time.Hour)
	require.NoError(m.T, m.Settle(m.T.Context()))
	var still []onTheWay
	for _, o := range m.waiting {
		if m.Clock.Now().Before(o.at) {
			still = append(still, o)
			continue
		}
		m.arrive(o)
	}
	m.waiting = still
	return "pass"
}

// arrive hands a customer over.
func (m *model) arrive(o onTheWay) {
	old := m.pairs[o.pair]
	if old == nil {
		return
	}
	delete(m.pairs, o.pair)
	if !o.resigned {
		m.moved[o.customer] = append(m.moved[o.customer], o.at)
	}
	if to := (pair{o.to, o.customer}); m.full(to) == nil {
		m.turns++
		m.pairs[to] = &note{remark: old.remark, tags: maps.Clone(old.tags), turn: m.turns}
	}
}
