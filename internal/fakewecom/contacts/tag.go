package contacts

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Limits of tags.
const (
	maxTags       = 3000 // of a corp
	maxTagName    = 32   // characters
	maxTagged     = 30000
	maxTagUsers   = 1000 // of one request
	maxTagParties = 100  // of one request
)

// tag is a tag (标签). Only the app that made it changes it.
type tag struct {
	id          int64
	name        string
	maker       string // suite
	users       []string
	departments []int64
}

func (b *book) sortedTags() (list []*tag) {
	for _, id := range slices.Sorted(maps.Keys(b.tags)) {
		list = append(list, b.tags[id])
	}
	return list
}

// checkTagName checks the name of a tag, which no other may have.
func (b *book) checkTagName(id int64, name string) error {
	if utf8.RuneCountInString(name) > maxTagName {
		return platform.Refuse(codeTagName, "invalid tag name")
	}
	for _, t := range b.tags {
		if t.name == name && t.id != id {
			return platform.Refuse(codeTagThere, "tag name existed")
		}
	}
	return nil
}

func createTag(a *ask) (obj, error) {
	id := a.Int("tagid")
	if a.Body()["tagid"] == nil {
		id = 1
		for used := range a.book.tags {
			id = max(id, used+1)
		}
	}
	if id < 0 || a.book.tags[id] != nil {
		return nil, platform.Refuse(codeBadTag, "invalid tag id")
	}
	if err := a.book.checkTagName(id, a.Str("tagname")); err != nil {
		return nil, err
	}
	if len(a.book.tags) >= maxTags {
		return nil, platform.Refuse(codeTooManyInOneCorp, "too many tags")
	}
	a.book.tags[id] = &tag{id: id, name: a.Str("tagname"), maker: a.suiteId}
	return obj{"tagid": id}, nil
}

// tag finds the tag that the request names.
func (a *ask) tag() (*tag, error) {
	id, err := a.Int("tagid"), error(nil)
	if a.Body() == nil {
		id, err = strconv.ParseInt(a.Str("tagid"), 10, 64)
	}
	if err != nil || a.book.tags[id] == nil {
		return nil, platform.Refuse(codeBadTag, "invalid tag id")
	}
	return a.book.tags[id], nil
}

// ownTag finds it where it is to be changed.
func (a *ask) ownTag() (*tag, error) {
	t, err := a.tag()
	if err == nil && t.maker != a.suiteId {
		return nil, platform.Refuse(codeForeignTag, "no privilege to access the tag")
	}
	return t, err
}

func updateTag(a *ask) (obj, error) {
	t, err := a.ownTag()
	if err != nil {
		return nil, err
	}
	if err := a.book.checkTagName(t.id, a.Str("tagname")); err != nil {
		return nil, err
	}
	t.name = a.Str("tagname")
	return nil, nil
}

func deleteTag(a *ask) (obj, error) {
	t, err := a.ownTag()
	if err != nil {
		return nil, err
	}
	delete(a.book.tags, t.id)
	return nil, nil
}

// listTags lists the tags that the app has made.
func listTags(a *ask) (obj, error) {
	list := []obj{}
	for _, t := range a.book.sortedTags() {
		if t.maker == a.suiteId {
			list = append(list, obj{"tagid": t.id, "tagname": t.name})
		}
	}
	return obj{"taglist": list}, nil
}

func getTag(a *ask) (obj, error) {
	t, err := a.tag()
	if err != nil {
		return nil, err
	}
	if t.maker != a.suiteId {
		return nil, platform.Refuse(codeNotVisible, "no privilege to access the tag")
	}
	return obj{"tagname": t.name, "userlist": a.taggedUsers(t), "partylist": append([]int64{}, t.departments...)}, nil
}

// taggedUsers lists the members that have a tag, as far as the app sees them.
func (v viewer) taggedUsers(t *tag) []obj {
	users := []obj{}
	for _, id := range t.users {
		m, err := v.member(id)
		if err != nil {
			continue // has left, or the range has changed
		}
		o := obj{"userid": m.UserId}
		if v.template {
			o["name"] = m.Name
		}
		users = append(users, o)
	}
	return users
}

// tagged is what a request to change a tag's members comes to.
type tagged struct {
	users              []string
	departments        []int64
	invalid            []string
	invalidDepartments []int64
}

// tagged sorts the members and departments of a request.
func (a *ask) tagged(codeMany int) (*tagged, error) {
	var in struct {
		UserList  []string `json:"userlist"`
		PartyList []int64  `json:"partylist"`
	}
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	switch {
	case len(in.UserList)+len(in.PartyList) == 0:
		return nil, platform.Refuse(codeBadTagRequest, "userlist and partylist are empty")
	case len(in.UserList) > maxTagUsers || len(in.PartyList) > maxTagParties:
		return nil, platform.Refuse(codeMany, "too many users or parties")
	}
	out := &tagged{}
	for _, id := range in.UserList {
		if m, err := a.member(id); err == nil {
			out.users = append(out.users, m.UserId)
		} else {
			out.invalid = append(out.invalid, id)
		}
	}
	for _, id := range in.PartyList {
		if _, err := a.found(id); err == nil {
			out.departments = append(out.departments, id)
		} else {
			out.invalidDepartments = append(out.invalidDepartments, id)
		}
	}
	return out, nil
}

// answer names for whom nothing was done; codeNone refuses if there was nobody else.
func (x *tagged) answer(codeNone int) (obj, error) {
	if len(x.users)+len(x.departments) == 0 {
		return nil, platform.Refuse(codeNone, "all users and parties are invalid")
	}
	out := obj{}
	if len(x.invalid) > 0 {
		out["invalidlist"] = strings.Join(x.invalid, "|")
	}
	if len(x.invalidDepartments) > 0 {
		out["invalidparty"] = x.invalidDepartments
	}
	return out, nil
}

func addTagUsers(a *ask) (obj, error) {
	t, err := a.ownTag()
	if err != nil {
		return nil, err
	}
	x, err := a.tagged(codeManyTagged)
	if err != nil {
		return nil, err
	}
	users, departments := union(t.users, x.users), union(t.departments, x.departments)
	if len(users)+len(departments) > maxTagged {
		return nil, platform.Refuse(codeFullTag, "too many nodes in the tag")
	}
	t.users, t.departments = users, departments
	return x.answer(codeNoneTagged)
}

func delTagUsers(a *ask) (obj, error) {
	t, err := a.ownTag()
	if err != nil {
		return nil, err
	}
	x, err := a.tagged(codeBadTagRequest)
	if err != nil {
		return nil, err
	}
	t.users = slices.DeleteFunc(t.users, func(id string) bool { return slices.Contains(x.users, id) })
	t.departments = slices.DeleteFunc(t.departments, func(id int64) bool { return slices.Contains(x.departments, id) })
	return x.answer(codeBadUsers)
}

// union is a list with what it lacks of another.
func union[T comparable](list, more []T) []T {
	list = slices.Clone(list)
	for _, x := range more {
		if !slices.Contains(list, x) {
			list = append(list, x)
		}
	}
	return list
}
