package platform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/gothird/wecom/internal/spec"
)

// InstallOptions are the circumstances of an installation.
type InstallOptions struct {
	// FromProviderSite: the administrator followed the provider's own link.
	// Nothing is pushed, the redirect alone brings the auth code.
	FromProviderSite bool
	State            string // of the QR code or link
	AgentId          int64  // 0: the fake picks one
	MemberMode       bool   // 成员授权
	RegisterCode     string // of a promotion link (推广)
}

// Install makes a corp authorise a suite, pushes create_auth and returns the
// auth code. A corp that has the app already authorises it anew and keeps its
// permanent code. The error may be that of the push; the auth code is good then.
func (p *Platform) Install(ctx context.Context, suiteId, corpId string, o InstallOptions) (string, error) {
	p.mu.Lock()
	value, err := p.authorizeApp(suiteId, corpId, o)
	p.mu.Unlock()
	if err != nil || o.FromProviderSite {
		return value, err
	}
	return value, p.pushAuth(ctx, suiteId, "create_auth", "AuthCode", value, o.State)
}

// authorizeApp makes the installation and its auth code. p.mu is held.
func (p *Platform) authorizeApp(suiteId, corpId string, o InstallOptions) (string, error) {
	x, corp := p.suites[suiteId], p.corps[corpId]
	if x == nil || corp == nil {
		return "", fmt.Errorf("fakewecom: no suite %q or no corp %q", suiteId, corpId)
	}
	for other, o2 := range p.installs {
		if other.corpId == corpId && other.suiteId != suiteId && o2.AgentId == o.AgentId {
			return "", fmt.Errorf("fakewecom: %s has another app with the AgentId %d", corp.Name, o.AgentId)
		}
	}
	key := installKey{suiteId, corpId}
	in, had := p.installs[key]
	if !had {
		in = &Install{suite: x, Corp: corp, permanentCode: p.secret(permanentLen), Since: p.now()}
		in.AgentId = 1000000 + int64(p.serial)
		p.installs[key] = in
	}
	o.AgentId = cmp.Or(o.AgentId, in.AgentId)
	in.InstallOptions = o
	if !had {
		p.installed(in)
	}
	return p.newCode(code{kind: authCode, suite: x, install: in, state: o.State}, authCodeLife), nil
}

// Installed is how a corp has the app; the zero value: it has not.
func (p *Platform) Installed(suiteId, corpId string) InstallOptions {
	p.mu.Lock()
	defer p.mu.Unlock()
	if in := p.installs[installKey{suiteId, corpId}]; in != nil {
		return in.InstallOptions
	}
	return InstallOptions{}
}

// installed tells the parts of a new installation. p.mu is held.
func (p *Platform) installed(in *Install) {
	for _, part := range p.parts {
		if part.Installed != nil {
			part.Installed(in)
		}
	}
}

// FollowLink is an administrator of corpId who follows an install link
// (open.work.weixin.qq.com/3rdapp/install?…) and agrees. It returns where
// WeCom sends the browser afterwards. The State is that of the link.
func (p *Platform) FollowLink(link, corpId string, o InstallOptions) (redirect string, err error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", errors.New("fakewecom: the install link is no URL")
	}
	q := u.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Host == "" {
		return "", errors.New("fakewecom: redirect_uri is missing or no URL")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	suiteId := q.Get("suite_id")
	pre := p.find(preAuthCode, q.Get("pre_auth_code"))
	if pre == nil || pre.expired(p.now()) || pre.suite.Id != suiteId {
		return "", errors.New("fakewecom: pre_auth_code is unknown, expired or of another suite")
	}
	if pre.suite.Unpublished != pre.test {
		return "", errors.New("fakewecom: auth_type must be 1 before the app is published, 0 afterwards")
	}
	o.FromProviderSite, o.State = true, q.Get("state")
	value, err := p.authorizeApp(suiteId, corpId, o)
	if err != nil {
		return "", err
	}
	add := back.Query()
	add.Set("auth_code", value)
	add.Set("expires_in", strconv.Itoa(int(authCodeLife.Seconds())))
	add.Set("state", q.Get("state"))
	back.RawQuery = add.Encode()
	return back.String(), nil
}

// scanLink is the content of a QR code that installs apps. p.mu is held.
func (p *Platform) scanLink(state string, apps ...*suite) string {
	value := p.newCode(code{kind: scanCode, suites: apps, state: state}, scanLife)
	return "https://open.work.weixin.qq.com/3rdapp/scan?" + url.Values{"code": {value}}.Encode()
}

