package customers

import "slices"

// TagGroup is a group of tags (标签组) as the console shows it.
type TagGroup struct {
	Id, Name string
	Tags     []Tag
}

// Tag is a tag with how many customers have it from a member.
type Tag struct {
	Id, Name string
	Used     int
}

// TagGroups lists the tags of a corp that are not deleted, by group, in the order of their rank.
func (cs *Customers) TagGroups(corpId string) (list []TagGroup) {
	cs.host.Locked(func() {
		b := cs.books[corpId]
		if b == nil {
			return
		}
		for _, g := range sorted(b.groups, func(g *tagGroup) *tag { return &g.tag }) {
			out := TagGroup{Id: g.id, Name: g.name}
			for _, t := range sorted(g.live(), func(t *tag) *tag { return t }) {
				used := b.where(func(r *Relation) bool { return slices.Contains(r.Tags, t.id) })
				out.Tags = append(out.Tags, Tag{t.id, t.name, len(used)})
			}
			if len(out.Tags) > 0 {
				list = append(list, out)
			}
		}
	})
	return list
}
