package customers

import (
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// remarks is what a member notes about a customer. nil: it stays.
type remarks struct {
	UserId         string   `json:"userid"`
	ExternalUserId string   `json:"external_userid"`
	Remark         *string  `json:"remark"`
	Company        *string  `json:"remark_company"`
	Mobiles        []string `json:"remark_mobiles"`
	Picture        *string  `json:"remark_pic_mediaid"` // no app can read it again
	Description    *string  `json:"description"`
}

func remark(a *ask) (obj, error) {
	var in remarks
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	if in.Remark == nil && in.Company == nil && in.Mobiles == nil && in.Picture == nil && in.Description == nil {
		return nil, platform.BadParam("nothing to change")
	}
	r, err := a.his(in.UserId, in.ExternalUserId)
	if err != nil {
		return nil, err
	}
	if in.Picture != nil && !a.hasFiles(obj{"media_id": *in.Picture}) {
		return nil, platform.Refuse(codeBadMedia, "invalid media_id")
	}
	a.cs.note(a.book, r, in)
	return nil, nil
}

// note writes remarks down. A change of the mobiles alone is told to nobody.
func (cs *Customers) note(b *book, r *Relation, in remarks) {
	before := *r
	set := func(to, from *string) {
		if from != nil {
			*to = *from
		}
	}
	set(&r.Remark, in.Remark)
	set(&r.Description, in.Description)
	if !ofWeCom(r.ExternalUserId) {
		set(&r.Company, in.Company)
	}
	if in.Mobiles != nil {
		r.Mobiles = slices.DeleteFunc(slices.Clone(in.Mobiles), func(m string) bool { return m == "" })
	}
	if r.Remark != before.Remark || r.Description != before.Description || r.Company != before.Company {
		cs.tellContact(b, changeEdited, r, nil)
	}
}

// markTag puts tags on a customer of a member, or takes them off.
func markTag(a *ask) (obj, error) {
	add, remove := a.Strs("add_tag"), a.Strs("remove_tag")
	if len(add)+len(remove) == 0 {
		return nil, platform.BadParam("add_tag and remove_tag are empty")
	}
	r, err := a.his(a.Str("userid"), a.Str("external_userid"))
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Concat(add, remove) {
		if g, t := a.tag(id); t == nil || g.strategy != 0 && g.suite != a.SuiteId() {
			return nil, platform.Refuse(codeBadTag, "invalid tagid")
		}
	}
	next := tagged(r.Tags, add, remove)
	const most = 3000
	if len(next) > most {
		return nil, platform.Refuse(codeManyTagged, "too many tags")
	}
	if !slices.Equal(next, r.Tags) {
		r.Tags = next
		a.cs.tellContact(a.book, changeEdited, r, nil)
	}
	return nil, nil
}

// tagged are the tags of a customer after a change.
func tagged(ids, add, remove []string) []string {
	next := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(remove, id) })
	for _, id := range add {
		if !slices.Contains(next, id) {
			next = append(next, id)
		}
	}
	return next
}
