package platform

import "strings"

func (p *Platform) idHandlers() map[string]Handler {
	m := map[string]Handler{
		"/cgi-bin/service/corpid_to_opencorpid": p.corpidToOpen,
		"/cgi-bin/corp/opencorpid_to_corpid":    p.opencorpidToPlain,
		"/cgi-bin/batch/userid_to_openuserid":   p.useridToOpen,
		"/cgi-bin/batch/openuserid_to_userid":   p.openToUserid,
		"/cgi-bin/service/get_register_code":    p.getRegisterCode,
		"/cgi-bin/service/get_register_info":    p.getRegisterInfo,
		"/cgi-bin/sync/contact_sync_success":    p.contactSyncSuccess,
	}
	for _, x := range conversions() {
		m[x.path] = x.answer
	}
	return m
}

func (p *Platform) corpidToOpen(c *Call) (Obj, error) {
	for _, corp := range p.corps {
		if corp.PlainId == c.Str("corpid") {
			if !p.hasApp(c.provider, corp.Id) {
				return nil, Refuse(codeNotAuthorized, "api unauthorized")
			}
			return Obj{"open_corpid": corp.Id}, nil
		}
	}
	return nil, Refuse(CodeBadCorp, "invalid corpid")
}

func (p *Platform) opencorpidToPlain(c *Call) (Obj, error) {
	if c.Str("open_corpid") != c.corp.Id {
		return nil, Refuse(CodeBadCorp, "invalid corpid")
	}
	return Obj{"corpid": c.corp.PlainId}, nil
}

func (p *Platform) useridToOpen(c *Call) (Obj, error) {
	found, invalid := []Obj{}, []string{}
	for _, id := range c.Strs("userid_list") {
		if m, ok := c.corp.PlainMember(id); ok {
			found = append(found, Obj{"userid": id, "open_userid": m.UserId})
		} else {
			invalid = append(invalid, id)
		}
	}
	return Obj{"open_userid_list": found, "invalid_userid_list": invalid}, nil
}

// PlainMember finds a member by the plain userid.
func (c *Corp) PlainMember(userId string) (Member, bool) {
	for _, m := range c.Members {
		if m.PlainUserId == userId {
			return m, true
		}
	}
	return Member{}, false
}

func (p *Platform) openToUserid(c *Call) (Obj, error) {
	found, invalid := []Obj{}, []string{}
	for _, id := range c.Strs("open_userid_list") {
		if m, ok := c.corp.Member(id); ok {
			found = append(found, Obj{"open_userid": id, "userid": m.PlainUserId})
		} else {
			invalid = append(invalid, id)
		}
	}
	return Obj{"userid_list": found, "invalid_open_userid_list": invalid}, nil
}

// conversion is an endpoint that turns a list of ids into others. The new id
// is derived from the old one, so that the same comes out every time.
type conversion struct {
	path, list, out, from, to string
	invalid                   string // list of the ids that can't be converted; "": they are left out
	prefix                    string // of the old and of the new id; an id without it can't be converted
}

func conversions() []conversion {
	return []conversion{
		{"/cgi-bin/externalcontact/get_new_external_userid", "external_userid_list", "items", "external_userid", "new_external_userid", "", "wm"},
		{"/cgi-bin/externalcontact/groupchat/get_new_external_userid", "external_userid_list", "items", "external_userid", "new_external_userid", "", "wm"},
		{"/cgi-bin/idconvert/external_tagid", "external_tagid_list", "items", "external_tagid", "open_external_tagid", "invalid_external_tagid_list", "et"},
		{"/cgi-bin/idconvert/open_kfid", "open_kfid_list", "items", "open_kfid", "new_open_kfid", "invalid_open_kfid_list", "wk"},
		{"/cgi-bin/idconvert/chatid", "chat_id_list", "items", "chat_id", "new_chat_id", "invalid_chat_id_list", "wr"},
	}
}

func (x conversion) answer(c *Call) (Obj, error) {
	found, invalid := []Obj{}, []string{}
	for _, id := range c.Strs(x.list) {
		if strings.HasPrefix(id, x.prefix) {
			found = append(found, Obj{x.from: id, x.to: x.prefix + hash(30, x.to, c.corp.Id, id)})
		} else {
			invalid = append(invalid, id)
		}
	}
	out := Obj{x.out: found}
	if x.invalid != "" {
		out[x.invalid] = invalid
	}
	return out, nil
}
