package customers

import (
	"cmp"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Limits of tags.
const (
	maxTags  = 10000 // of a corp
	maxOrder = 1<<32 - 1
)

// Kinds of what has an id, as events name them.
const (
	kindTag   = "tag"
	kindGroup = "tag_group"
)

// tag is a tag (企业标签) for customers.
type tag struct {
	id, name string
	order    int64
	made     time.Time
	suite    string // the app that has made it, and alone may change it
	deleted  bool
}

// tagGroup is a group of tags; without tags there is none.
type tagGroup struct {
	tag
	strategy int64 // rule group (规则组) that it belongs to; 0: the corp's
	tags     []*tag
}

// tag finds a tag and its group; nil: there is none, or no more.
func (b *book) tag(id string) (*tagGroup, *tag) {
	for _, g := range b.groups {
		for _, t := range g.tags {
			if t.id == id && !t.deleted {
				return g, t
			}
		}
	}
	return nil, nil
}

// group finds a group that is still there.
func (b *book) group(fits func(g *tagGroup) bool) *tagGroup {
	return platform.First(b.groups, func(g *tagGroup) bool { return !g.deleted && fits(g) })
}

// live lists the tags of a group that are still there.
func (g *tagGroup) live() []*tag {
	return slices.DeleteFunc(slices.Clone(g.tags), func(t *tag) bool { return t.deleted })
}

// named finds a tag of the group by its name.
func (g *tagGroup) named(name string) *tag {
	return platform.First(g.tags, func(t *tag) bool { return !t.deleted && t.name == name })
}

// tagsOf shows the tags of a customer.
func (b *book) tagsOf(r *Relation) []obj {
	const ofCorp, ofStrategy = 1, 3
	list := []obj{}
	for _, id := range r.Tags {
		g, t := b.tag(id)
		kind := ofCorp
		if g.strategy != 0 {
			kind = ofStrategy
		}
		list = append(list, obj{"type": kind, "tag_id": id, "tag_name": t.name, "group_name": g.name})
	}
	return list
}

func listCorpTags(a *ask) (obj, error) {
	return a.listTags(func(g *tagGroup) bool { return g.strategy == 0 })
}

// listStrategyTags shows an app the tags of its own rule groups.
func listStrategyTags(a *ask) (obj, error) {
	id := a.Int("strategy_id")
	return a.listTags(func(g *tagGroup) bool {
		return g.strategy != 0 && g.suite == a.SuiteId() && (id == 0 || g.strategy == id)
	})
}

// listTags lists tags by group. Deleted ones show only to who asks for them by id.
func (a *ask) listTags(fits func(g *tagGroup) bool) (obj, error) {
	groupIds, tagIds := a.Strs("group_id"), a.Strs("tag_id")
	if len(groupIds) > 0 {
		tagIds = nil
	}
	byId := len(groupIds)+len(tagIds) > 0
	found, list := map[string]bool{}, []obj{}
	for _, g := range sorted(a.groups, func(g *tagGroup) *tag { return &g.tag }) {
		if !fits(g) || len(groupIds) > 0 && !slices.Contains(groupIds, g.id) {
			continue
		}
		found[g.id] = true
		tags := g.wanted(byId, tagIds)
		for _, t := range tags {
			found[t.id] = true
		}
		if len(tags) > 0 {
			list = append(list, g.show(tags, byId))
		}
	}
	for _, id := range slices.Concat(groupIds, tagIds) {
		if !found[id] {
			return nil, platform.Refuse(codeBadTag, "invalid tagid")
		}
	}
	return obj{"tag_group": list}, nil
}

// wanted are the tags of a group that are asked for: those with ids, if there are some.
func (g *tagGroup) wanted(byId bool, ids []string) []*tag {
	if !byId {
		return g.live()
	}
	return slices.DeleteFunc(slices.Clone(g.tags), func(t *tag) bool { return len(ids) > 0 && !slices.Contains(ids, t.id) })
}

// sorted puts what has the larger order first.
func sorted[T any](list []T, tagOf func(T) *tag) []T {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y T) int { return cmp.Compare(tagOf(y).order, tagOf(x).order) })
	return list
}

// show is a group with some of its tags.
func (g *tagGroup) show(tags []*tag, byId bool) obj {
	list := []obj{}
	for _, t := range sorted(tags, func(t *tag) *tag { return t }) {
		o := obj{"id": t.id, "name": t.name, "order": t.order, "create_time": t.made.Unix()}
		if byId && g.strategy == 0 {
			o["deleted"] = t.deleted
		}
		list = append(list, o)
	}
	out := obj{"group_id": g.id, "group_name": g.name, "order": g.order, "create_time": g.made.Unix(), "tag": list}
	switch {
	case g.strategy != 0:
		out["strategy_id"] = g.strategy
	case byId:
		out["deleted"] = g.deleted
	}
	return out
}
