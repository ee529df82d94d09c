package fakewecom

import (
	"bytes"
	"image"
	"image/png"
	"maps"
	"strings"
)

// The authorisation endpoints.

const (
	maxTemplates = 9
	maxQRState   = 32
	minAuthCode  = 64
	picture      = "https://wework.qpic.cn/wwpic/fake.png" // every logo, avatar and QR code
)

func installHandlers() map[string]handler {
	return map[string]handler{
		"/cgi-bin/service/get_pre_auth_code":       (*Server).getPreAuthCode,
		"/cgi-bin/service/set_session_info":        (*Server).setSessionInfo,
		"/cgi-bin/service/get_permanent_code":      (*Server).getPermanentCode,
		"/cgi-bin/service/v2/get_permanent_code":   (*Server).getPermanentCode,
		"/cgi-bin/service/get_auth_info":           (*Server).getAuthInfo,
		"/cgi-bin/service/v2/get_auth_info":        (*Server).getAuthInfo,
		"/cgi-bin/service/get_admin_list":          (*Server).getAdminList,
		"/cgi-bin/agent/get_admin_list":            (*Server).agentAdminList,
		"/cgi-bin/service/get_app_qrcode":          (*Server).getAppQrcode,
		"/cgi-bin/service/get_customized_auth_url": (*Server).getCustomizedAuthURL,
	}
}

func (s *Server) getPreAuthCode(c *call) (obj, error) {
	value := s.newCode(code{kind: preAuthCode, suite: c.suite}, preAuthLife)
	return obj{"pre_auth_code": value, "expires_in": int(preAuthLife.Seconds())}, nil
}

