package fakewecom

import "strings"

func idHandlers() map[string]handler {
	m := map[string]handler{
		"/cgi-bin/service/corpid_to_opencorpid": (*Server).corpidToOpen,
		"/cgi-bin/corp/opencorpid_to_corpid":    (*Server).opencorpidToPlain,
		"/cgi-bin/batch/userid_to_openuserid":   (*Server).useridToOpen,
		"/cgi-bin/batch/openuserid_to_userid":   (*Server).openToUserid,
		"/cgi-bin/service/get_register_code":    (*Server).getRegisterCode,
		"/cgi-bin/service/get_register_info":    (*Server).getRegisterInfo,
		"/cgi-bin/sync/contact_sync_success":    (*Server).contactSyncSuccess,
	}
	for _, x := range conversions() {
		m[x.path] = x.handle
	}
	return m
}

func (s *Server) corpidToOpen(c *call) (obj, error) {
	for _, corp := range s.corps {
		if corp.PlainId == c.str("corpid") {
			if !s.installed(c.provider, corp.Id) {
				return nil, refuse(codeNotAuthorized, "api unauthorized")
			}
			return obj{"open_corpid": corp.Id}, nil
		}
	}
	return nil, refuse(codeBadCorp, "invalid corpid")
}

func (s *Server) opencorpidToPlain(c *call) (obj, error) {
	if c.str("open_corpid") != c.corp.Id {
		return nil, refuse(codeBadCorp, "invalid corpid")
	}
	return obj{"corpid": c.corp.PlainId}, nil
}

func (s *Server) useridToOpen(c *call) (obj, error) {
	found, invalid := []obj{}, []string{}
	for _, id := range c.strs("userid_list") {
		if m, ok := c.corp.plainMember(id); ok {
			found = append(found, obj{"userid": id, "open_userid": m.UserId})
		} else {
			invalid = append(invalid, id)
		}
	}
	return obj{"open_userid_list": found, "invalid_userid_list": invalid}, nil
}

func (c *Corp) plainMember(userId string) (Member, bool) {
	for _, m := range c.Members {
		if m.PlainUserId == userId {
			return m, true
		}
	}
	return Member{}, false
}

func (s *Server) openToUserid(c *call) (obj, error) {
	found, invalid := []obj{}, []string{}
	for _, id := range c.strs("open_userid_list") {
		if m, ok := c.corp.member(id); ok {
			found = append(found, obj{"open_userid": id, "userid": m.PlainUserId})
		} else {
			invalid = append(invalid, id)
		}
	}
	return obj{"userid_list": found, "invalid_open_userid_list": invalid}, nil
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
		{"/cgi-bin/idconvert/batch/external_userid_to_pending_id", "external_userid", "result", "external_userid", "pending_id", "", "wm"},
	}
}

func (x conversion) handle(_ *Server, c *call) (obj, error) {
	found, invalid := []obj{}, []string{}
	for _, id := range c.strs(x.list) {
		if strings.HasPrefix(id, x.prefix) {
			found = append(found, obj{x.from: id, x.to: x.prefix + hash(30, x.to, c.corp.Id, id)})
		} else {
			invalid = append(invalid, id)
		}
	}
	out := obj{x.out: found}
	if x.invalid != "" {
		out[x.invalid] = invalid
	}
	return out, nil
}
