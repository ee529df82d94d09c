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
	users, departments, tags := []string{}, []int64{}, []int64{}
	for _, id := range in.Users {
		if _, err := a.edited(id); err != nil {
			users = append(users, id)
		}
	}
	for _, id := range in.Departments {
		if _, err := a.found(id); err != nil {
			departments = append(departments, id)
		}
	}
	for _, id := range in.Tags {
		if t := a.book.tags[id]; t == nil || t.maker != a.suiteId {
			tags = append(tags, id)
		}
	}
	if len(users)+len(departments)+len(tags) == len(in.Users)+len(in.Departments)+len(in.Tags) {
		return nil, platform.Refuse(codeNoReceiver, "no recipient")
	}
	return obj{"invaliduser": users, "invalidparty": departments, "invalidtag": tags}, nil
}
