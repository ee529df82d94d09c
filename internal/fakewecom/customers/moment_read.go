package customers

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// momentJob says what became of a job.
func momentJob(a *ask) (obj, error) {
	m := a.moment(func(m *moment) bool { return m.job == a.Str("jobid") })
	if m == nil || a.Now().Sub(m.made) >= momentJobLife {
		return nil, platform.Refuse(codeNoJob, "invalid jobid")
	}
	const done = 3
	return obj{"type": "add_moment_task", "status": done, "result": obj{"errcode": 0, "errmsg": "ok", "moment_id": m.id,
		"invalid_sender_list":           obj{"user_list": append([]string{}, m.wrong.Senders.Users...), "department_list": append([]int64{}, m.wrong.Senders.Departments...)},
		"invalid_external_contact_list": obj{"tag_list": append([]string{}, m.wrong.Customers.Tags...)}}}, nil
}

// show is a moment in a list.
func (m *moment) show() obj {
	visible := 0
	if m.toAll {
		visible = 1
	}
	o := obj{"moment_id": m.id, "create_type": massOfCorp, "visible_type": visible, "create_time": m.made.Unix()}
	if m.text != nil {
		o["text"] = m.text
	}
	var images []obj
	for _, p := range m.parts {
		var c struct {
			MediaId string `json:"media_id"`
			Title   string `json:"title"`
			URL     string `json:"url"`
		}
		_ = json.Unmarshal(p.content, &c) // a field of another type was refused
		switch p.kind {
		case "image":
			images = append(images, obj{"media_id": c.MediaId})
		case "video":
			o["video"] = obj{"media_id": c.MediaId}
		default:
			o["link"] = obj{"title": c.Title, "url": c.URL}
		}
	}
	if images != nil {
		o["image"] = images
	}
	return o
}

// listMoments lists moments strictly between two times.
func listMoments(a *ask) (obj, error) {
	var q massQuery
	if err := a.Decode(&q); err != nil {
		return nil, err
	}
	const longest = 30 * 24 * time.Hour
	if q.To < q.From || q.To-q.From > int64(longest/time.Second) {
		return nil, platform.BadParam("invalid time range")
	}
	all := []obj{}
	for _, m := range a.moments {
		if at := m.made.Unix(); at > q.From && at < q.To && q.ofCorp() {
			all = append(all, m.show())
		}
	}
	const most = 20
	list, next, err := page(a.capped(most), a.pageKey(fmt.Sprint(q.From, q.To)), all, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"moment_list": list, "next_cursor": next}, nil
}

// momentAsked is the moment that a request names.
func (a *ask) momentAsked() (*moment, error) {
	m := a.moment(func(m *moment) bool { return m.id == a.Str("moment_id") })
	if m == nil {
		return nil, platform.Refuse(codeNoMoment, "invalid moment_id")
	}
	return m, nil
}

func listMomentTasks(a *ask) (obj, error) {
	m, err := a.momentAsked()
	if err != nil {
		return nil, err
	}
	all := []obj{}
	for _, t := range m.tasks {
		status := 0
		if t.published {
			status = 1
		}
		if a.sees(t.userId) {
			all = append(all, obj{"userid": t.userId, "publish_status": status})
		}
	}
	const most, usual = 1000, 500
	list, next, err := page(a.capped(most), a.pageKey(m.id), all, most, usual)
	if err != nil {
		return nil, err
	}
	return obj{"task_list": list, "next_cursor": next}, nil
}

// published is the task that a request is about, once it is done.
func (a *ask) published() (*momentTask, error) {
	m, err := a.momentAsked()
	if err != nil {
		return nil, err
	}
	t := m.task(a.Str("userid"))
	switch {
	case t == nil || !a.sees(t.userId):
		return nil, platform.Refuse(codeNotHisMoment, "userid not match")
	case !t.published:
		return nil, platform.Refuse(codeNotPublished, "moment not published")
	}
	return t, nil
}

// listMomentCustomers lists who is to see what a member has published.
func listMomentCustomers(a *ask) (obj, error) {
	const most, usual = 1000, 500
	return a.momentCustomers(most, usual, func(t *momentTask, id string) obj { return obj{"userid": t.userId, "external_userid": id} })
}

// listMomentViewers lists who sees it; these are all of them here.
func listMomentViewers(a *ask) (obj, error) {
	const most, usual = 5000, 3000
	return a.momentCustomers(most, usual, func(_ *momentTask, id string) obj { return obj{"external_userid": id} })
}

func (a *ask) momentCustomers(most, usual int64, show func(t *momentTask, id string) obj) (obj, error) {
	t, err := a.published()
	if err != nil {
		return nil, err
	}
	all := []obj{}
	for _, id := range t.to {
		all = append(all, show(t, id))
	}
	list, next, err := page(a.capped(most), a.pageKey(a.Str("moment_id"), t.userId), all, most, usual)
	if err != nil {
		return nil, err
	}
	return obj{"customer_list": list, "next_cursor": next}, nil
}

func listMomentReactions(a *ask) (obj, error) {
	t, err := a.published()
	if err != nil {
		return nil, err
	}
	comments, likes := []obj{}, []obj{}
	for _, r := range t.reactions {
		o := obj{"external_userid": r.externalId, "create_time": r.at.Unix()}
		if r.like {
			likes = append(likes, o)
		} else {
			comments = append(comments, o)
		}
	}
	return obj{"comment_list": comments, "like_list": likes}, nil
}

// cancelMoment stops a moment for those who have not published it.
func cancelMoment(a *ask) (obj, error) {
	m, err := a.momentAsked()
	if err != nil {
		return nil, err
	}
	m.cancelled = true
	a.cs.changed(a.book, m.id)
	return nil, nil
}
