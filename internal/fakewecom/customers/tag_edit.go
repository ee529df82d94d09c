package customers

import (
	"cmp"
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// newTags asks for tags in a group.
type newTags struct {
	GroupId   string `json:"group_id"`
	GroupName string `json:"group_name"`
	Order     int64  `json:"order"`
	Tag       []struct {
		Name  string `json:"name"`
		Order int64  `json:"order"`
	} `json:"tag"`
	StrategyId int64 `json:"strategy_id"`
}

func addCorpTags(a *ask) (obj, error) { return a.addTags(false) }

func addStrategyTags(a *ask) (obj, error) { return a.addTags(true) }

func (a *ask) addTags(ofStrategy bool) (obj, error) {
	var in newTags
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	if !ofStrategy {
		in.StrategyId = 0
	} else if in.StrategyId <= 0 {
		return nil, platform.BadParam("invalid strategy_id")
	}
	g, isNew, err := a.groupFor(in)
	if err != nil {
		return nil, err
	}
	if err := a.fits(in, g); err != nil {
		return nil, err
	}
	if isNew {
		a.groups = append(a.groups, g)
		a.cs.tellTag(a.book, "create", kindGroup, g.id, g.strategy)
	}
	var made []*tag
	for _, wanted := range in.Tag {
		if g.named(wanted.Name) != nil {
			continue // twice in the request
		}
		t := &tag{id: a.cs.host.NewId("et", 30), name: wanted.Name, order: wanted.Order, made: a.Now(), suite: a.SuiteId()}
		g.tags, made = append(g.tags, t), append(made, t)
		a.cs.tellTag(a.book, "create", kindTag, t.id, g.strategy)
	}
	out := g.show(made, false)
	delete(out, "strategy_id")
	return obj{"tag_group": out}, nil
}

// groupFor is the group that new tags belong to; one that is new is not in the book yet.
func (a *ask) groupFor(in newTags) (g *tagGroup, isNew bool, err error) {
	mine := func(g *tagGroup) bool {
		return g.strategy == in.StrategyId && (g.strategy == 0 || g.suite == a.SuiteId())
	}
	if in.GroupId != "" {
		g = a.group(func(g *tagGroup) bool { return g.id == in.GroupId && mine(g) })
		if g == nil {
			return nil, false, platform.Refuse(codeBadTag, "invalid group_id")
		}
		return g, false, nil
	}
	if in.GroupName == "" {
		return nil, false, platform.Refuse(codeTagName, "group_name is empty")
	}
	if g = a.group(func(g *tagGroup) bool { return g.name == in.GroupName && mine(g) }); g != nil {
		return g, false, nil
	}
	t := tag{id: a.cs.host.NewId("et", 30), name: in.GroupName, order: in.Order, made: a.Now(), suite: a.SuiteId()}
	return &tagGroup{tag: t, strategy: in.StrategyId}, true, nil
}

// fits checks new tags.
func (a *ask) fits(in newTags, g *tagGroup) error {
	if len(in.Tag) == 0 {
		return platform.BadParam("tag is empty")
	}
	count := len(in.Tag)
	for _, other := range a.groups {
		count += len(other.live())
	}
	if count > maxTags {
		return platform.Refuse(codeManyTags, "too many tags")
	}
	if in.Order < 0 || in.Order > maxOrder {
		return platform.BadParam("invalid order")
	}
	for _, t := range in.Tag {
		switch {
		case g.named(t.Name) != nil:
			return platform.Refuse(codeTagThere, "tag name existed")
		case t.Order < 0 || t.Order > maxOrder:
			return platform.BadParam("invalid order")
		}
	}
	return nil
}

func editCorpTag(a *ask) (obj, error) { return a.editTag(false) }

func editStrategyTag(a *ask) (obj, error) { return a.editTag(true) }

// editTag changes a tag or a group of the kind that the endpoint is for.
func (a *ask) editTag(ofStrategy bool) (obj, error) {
	id, name := a.Str("id"), a.Str("name")
	g, t, err := a.editable(id, ofStrategy)
	if err != nil {
		return nil, err
	}
	kind, what := kindGroup, &g.tag
	if t != nil {
		kind, what = kindTag, t
	}
	if name != "" && name != what.name && a.taken(g, t, name) {
		return nil, platform.Refuse(codeTagThere, "name existed")
	}
	order, ordered := a.Int("order"), a.Body()["order"] != nil
	if order < 0 || order > maxOrder {
		return nil, platform.BadParam("invalid order")
	}
	what.name = cmp.Or(name, what.name)
	if ordered {
		what.order = order
	}
	a.cs.tellTag(a.book, "update", kind, id, g.strategy)
	return nil, nil
}

// editable finds a tag (or a group: t is nil) of the kind that the app may change.
func (a *ask) editable(id string, ofStrategy bool) (g *tagGroup, t *tag, err error) {
	g, t = a.tag(id)
	if g == nil {
		g = a.group(func(g *tagGroup) bool { return g.id == id })
	}
	if g == nil || (g.strategy != 0) != ofStrategy {
		return nil, nil, platform.Refuse(codeBadTag, "invalid tagid")
	}
	maker := g.suite
	if t != nil {
		maker = t.suite
	}
	if maker != a.SuiteId() {
		return nil, nil, platform.Refuse(codeForeignTag, "no privilege to access the tag")
	}
	return g, t, nil
}

// taken reports whether a group, or another tag of the group, has the name.
func (b *book) taken(g *tagGroup, t *tag, name string) bool {
	if t != nil {
		return g.named(name) != nil
	}
	return b.group(func(o *tagGroup) bool { return o.name == name && o.strategy == g.strategy }) != nil
}

func deleteCorpTags(a *ask) (obj, error) { return a.deleteTags(false) }

func deleteStrategyTags(a *ask) (obj, error) { return a.deleteTags(true) }

func (a *ask) deleteTags(ofStrategy bool) (obj, error) {
	tagIds, groupIds := a.Strs("tag_id"), a.Strs("group_id")
	ids := slices.Concat(tagIds, groupIds)
	if len(ids) == 0 {
		return nil, platform.BadParam("tag_id and group_id are empty")
	}
	for _, id := range ids {
		if _, _, err := a.editable(id, ofStrategy); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		g, t, err := a.editable(id, ofStrategy)
		switch {
		case err != nil: // gone with its group, or named twice
		case t != nil:
			a.deleteTag(g, t)
		default:
			a.deleteGroup(g)
		}
	}
	return nil, nil
}

// deleteTag deletes a tag, and with the last one its group.
func (a *ask) deleteTag(g *tagGroup, t *tag) {
	a.untag(t)
	a.cs.tellTag(a.book, "delete", kindTag, t.id, g.strategy)
	if len(g.live()) == 0 {
		a.deleteGroup(g)
	}
}

// deleteGroup deletes a group with its tags, of which nobody is told.
func (a *ask) deleteGroup(g *tagGroup) {
	for _, t := range g.live() {
		a.untag(t)
	}
	g.deleted = true
	a.cs.tellTag(a.book, "delete", kindGroup, g.id, g.strategy)
}

// untag deletes a tag and takes it off the customers who have it.
func (b *book) untag(t *tag) {
	t.deleted = true
	for _, r := range b.relations {
		r.Tags = slices.DeleteFunc(r.Tags, func(id string) bool { return id == t.id })
	}
}
