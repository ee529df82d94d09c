package customers

import (
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// tell pushes an event of a kind to the apps of a corp. more are the fields after the common
// ones.
func (cs *Customers) tell(b *book, kind string, more func(in *platform.Install) []platform.Field) {
	for _, in := range cs.host.Installs(b.corp.Id) {
		cs.host.TellInstall(in, kind, more(in)...)
	}
}

// changed tells the change feed of a customer, group or tag.
func (cs *Customers) changed(b *book, id string) {
	cs.host.Note(platform.ChangedCustomer, "", b.corp.Id, id)
}

func (cs *Customers) customised(in *platform.Install) bool {
	return cs.host.Suite(in.SuiteId()).Template
}

// tellContact tells the apps that see the member of a change of his customer.
func (cs *Customers) tellContact(b *book, change string, r *Relation, more func(in *platform.Install) []platform.Field) {
	cs.changed(b, r.ExternalUserId)
	if !b.sees(r.UserId) {
		return
	}
	cs.tell(b, customerChanged, func(in *platform.Install) []platform.Field {
		fields := []platform.Field{platform.Text("ChangeType", change), platform.Text("UserID", r.UserId), platform.Text("ExternalUserID", r.ExternalUserId)}
		if more != nil {
			fields = append(fields, more(in)...)
		}
		return fields
	})
}

// Changes of a customer.
const (
	customerChanged = "change_external_contact"

	changeAdded   = "add_external_contact"
	changeHalf    = "add_half_external_contact"
	changeEdited  = "edit_external_contact"
	changeRemoved = "del_external_contact"
	changeLost    = "del_follow_user"
)

// always makes the same fields for every app.
func always(fields ...platform.Field) func(*platform.Install) []platform.Field {
	return func(*platform.Install) []platform.Field { return fields }
}

// tellTag tells every app of the corp of a tag or a group of tags.
func (cs *Customers) tellTag(b *book, change, kind, id string, strategy int64) {
	cs.changed(b, id)
	cs.tell(b, "change_external_tag", func(in *platform.Install) []platform.Field {
		fields := []platform.Field{platform.Text("Id", id), platform.Text("TagType", kind), platform.Text("ChangeType", change)}
		if strategy != 0 && cs.customised(in) {
			fields = append(fields, platform.Number("StrategyId", strategy))
		}
		return fields
	})
}

// tellChat tells the apps that see the owner of a group, who may be a new one.
func (cs *Customers) tellChat(b *book, change string, c *chat, more ...platform.Field) {
	cs.changed(b, c.id)
	if !b.sees(c.owner) {
		return
	}
	fields := append([]platform.Field{platform.Text("ChatId", c.id), platform.Text("ChangeType", change)}, more...)
	cs.tell(b, "change_external_chat", always(fields...))
}
