package customers

import (
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// list lists the pairs that fit, in the order in which they met.
func (m *model) list(fits func(p pair) bool) (all []pair) {
	for p, n := range m.pairs {
		if !n.half && fits(p) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(x, y pair) int { return m.pairs[x].turn - m.pairs[y].turn })
	return all
}

// compare asks the fake about a member, a customer, and those who wait.
func (m *model) compare(p pair) {
	out := m.as(faketest.Suite, "list", obj{"userid": p.user})
	his := m.list(func(o pair) bool { return o.user == p.user })
	switch {
	case !m.visible(p.user):
		assert.Equal(m.T, 60111, faketest.Errcode(out))
	case len(his) == 0:
		assert.Equal(m.T, 84061, faketest.Errcode(out))
	default:
		var ids []string
		for _, o := range his {
			ids = append(ids, o.customer)
		}
		assert.Equal(m.T, ids, strs(out, "external_userid"))
	}
	m.compareCustomer(p.customer)
	var want []string
	for _, o := range m.list(func(o pair) bool { return m.left[o.user] }) {
		if !slices.ContainsFunc(m.waiting, func(w onTheWay) bool { return w.pair == o }) {
			want = append(want, o.user+o.customer)
		}
	}
	var got []string
	for _, o := range faketest.List(m.good("get_unassigned_list", obj{}), "info") {
		got = append(got, o["handover_userid"].(string)+o["external_userid"].(string))
	}
	assert.Equal(m.T, want, got)
}

// compareCustomer asks for a customer with his remarks and tags.
func (m *model) compareCustomer(id string) {
	followers := m.list(func(o pair) bool { return o.customer == id && m.visible(o.user) })
	out := m.as(faketest.Suite, "get", obj{"external_userid": id})
	if len(followers) == 0 {
		assert.Equal(m.T, 84061, faketest.Errcode(out))
		return
	}
	got := faketest.List(out, "follow_user")
	require.Len(m.T, got, len(followers))
	for i, p := range followers {
		n := m.pairs[p]
		assert.Equal(m.T, []any{p.user, n.remark}, []any{got[i]["userid"], got[i]["remark"]})
		var want []string
		for id, on := range n.tags {
			if on {
				want = append(want, id)
			}
		}
		assert.ElementsMatch(m.T, want, texts(faketest.List(got[i], "tags"), "tag_id"))
	}
}
