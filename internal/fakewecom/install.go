package fakewecom

import (
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
func (s *Server) Install(ctx context.Context, suiteId, corpId string, o InstallOptions) (string, error) {
	s.mu.Lock()
	value, err := s.authorizeApp(suiteId, corpId, o)
	s.mu.Unlock()
	if err != nil || o.FromProviderSite {
		return value, err
	}
	return value, s.pushAuth(ctx, suiteId, "create_auth", "AuthCode", value, o.State)
}

// authorizeApp makes the installation and its auth code. s.mu is held.
func (s *Server) authorizeApp(suiteId, corpId string, o InstallOptions) (string, error) {
	x, corp := s.suites[suiteId], s.corps[corpId]
	if x == nil || corp == nil {
		return "", fmt.Errorf("fakewecom: no suite %q or no corp %q", suiteId, corpId)
	}
	key := installKey{suiteId, corpId}
	in := s.installs[key]
	if in == nil {
		in = &install{suite: x, corp: corp, permanentCode: s.secret(permanentLen), agentId: 1000000 + int64(s.serial), since: s.now()}
		s.installs[key] = in
		s.desk(x.ProviderCorpId).noteInstall(in)
	}
	in.InstallOptions = o
	if o.AgentId != 0 {
		in.agentId = o.AgentId
	}
	return s.newCode(code{kind: authCode, suite: x, install: in, state: o.State}, authCodeLife), nil
}

// FollowLink is an administrator of corpId who follows an install link
// (open.work.weixin.qq.com/3rdapp/install?…) and agrees. It returns where
// WeCom sends the browser afterwards.
func (s *Server) FollowLink(link, corpId string) (redirect string, err error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", errors.New("fakewecom: the install link is no URL")
	}
	q := u.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Host == "" {
		return "", errors.New("fakewecom: redirect_uri is missing or no URL")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	suiteId := q.Get("suite_id")
	pre := s.find(preAuthCode, q.Get("pre_auth_code"))
	if pre == nil || pre.expired(s.now()) || pre.suite.Id != suiteId {
		return "", errors.New("fakewecom: pre_auth_code is unknown, expired or of another suite")
	}
	if pre.suite.Unpublished != pre.test {
		return "", errors.New("fakewecom: auth_type must be 1 before the app is published, 0 afterwards")
	}
	value, err := s.authorizeApp(suiteId, corpId, InstallOptions{FromProviderSite: true, State: q.Get("state")})
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

// scanLink is the content of a QR code that installs apps. s.mu is held.
func (s *Server) scanLink(state string, apps ...*suite) string {
	value := s.newCode(code{kind: scanCode, suites: apps, state: state}, scanLife)
	return "https://open.work.weixin.qq.com/3rdapp/scan?" + url.Values{"code": {value}}.Encode()
}

// Scan is an administrator of corpId who scans the QR code of get_app_qrcode or
// get_customized_auth_url and agrees. create_auth is pushed for every app.
func (s *Server) Scan(ctx context.Context, link, corpId string) error {
	u, err := url.Parse(link)
	if err != nil {
		return errors.New("fakewecom: the scanned text is no URL")
	}
	s.mu.Lock()
	sc := s.find(scanCode, u.Query().Get("code"))
	late := sc != nil && sc.expired(s.now())
	s.mu.Unlock()
	if sc == nil || late {
		return errors.New("fakewecom: the QR code is unknown or expired")
	}
	for _, x := range sc.suites {
		if _, err := s.Install(ctx, x.Id, corpId, InstallOptions{State: sc.state}); err != nil {
			return err
		}
	}
	return nil
}

// Change pushes change_auth: the administrator altered what the app may see.
func (s *Server) Change(ctx context.Context, suiteId, corpId string) error {
	return s.pushAuth(ctx, suiteId, "change_auth", "AuthCorpId", corpId, "")
}

// Cancel ends an authorisation: its permanent code, tokens and unused auth
// codes die, and cancel_auth is pushed.
func (s *Server) Cancel(ctx context.Context, suiteId, corpId string) error {
	s.mu.Lock()
	key := installKey{suiteId, corpId}
	in := s.installs[key]
	if in != nil {
		delete(s.installs, key)
		s.killWhere(0, func(t *token) bool { return t.install == in })
		for _, c := range s.codes {
			c.used = c.used || c.install == in
		}
	}
	s.mu.Unlock()
	if in == nil {
		return fmt.Errorf("fakewecom: %s is not installed at %q", suiteId, corpId)
	}
	return s.pushAuth(ctx, suiteId, "cancel_auth", "AuthCorpId", corpId, "")
}

// ResetPermanentCode is 重新获取 in the provider console: the old permanent code
// of a customised app stops working at once, reset_permanent_code brings an
// auth code for the new one. Tokens that are out stay valid: the pages don't
// say that they die.
func (s *Server) ResetPermanentCode(ctx context.Context, suiteId, corpId string) (string, error) {
	s.mu.Lock()
	in := s.installs[installKey{suiteId, corpId}]
	if in == nil || !in.suite.Template {
		s.mu.Unlock()
		return "", fmt.Errorf("fakewecom: no customised app of template %q at %q", suiteId, corpId)
	}
	in.permanentCode = s.secret(permanentLen)
	value := s.newCode(code{kind: authCode, suite: in.suite, install: in}, authCodeLife)
	s.mu.Unlock()
	return value, s.pushAuth(ctx, suiteId, "reset_permanent_code", "AuthCode", value, "")
}

// pushAuth pushes an authorisation event with one field of its own.
func (s *Server) pushAuth(ctx context.Context, suiteId, infoType, field, value, state string) error {
	fields := []string{"SuiteId", suiteId, field, value, "InfoType", infoType, "TimeStamp", s.stamp()}
	if state != "" {
		fields = append(fields, "State", state)
	}
	_, err := s.Push(ctx, Target{Channel: spec.ChannelInstruction, SuiteId: suiteId}, infoXML(fields...))
	return err
}