func (s *Server) setSessionInfo(c *call) (obj, error) {
	pre := s.find(preAuthCode, c.str("pre_auth_code"))
	switch {
	case pre == nil || pre.suite != c.suite:
		return nil, refuse(codeNoPreAuth, "invalid pre_auth_code")
	case pre.expired(c.now):
		return nil, refuse(codePreAuthOld, "pre_auth_code expired")
	}
	var in struct {
		Info struct {
			AuthType int `json:"auth_type"`
		} `json:"session_info"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	pre.test = in.Info.AuthType == 1
	return nil, nil
}

// getPermanentCode serves v1 and v2.
func (s *Server) getPermanentCode(c *call) (obj, error) {
	ac, err := s.takeAuthCode(c)
	if err != nil {
		return nil, err
	}
	in := ac.install
	out := obj{"permanent_code": in.permanentCode, "auth_user_info": in.admin()}
	if ac.state != "" {
		out["state"] = ac.state
	}
	if rc := s.find(registerCode, in.RegisterCode); rc != nil && !in.MemberMode {
		out["register_code_info"] = obj{"register_code": in.RegisterCode, "template_id": rc.extra, "state": rc.state}
	}
	if strings.Contains(c.ep.Path, "/v2/") {
		out["auth_corp_info"] = obj{"corpid": in.corp.Id, "corp_name": in.corp.Name}
		return out, nil
	}
	out["auth_corp_info"], out["auth_info"] = in.corpInfo(true), in.authInfo()
	if !in.suite.Template {
		maps.Copy(out, s.corpToken(in))
	}
	return out, nil
}

// takeAuthCode uses up the request's auth code.
func (s *Server) takeAuthCode(c *call) (*code, error) {
	value := c.str("auth_code")
	if len(value) < minAuthCode {
		return nil, refuse(codeBadParam, "invalid auth_code")
	}
	ac := s.find(authCode, value)
	switch {
	case ac == nil || ac.used || ac.expired(c.now):
		return nil, refuse(codeBadAuthCode, "invalid auth_code")
	case ac.suite != c.suite:
		return nil, refuse(codeForeignAuthCode, "invalid suite_access_token")
	}
	ac.used = true
	return ac, nil
}

// getAuthInfo serves v1 and v2.
func (s *Server) getAuthInfo(c *call) (obj, error) {
	in, err := s.installOf(c)
	if err != nil {
		return nil, err
	}
	v1 := !strings.Contains(c.ep.Path, "/v2/")
	return obj{"auth_corp_info": in.corpInfo(v1), "auth_info": in.authInfo()}, nil
}

func (in *install) corpInfo(v1 bool) obj {
	o := obj{
		"corpid": in.corp.Id, "corp_name": in.corp.Name, "corp_full_name": in.corp.Name,
		"corp_type": "verified", "corp_user_max": 200, "subject_type": 1, "verified_end_time": in.since.AddDate(1, 0, 0).Unix(),
		"corp_square_logo_url": picture, "corp_scale": "1-50人", "corp_industry": "餐饮", "corp_sub_industry": "烘焙",
	}
	if in.MemberMode {
		o["corp_scale"], o["corp_industry"], o["corp_sub_industry"] = "", "", ""
	}
	if v1 {
		o["corp_wxqrcode"] = picture
	}
	return o
}

func (in *install) authInfo() obj {
	mode, level, users := 0, 1, []string{}
	if in.MemberMode {
		mode = 1
	}
	if in.suite.Template {
		level = 0
	}
	for _, m := range in.corp.Members {
		if !m.Hidden && !m.Left {
			users = append(users, m.UserId)
		}
	}
	agent := obj{
		"agentid": in.agentId, "name": in.suite.Name, "auth_mode": mode, "is_customized_app": in.suite.Template,
		"square_logo_url": picture, "round_logo_url": picture,
		"privilege": obj{
			"level": level, "allow_party": []int{1}, "allow_user": users, "allow_tag": []int{},
			"extra_party": []int{}, "extra_user": []string{}, "extra_tag": []int{},
		},
	}
	if in.suite.AppId != 0 {
		agent["appid"] = in.suite.AppId
	}
	return obj{"agent": []obj{agent}}
}

// admin is who agreed to the installation.
func (in *install) admin() obj {
	m := in.corp.admin()
	o := obj{"userid": m.UserId, "open_userid": m.UserId, "name": m.Name, "avatar": ""}
	if m.UserId != "" {
		o["avatar"] = picture
	}
	return o
}

func (s *Server) getAdminList(c *call) (obj, error) {
	in := s.installs[installKey{c.suite.Id, c.str("auth_corpid")}]
	if in == nil {
		return nil, refuse(codeNoAuth, "authorization not exist")
	}
	if c.int("agentid") != in.agentId {
		return nil, refuse(codeNoAgent, "not allow operate this agent")
	}
	return obj{"admin": in.corp.admins(true)}, nil
}

func (s *Server) agentAdminList(c *call) (obj, error) {
	return obj{"admin": c.corp.admins(false)}, nil
}

func (c *Corp) admins(open bool) []obj {
	list := []obj{}
	for _, m := range c.Members {
		if !m.Admin {
			continue
		}
		o := obj{"userid": m.UserId, "auth_type": 1}
		if open {
			o["open_userid"] = m.UserId
		}
		list = append(list, o)
	}
	return list
}

func (s *Server) getAppQrcode(c *call) (obj, error) {
	switch {
	case c.str("suite_id") != c.suite.Id:
		return nil, refuse(codeWrongSuite, "suite_id not match the suite_access_token")
	case !stateOk(c.str("state"), maxQRState):
		return nil, refuse(codeBadParam, "invalid state")
	case !within(c.int("style"), 0, 4) || !within(c.int("result_type"), 0, 2):
		return nil, refuse(codeBadParam, "invalid style or result_type")
	case c.suite.Unpublished || c.suite.Template:
		return nil, refuse(codeNotPublished, "app not online")
	case c.int("result_type") == 2:
		return obj{"qrcode": s.scanLink(c.str("state"), c.suite)}, nil
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 24, 24))); err != nil {
		return nil, err
	}
	return obj{"": raw{"image/png", "", b.Bytes()}}, nil
}

func (s *Server) getCustomizedAuthURL(c *call) (obj, error) {
	ids := c.strs("templateid_list")
	if len(ids) == 0 || len(ids) > maxTemplates {
		return nil, refuse(codeTemplateCount, "invalid number of templates")
	}
	if !stateOk(c.str("state"), maxQRState) {
		return nil, refuse(codeBadParam, "invalid state")
	}
	var templates []*suite
	for _, id := range ids {
		x := s.suites[id]
		if x == nil || !x.Template || x.ProviderCorpId != c.provider {
			return nil, refuse(codeNoTemplate, "invalid templateid")
		}
		templates = append(templates, x)
	}
	return obj{"qrcode_url": s.scanLink(c.str("state"), templates...), "expires_in": int(scanLife.Seconds())}, nil
}

// stateOk checks the alphabet and the length of a state.
func stateOk(state string, most int) bool {
	return len(state) <= most && !strings.ContainsFunc(state, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}