// Scan is an administrator of corpId who scans the QR code of get_app_qrcode or
// get_customized_auth_url and agrees. create_auth is pushed for every app; the auth codes
// are returned by suite id. The State is that of the QR code; an AgentId is for one app only.
func (p *Platform) Scan(ctx context.Context, link, corpId string, o InstallOptions) (authCodes map[string]string, err error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, errors.New("fakewecom: the scanned text is no URL")
	}
	p.mu.Lock()
	sc := p.find(scanCode, u.Query().Get("code"))
	late := sc != nil && sc.expired(p.now())
	p.mu.Unlock()
	if sc == nil || late {
		return nil, errors.New("fakewecom: the QR code is unknown or expired")
	}
	if o.State = sc.state; len(sc.suites) > 1 {
		o.AgentId = 0
	}
	authCodes = map[string]string{}
	for _, x := range sc.suites {
		if authCodes[x.Id], err = p.Install(ctx, x.Id, corpId, o); err != nil {
			return authCodes, err
		}
	}
	return authCodes, nil
}

// Change pushes change_auth: the administrator altered what the app may see.
func (p *Platform) Change(ctx context.Context, suiteId, corpId string) error {
	p.mu.Lock()
	in := p.installs[installKey{suiteId, corpId}]
	p.mu.Unlock()
	if in == nil {
		return fmt.Errorf("fakewecom: %s is not installed at %q", suiteId, corpId)
	}
	return p.pushAuth(ctx, suiteId, "change_auth", "AuthCorpId", corpId, "")
}

// Cancel ends an authorisation: its permanent code, tokens and unused auth
// codes die, and cancel_auth is pushed.
func (p *Platform) Cancel(ctx context.Context, suiteId, corpId string) error {
	p.mu.Lock()
	key := installKey{suiteId, corpId}
	in := p.installs[key]
	if in != nil {
		delete(p.installs, key)
		p.killWhere(0, func(t *token) bool { return t.install == in })
		for _, c := range p.codes {
			c.used = c.used || c.install == in
		}
		p.cancelled(in)
	}
	p.mu.Unlock()
	if in == nil {
		return fmt.Errorf("fakewecom: %s is not installed at %q", suiteId, corpId)
	}
	return p.pushAuth(ctx, suiteId, "cancel_auth", "AuthCorpId", corpId, "")
}

// cancelled tells the parts of the end of an installation. p.mu is held.
func (p *Platform) cancelled(in *Install) {
	for _, part := range p.parts {
		if part.Cancelled != nil {
			part.Cancelled(in)
		}
	}
}

// ResetPermanentCode is 重新获取 in the provider console: the old permanent code
// of a customised app stops working at once, reset_permanent_code brings an
// auth code for the new one. Tokens that are out stay valid: the pages don't
// say that they die.
func (p *Platform) ResetPermanentCode(ctx context.Context, suiteId, corpId string) (string, error) {
	p.mu.Lock()
	in := p.installs[installKey{suiteId, corpId}]
	if in == nil || !in.suite.Template {
		p.mu.Unlock()
		return "", fmt.Errorf("fakewecom: no customised app of template %q at %q", suiteId, corpId)
	}
	in.permanentCode = p.secret(permanentLen)
	value := p.newCode(code{kind: authCode, suite: in.suite, install: in}, authCodeLife)
	p.mu.Unlock()
	return value, p.pushAuth(ctx, suiteId, "reset_permanent_code", "AuthCode", value, "")
}

// pushAuth pushes an authorisation event with one field of its own, and what the parts had
// to tell.
func (p *Platform) pushAuth(ctx context.Context, suiteId, infoType, field, value, state string) error {
	fields := []Field{Text("SuiteId", suiteId), Text(field, value), Text("InfoType", infoType), Number("TimeStamp", p.pushTime())}
	if state != "" {
		fields = append(fields, Text("State", state))
	}
	t := Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}
	p.mu.Lock()
	_, err := p.address(t, false)
	p.mu.Unlock()
	if err != nil {
		return nil // there is nobody to tell
	}
	_, err = p.Push(ctx, t, EventXML(fields...))
	return errors.Join(err, p.pushNotices(ctx, p.takeNotices()))
}
