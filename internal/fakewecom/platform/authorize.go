package platform

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

func (p *Platform) installHandlers() map[string]Handler {
	return map[string]Handler{
		"/cgi-bin/service/get_pre_auth_code":       p.getPreAuthCode,
		"/cgi-bin/service/set_session_info":        p.setSessionInfo,
		"/cgi-bin/service/get_permanent_code":      p.getPermanentCode,
		"/cgi-bin/service/v2/get_permanent_code":   p.getPermanentCode,
		"/cgi-bin/service/get_auth_info":           p.getAuthInfo,
		"/cgi-bin/service/v2/get_auth_info":        p.getAuthInfo,
		"/cgi-bin/service/get_admin_list":          p.getAdminList,
		"/cgi-bin/agent/get_admin_list":            p.agentAdminList,
		"/cgi-bin/service/get_app_qrcode":          p.getAppQrcode,
		"/cgi-bin/service/get_customized_auth_url": p.getCustomizedAuthURL,
	}
}

func (p *Platform) getPreAuthCode(c *Call) (Obj, error) {
	value := p.newCode(code{kind: preAuthCode, suite: c.suite}, preAuthLife)
	return Obj{"pre_auth_code": value, "expires_in": int(preAuthLife.Seconds())}, nil
}

func (p *Platform) setSessionInfo(c *Call) (Obj, error) {
	pre := p.find(preAuthCode, c.Str("pre_auth_code"))
	switch {
	case pre == nil || pre.suite != c.suite:
		return nil, Refuse(codeNoPreAuth, "invalid pre_auth_code")
	case pre.expired(c.now):
		return nil, Refuse(codePreAuthOld, "pre_auth_code expired")
	}
	var in struct {
		Info struct {
			AuthType int `json:"auth_type"`
		} `json:"session_info"`
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	pre.test = in.Info.AuthType == 1
	return nil, nil
}

// getPermanentCode serves v1 and v2.
func (p *Platform) getPermanentCode(c *Call) (Obj, error) {
	ac, err := p.takeAuthCode(c)
	if err != nil {
		return nil, err
	}
	in := ac.install
	out := Obj{"permanent_code": in.permanentCode, "auth_user_info": in.admin()}
	if ac.state != "" {
		out["state"] = ac.state
	}
	if rc := p.find(registerCode, in.RegisterCode); rc != nil && !in.MemberMode {
		out["register_code_info"] = Obj{"register_code": in.RegisterCode, "template_id": rc.extra, "state": rc.state}
	}
	if strings.Contains(c.ep.Path, "/v2/") {
		out["auth_corp_info"] = Obj{"corpid": in.Corp.Id, "corp_name": in.Corp.Name}
		return out, nil
	}
	out["auth_corp_info"], out["auth_info"] = in.corpInfo(true), in.authInfo()
	if !in.suite.Template {
		maps.Copy(out, p.corpToken(in))
	}
	return out, nil
}

// takeAuthCode uses up the request's auth code.
func (p *Platform) takeAuthCode(c *Call) (*code, error) {
	value := c.Str("auth_code")
	if len(value) < minAuthCode {
		return nil, BadParam("invalid auth_code")
	}
	ac := p.find(authCode, value)
	switch {
	case ac == nil || ac.used || ac.expired(c.now):
		return nil, Refuse(codeBadAuthCode, "invalid auth_code")
	case ac.suite != c.suite:
		return nil, Refuse(codeForeignAuthCode, "invalid suite_access_token")
	}
	ac.used = true
	close(p.exchanged)
	p.exchanged = make(chan struct{})
	return ac, nil
}

// getAuthInfo serves v1 and v2.
func (p *Platform) getAuthInfo(c *Call) (Obj, error) {
	in, err := p.installOf(c)
	if err != nil {
		return nil, err
	}
	v1 := !strings.Contains(c.ep.Path, "/v2/")
	return Obj{"auth_corp_info": in.corpInfo(v1), "auth_info": in.authInfo()}, nil
}

func (in *Install) corpInfo(v1 bool) Obj {
	o := Obj{
		"corpid": in.Corp.Id, "corp_name": in.Corp.Name, "corp_full_name": in.Corp.Name,
		"corp_type": "verified", "corp_user_max": 200, "subject_type": 1, "verified_end_time": in.Since.AddDate(1, 0, 0).Unix(),
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

func (in *Install) authInfo() Obj {
	mode, level, users := 0, 1, []string{}
	if in.MemberMode {
		mode = 1
	}
	if in.suite.Template {
		level = 0
	}
	for _, m := range in.Corp.Members {
		if m.Visible() {
			users = append(users, m.UserId)
		}
	}
	agent := Obj{
		"agentid": in.AgentId, "name": in.suite.Name, "auth_mode": mode, "is_customized_app": in.suite.Template,
		"square_logo_url": picture, "round_logo_url": picture,
		"privilege": Obj{
			"level": level, "allow_party": []int{1}, "allow_user": users, "allow_tag": []int{},
			"extra_party": []int{}, "extra_user": []string{}, "extra_tag": []int{},
		},
	}
	if in.suite.AppId != 0 {
		agent["appid"] = in.suite.AppId
	}
	return Obj{"agent": []Obj{agent}}
}

// admin is who agreed to the installation.
func (in *Install) admin() Obj {
	m := in.Corp.admin()
	o := Obj{"userid": m.UserId, "open_userid": m.UserId, "name": m.Name, "avatar": ""}
	if m.UserId != "" {
		o["avatar"] = picture
	}
	return o
}

func (p *Platform) getAdminList(c *Call) (Obj, error) {
	in := p.installs[installKey{c.suite.Id, c.Str("auth_corpid")}]
	if in == nil {
		return nil, Refuse(codeNoAuth, "authorization not exist")
	}
	if c.Int("agentid") != in.AgentId {
		return nil, Refuse(codeNoAgent, "not allow operate this agent")
	}
	return Obj{"admin": in.Corp.admins(true)}, nil
}

func (p *Platform) agentAdminList(c *Call) (Obj, error) {
	return Obj{"admin": c.corp.admins(false)}, nil
}

func (c *Corp) admins(open bool) []Obj {
	list := []Obj{}
	for _, m := range c.Members {
		if !m.Admin || m.Left {
			continue
		}
		o := Obj{"userid": m.UserId, "auth_type": 1}
		if open {
			o["open_userid"] = m.UserId
		}
		list = append(list, o)
	}
	return list
}

func (p *Platform) getAppQrcode(c *Call) (Obj, error) {
	outside := func(choice, most int64) bool { return choice < 0 || choice > most }
	switch {
	case c.Str("suite_id") != c.suite.Id:
		return nil, Refuse(codeWrongSuite, "suite_id not match the suite_access_token")
	case !stateOk(c.Str("state"), maxQRState):
		return nil, BadParam("invalid state")
	case outside(c.Int("style"), 4) || outside(c.Int("result_type"), 2):
		return nil, BadParam("invalid style or result_type")
	case c.suite.Unpublished || c.suite.Template:
		return nil, Refuse(codeNotPublished, "app not online")
	case c.Int("result_type") == 2:
		return Obj{"qrcode": p.scanLink(c.Str("state"), c.suite)}, nil
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 24, 24))); err != nil {
		return nil, err
	}
	return File("image/png", "", b.Bytes()), nil
}

func (p *Platform) getCustomizedAuthURL(c *Call) (Obj, error) {
	ids := c.Strs("templateid_list")
	if len(ids) == 0 || len(ids) > maxTemplates {
		return nil, Refuse(codeTemplateCount, "invalid number of templates")
	}
	if !stateOk(c.Str("state"), maxQRState) {
		return nil, BadParam("invalid state")
	}
	var templates []*suite
	for _, id := range ids {
		x := p.suites[id]
		if x == nil || !x.Template || x.ProviderCorpId != c.provider {
			return nil, Refuse(codeNoTemplate, "invalid templateid")
		}
		templates = append(templates, x)
	}
	return Obj{"qrcode_url": p.scanLink(c.Str("state"), templates...), "expires_in": int(scanLife.Seconds())}, nil
}

// stateOk checks the alphabet and the length of a state.
func stateOk(state string, most int) bool {
	return len(state) <= most && !strings.ContainsFunc(state, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}
