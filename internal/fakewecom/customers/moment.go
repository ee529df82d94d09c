package customers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// momentJobLife is how long the job that makes a moment can be asked for.
const momentJobLife = 24 * time.Hour

// moment is a moment (客户朋友圈) of the corp, which members publish one by one.
type moment struct {
	id, job   string
	text      any // as it was asked for
	parts     []part
	made      time.Time
	toAll     bool // all customers of its senders see it
	cancelled bool
	tasks     []*momentTask
	wrong     momentRange // who and what was left out
}

// momentTask is one member's part in a moment.
type momentTask struct {
	userId    string
	published bool
	to        []string // external userids
	reactions []reaction
}

// reaction is a like, or a comment of which WeCom tells no text.
type reaction struct {
	externalId string
	at         time.Time
	like       bool
}

// momentRange says who publishes, and who sees it.
type momentRange struct {
	Senders struct {
		Users       []string `json:"user_list"`
		Departments []int64  `json:"department_list"`
	} `json:"sender_list"`
	Customers struct {
		Tags []string `json:"tag_list"`
	} `json:"external_contact_list"`
}

// task finds the task of a member; nil: he has none.
func (m *moment) task(userId string) *momentTask {
	return platform.First(m.tasks, func(t *momentTask) bool { return t.userId == userId })
}

// addMoment makes a moment. The job that does so is done when it is first asked for.
func addMoment(a *ask) (obj, error) {
	var in struct {
		Range momentRange `json:"visible_range"`
	}
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	m := &moment{text: a.Body()["text"], made: a.Now(), toAll: len(in.Range.Customers.Tags) == 0}
	var err error
	if m.parts, err = a.momentParts(); err != nil {
		return nil, err
	}
	tags := a.corpTags(m, in.Range.Customers.Tags)
	for _, userId := range a.senders(m, in.Range) {
		t := &momentTask{userId: userId}
		for _, r := range a.of(userId) {
			if m.toAll || slices.ContainsFunc(r.Tags, func(id string) bool { return slices.Contains(tags, id) }) {
				t.to = append(t.to, r.ExternalUserId)
			}
		}
		if m.toAll || len(t.to) > 0 {
			m.tasks = append(m.tasks, t)
		}
	}
	m.id, m.job = a.cs.host.NewId("mom", 29), a.cs.host.NewId("", 32)
	a.moments = append(a.moments, m)
	a.cs.changed(a.book, m.id)
	return obj{"jobid": m.job}, nil
}

// momentParts are what a moment shows: a text, and attachments of one kind.
func (a *ask) momentParts() (parts []part, err error) {
	attachments, _ := a.Body()["attachments"].([]any)
	kinds := map[string]bool{}
	for _, v := range attachments {
		p, err := a.momentPart(v)
		if err != nil {
			return nil, err
		}
		if kinds[p.kind] = true; len(kinds) > 1 {
			return nil, platform.Refuse(codeAttachmentType, "invalid attachment type")
		}
		parts = append(parts, p)
	}
	text, _ := a.Body()["text"].(obj)
	if content, _ := text["content"].(string); content == "" && len(parts) == 0 {
		return nil, platform.Refuse(codeEmptyMoment, "text and attachments are empty")
	}
	if len(parts) > 1 && !kinds["image"] {
		return nil, platform.Refuse(codeAttachments, "too many attachments")
	}
	return parts, nil
}

// momentPart is one attachment. Its file was uploaded for moments.
func (a *ask) momentPart(v any) (part, error) {
	attachment, _ := v.(obj)
	kind, _ := attachment["msgtype"].(string)
	content, ok := attachment[kind].(obj)
	if !ok || !slices.Contains([]string{"image", "link", "video"}, kind) {
		return part{}, platform.Refuse(codeAttachmentType, "invalid attachment type")
	}
	const moments = "1" // attachment_type
	id, _ := content["media_id"].(string)
	switch scene, ok := a.cs.files.Attached(a.corp.Id, id); {
	case !ok:
		return part{}, platform.Refuse(codeBadMedia, "invalid media_id")
	case scene != moments:
		return part{}, platform.Refuse(codeAttachmentUse, "attachment was uploaded for another use")
	}
	return newPart(kind, content), nil
}

