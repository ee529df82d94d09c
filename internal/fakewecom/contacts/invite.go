package contacts

import "github.com/gothird/wecom/internal/fakewecom/platform"

// invite invites members. Who has joined hears nothing of it, so nothing shows here.
func invite(a *ask) (obj, error) {
	var in struct {
		Users       []string `json:"user"`
		Departments []int64  `json:"party"`
		Tags        []int64  `json:"tag"`
	}
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	if len(in.Users) > maxTagUsers || len(in.Departments) > maxTagParties || len(in.Tags) > maxTagParties {
		return nil, platform.BadParam("too many users, parties or tags")
	}
	users := others(in.Users, func(id string) bool { _, err := a.edited(id); return err == nil })
	departments := others(in.Departments, func(id int64) bool { _, err := a.found(id); return err == nil })
	tags := others(in.Tags, func(id int64) bool { t := a.book.tags[id]; return t != nil && t.maker == a.suiteId })
	if len(users)+len(departments)+len(tags) == len(in.Users)+len(in.Departments)+len(in.Tags) {
		return nil, platform.Refuse(codeNoReceiver, "no recipient")
	}
	return obj{"invaliduser": users, "invalidparty": departments, "invalidtag": tags}, nil
}

// others lists the ids that are not good.
func others[T any](ids []T, good func(T) bool) []T {
	list := []T{}
	for _, id := range ids {
		if !good(id) {
			list = append(list, id)
		}
	}
	return list
}
