package customers

import (
	"cmp"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// linkURL is where acquisition links lead.
const linkURL = "https://work.weixin.qq.com/ca/"

// link is an acquisition link (获客链接).
type link struct {
	LinkName   string    `json:"link_name"`
	Range      linkRange `json:"range"`
	Priority   obj       `json:"priority_option"`
	SkipVerify bool      `json:"skip_verify"`

	id, suite string
	made      time.Time
}

type linkRange struct {
	UserList       []string `json:"user_list"`
	DepartmentList []int64  `json:"department_list"`
}

func (b *book) link(id string) *link {
	return platform.First(b.links, func(l *link) bool { return l.id == id })
}

// mine is the link that a request names, which the app must have made.
func (a *ask) mine() (*link, error) {
	l := a.link(a.Str("link_id"))
	if l == nil || l.suite != a.SuiteId() {
		return nil, platform.BadParam("invalid link_id")
	}
	return l, nil
}

func (a *ask) checkLink(l *link) error {
	if len(l.Range.UserList)+len(l.Range.DepartmentList) == 0 {
		return platform.BadParam("invalid Request Parameter, range is empty")
	}
	return a.seesAll(l.Range.UserList...)
}

func createLink(a *ask) (obj, error) {
	l := &link{SkipVerify: true, suite: a.SuiteId(), made: a.Now()}
	if err := a.Decode(l); err != nil {
		return nil, err
	}
	if err := a.checkLink(l); err != nil {
		return nil, err
	}
	l.id = a.cs.host.NewId("cawcde", 10)
	a.book.links = append(a.book.links, l)
	return obj{"link": l.show()}, nil
}

func (l *link) show() obj {
	return obj{"link_id": l.id, "link_name": l.LinkName, "url": linkURL + l.id, "create_time": l.made.Unix()}
}

func getLink(a *ask) (obj, error) {
	l, err := a.mine()
	if err != nil {
		return nil, err
	}
	shownLink := l.show()
	shownLink["skip_verify"] = l.SkipVerify
	out := obj{"link": shownLink, "range": shown(l.Range)}
	if l.Priority != nil {
		out["priority_option"] = l.Priority
	}
	return out, nil
}

func listLinks(a *ask) (obj, error) {
	ids := []string{}
	for _, l := range a.book.links {
		if l.suite == a.SuiteId() {
			ids = append(ids, l.id)
		}
	}
	const most = 100
	list, next, err := page(a.pageReq(), a.pageKey(a.SuiteId()), ids, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"link_id_list": list, "next_cursor": next}, nil
}

// updateLink replaces the fields that are there.
func updateLink(a *ask) (obj, error) {
	l, err := a.mine()
	if err != nil {
		return nil, err
	}
	next := *l
	if a.Body()["range"] != nil {
		next.Range = linkRange{}
	}
	if a.Body()["priority_option"] != nil {
		next.Priority = nil
	}
	if err := a.Decode(&next); err != nil {
		return nil, err
	}
	if err := a.checkLink(&next); err != nil {
		return nil, err
	}
	next.LinkName = cmp.Or(next.LinkName, l.LinkName)
	*l = next
	return nil, nil
}

func deleteLink(a *ask) (obj, error) {
	l, err := a.mine()
	if err != nil {
		return nil, err
	}
	a.book.links = slices.DeleteFunc(a.book.links, func(o *link) bool { return o == l })
	return nil, nil
}

// listLinkCustomers lists who came by a link. Nobody has written yet.
func listLinkCustomers(a *ask) (obj, error) {
	l, err := a.mine()
	if err != nil {
		return nil, err
	}
	all := []obj{}
	for _, r := range a.where(func(r *Relation) bool { return r.Way == l.id }) {
		all = append(all, obj{"external_userid": r.ExternalUserId, "userid": r.UserId, "chat_status": 0, "state": r.State})
	}
	const most = 1000
	list, next, err := page(a.pageReq(), a.pageKey(l.id), all, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"customer_list": list, "next_cursor": next}, nil
}