// corpTags are those of the tags that there are; others are noted.
func (a *ask) corpTags(m *moment, ids []string) (known []string) {
	for _, id := range ids {
		if g, _ := a.tag(id); g == nil || g.strategy != 0 {
			m.wrong.Customers.Tags = append(m.wrong.Customers.Tags, id)
			continue
		}
		known = append(known, id)
	}
	return known
}

// senders lists the members who are to publish: all, if none is named.
func (a *ask) senders(m *moment, in momentRange) (userIds []string) {
	named := len(in.Senders.Users)+len(in.Senders.Departments) > 0
	for _, mb := range a.corp.Members {
		wanted := !named || slices.Contains(in.Senders.Users, mb.UserId) ||
			slices.ContainsFunc(in.Senders.Departments, func(id int64) bool { return inDepartment(mb, id) })
		if wanted && visible(mb) {
			userIds = append(userIds, mb.UserId)
		}
	}
	for _, id := range in.Senders.Users {
		if !a.sees(id) {
			m.wrong.Senders.Users = append(m.wrong.Senders.Users, id)
		}
	}
	for _, id := range in.Senders.Departments {
		if !slices.ContainsFunc(a.corp.Members, func(mb platform.Member) bool { return inDepartment(mb, id) }) {
			m.wrong.Senders.Departments = append(m.wrong.Senders.Departments, id)
		}
	}
	return userIds
}

// inDepartment reports whether a member is directly in a department; all are in the root.
func inDepartment(m platform.Member, id int64) bool {
	const root = 1
	return id == root || slices.Contains(m.Departments, id)
}

// PublishMoment is a member who publishes a moment of the corp.
func (cs *Customers) PublishMoment(ctx context.Context, corpId, momentId, userId string) error {
	return cs.withMoment(ctx, corpId, momentId, userId, func(b *book, m *moment, t *momentTask) error {
		switch err := b.corp.There(userId); {
		case err != nil:
			return err
		case m.cancelled:
			return fmt.Errorf("fakewecom: the app has cancelled the moment %s", momentId)
		case t.published:
			return fmt.Errorf("fakewecom: %s has published the moment %s already", userId, momentId)
		}
		t.published = true
		t.to = slices.DeleteFunc(t.to, func(id string) bool { r := b.relation(userId, id); return r == nil || r.Lost })
		return nil
	})
}

// ReactToMoment is a customer who likes what a member has published, or comments on it.
func (cs *Customers) ReactToMoment(ctx context.Context, corpId, momentId, userId, externalId string, like bool) error {
	return cs.withMoment(ctx, corpId, momentId, userId, func(_ *book, _ *moment, t *momentTask) error {
		if !t.published || !slices.Contains(t.to, externalId) {
			return fmt.Errorf("fakewecom: %s does not see the moment %s of %s", externalId, momentId, userId)
		}
		t.reactions = append(t.reactions, reaction{externalId, cs.host.Now(), like})
		return nil
	})
}

// MomentPublishers lists the members who have not yet published a moment.
func (cs *Customers) MomentPublishers(corpId, momentId string) (userIds []string, err error) {
	cs.host.Locked(func() {
		var m *moment
		if m, err = cs.momentOf(corpId, momentId); err != nil {
			return
		}
		for _, t := range m.tasks {
			if !t.published {
				userIds = append(userIds, t.userId)
			}
		}
		userIds = cs.books[corpId].present(userIds)
	})
	return userIds, err
}

// momentOf finds a moment, for admin methods.
func (cs *Customers) momentOf(corpId, momentId string) (*moment, error) {
	if b := cs.books[corpId]; b != nil {
		if m := b.moment(func(m *moment) bool { return m.id == momentId }); m != nil {
			return m, nil
		}
	}
	return nil, fmt.Errorf("fakewecom: no moment %q: take the moment_id that the app was answered", momentId)
}

func (cs *Customers) withMoment(ctx context.Context, corpId, momentId, userId string, do func(b *book, m *moment, t *momentTask) error) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		m, err := cs.momentOf(corpId, momentId)
		if err != nil {
			return err
		}
		t := m.task(userId)
		if t == nil {
			return fmt.Errorf("fakewecom: the moment %s is not for %q to publish", momentId, userId)
		}
		cs.changed(b, momentId)
		return do(b, m, t)
	})
}

// moment finds a moment; nil: there is none.
func (b *book) moment(fits func(m *moment) bool) *moment {
	return platform.First(b.moments, fits)
}
