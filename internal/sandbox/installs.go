package sandbox

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Installation is an app that a corp has.
type Installation struct {
	SuiteId       string    `json:"suite_id"`
	CorpId        string    `json:"corp_id"`
	AgentId       int64     `json:"agent_id"`
	MemberMode    bool      `json:"member_mode" doc:"成员授权: a member installed it for himself" zh:"成员授权：由成员为自己安装"`
	State         string    `json:"state" doc:"of the link or QR code" zh:"安装链接或二维码的 state"`
	Since         time.Time `json:"since"`
	PermanentCode string    `json:"permanent_code" doc:"a mark" zh:"标记"`
}

// Installations lists what is installed.
type Installations struct {
	Installs []Installation `json:"installs"`
}

func (w *World) installations() []Installation {
	list := []Installation{}
	for _, a := range w.engine.Authorizations() {
		list = append(list, showInstall(a))
	}
	return list
}

func showInstall(a platform.Authorization) Installation {
	return Installation{a.SuiteId, a.CorpId, a.AgentId, a.MemberMode, a.State, a.Since, a.PermanentCode}
}

// ListInstalls lists what is installed, by corp and suite.
func (w *World) ListInstalls(context.Context, none) (Installations, error) {
	return Installations{w.installations()}, nil
}

// InstallRef names an installation.
type InstallRef struct {
	SuiteId string `json:"-" path:"suite" need:"1" doc:"suite_id" zh:"应用 suite_id"`
	CorpId  string `json:"-" path:"corp" need:"1" doc:"corp_id" zh:"企业 corp_id"`
}

// NewInstall is an administrator who installs an app.
type NewInstall struct {
	SuiteId    string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId     string `json:"corp_id" need:"1" doc:"who installs: one of GET /api/v1/corps" zh:"安装应用的企业，见 GET /api/v1/corps"`
	State      string `json:"state" doc:"of the QR code" zh:"二维码的 state"`
	AgentId    int64  `json:"agent_id" doc:"0: one is made up" zh:"0 则自动生成"`
	MemberMode bool   `json:"member_mode" doc:"成员授权: a member installs it for himself" zh:"成员授权：由成员为自己安装"`
}

// Installed is an installation with the auth code that the app exchanges.
type Installed struct {
	Install  Installation `json:"install"`
	AuthCode string       `json:"auth_code" doc:"a mark: POST /api/v1/reveal shows the code, which create_auth brings to the app" zh:"标记，可用 POST /api/v1/reveal 查看；create_auth 会将授权码推送给应用"`
	Outcome
}

// Install is an administrator who installs an app: create_auth is pushed.
func (w *World) Install(ctx context.Context, in NewInstall) (out Installed, err error) {
	x, err := w.suite(in.SuiteId)
	if err == nil {
		_, err = w.corp(in.CorpId)
	}
	if err != nil {
		return out, err
	}
	if in.AgentId < 0 {
		return out, invalid(words{"agent_id must not be negative: leave it out, and one is made up", "agent_id 不能为负数：不填则自动生成"})
	}
	o := platform.InstallOptions{State: in.State, AgentId: in.AgentId, MemberMode: in.MemberMode}
	return w.authorized(ctx, InstallRef{x.Id, in.CorpId}, func(ctx context.Context) (string, error) {
		return w.engine.Install(ctx, x.Id, in.CorpId, o)
	})
}

// authorized runs what brings an auth code, which an app exchanges with a suite_ticket.
func (w *World) authorized(ctx context.Context, ref InstallRef, do func(ctx context.Context) (string, error)) (out Installed, err error) {
	out.Outcome, err = w.act(ctx, func(ctx context.Context) error {
		w.missedTicket(ctx, ref.SuiteId)
		code, err := do(ctx)
		out.AuthCode = platform.Mark(code)
		return err
	})
	if err != nil {
		return out, err
	}
	a, err := w.installed(ref.SuiteId, ref.CorpId)
	out.Install = showInstall(a)
	return out, err
}

// FollowedLink is an administrator who follows an install link.
type FollowedLink struct {
	CorpId     string `json:"corp_id" need:"1" doc:"who installs" zh:"安装应用的企业"`
	Link       string `json:"link" need:"1" doc:"https://open.work.weixin.qq.com/3rdapp/install?… of the provider's site, or the content of a QR code that installs" zh:"服务商网站的安装链接 https://open.work.weixin.qq.com/3rdapp/install?…，或安装二维码的内容"`
	AgentId    int64  `json:"agent_id" doc:"0: one is made up" zh:"0 则自动生成"`
	MemberMode bool   `json:"member_mode" doc:"成员授权" zh:"成员授权"`
}

// Followed is where an install link has led.
type Followed struct {
	Redirect string `json:"redirect" doc:"where the browser goes then; the auth code in it is a mark. Empty: it was a QR code" zh:"浏览器随后跳转的地址，其中授权码显示为标记；扫码安装时为空"`
	AuthCode string `json:"auth_code" doc:"a mark, of a link" zh:"标记，链接安装时才有"`
	Outcome
}

// Follow is an administrator who follows an install link, or scans the QR code of one, and
// agrees.
func (w *World) Follow(ctx context.Context, in FollowedLink) (out Followed, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	o := platform.InstallOptions{AgentId: in.AgentId, MemberMode: in.MemberMode}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) error {
		if isScan(in.Link) {
			_, err := w.engine.Scan(ctx, in.Link, in.CorpId, o)
			return err
		}
		redirect, err := w.engine.FollowLink(in.Link, in.CorpId, o)
		if err == nil {
			redirect, out.AuthCode = markQuery(redirect, "auth_code")
			out.Redirect = w.engine.Scrub(redirect)
		}
		return err
	})
	return out, err
}

// Cancel is an administrator who removes an app: permanent code and tokens die, and cancel_auth is
// pushed.
func (w *World) Cancel(ctx context.Context, in InstallRef) (Outcome, error) {
	if _, err := w.installed(in.SuiteId, in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.Cancel(ctx, in.SuiteId, in.CorpId) })
}

// ChangeAuth is an administrator who changes what an app may see: change_auth is pushed.
func (w *World) ChangeAuth(ctx context.Context, in InstallRef) (Outcome, error) {
	if _, err := w.installed(in.SuiteId, in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.Change(ctx, in.SuiteId, in.CorpId) })
}

// ResetSecret is 重新获取 in the provider console: the permanent code of a customised app ends,
// and reset_permanent_code is pushed with an auth code for the next.
func (w *World) ResetSecret(ctx context.Context, in InstallRef) (Installed, error) {
	if _, err := w.installed(in.SuiteId, in.CorpId); err != nil {
		return Installed{}, err
	}
	return w.authorized(ctx, in, func(ctx context.Context) (string, error) {
		return w.engine.ResetPermanentCode(ctx, in.SuiteId, in.CorpId)
	})
}

// Visit is somebody who opens a page of an app, or of the provider's site.
type Visit struct {
	SuiteId string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId  string `json:"corp_id" need:"1" doc:"of the member" zh:"成员所在企业"`
	UserId  string `json:"user_id" need:"1" doc:"the member" zh:"成员"`
	Private bool   `json:"private" doc:"he agrees to hand over sensitive fields: there is a user_ticket" zh:"同意授权敏感信息：返回 user_ticket"`
	Site    bool   `json:"site" doc:"he logs in at the provider's own site (get_login_info)" zh:"登录服务商自己的网站（get_login_info）"`
}

// Code is a code that was made.
type Code struct {
	Code string `json:"code" doc:"a mark: POST /api/v1/reveal shows it" zh:"标记，可用 POST /api/v1/reveal 查看"`
}

// Login is a member who opens a page of an app: the code that his browser brings.
func (w *World) Login(_ context.Context, in Visit) (Code, error) {
	x, err := w.suite(in.SuiteId)
	if err == nil {
		_, err = w.member(in.CorpId, in.UserId)
	}
	if err != nil {
		return Code{}, err
	}
	l := platform.Login{SuiteId: x.Id, CorpId: in.CorpId, UserId: in.UserId, Private: in.Private}
	if in.Site {
		l.SuiteId = ""
	}
	return Code{platform.Mark(w.engine.LoginCode(l))}, nil
}

// member finds a member who has not left.
func (w *World) member(corpId, userId string) (platform.Member, error) {
	c, err := w.corp(corpId)
	if err != nil {
		return platform.Member{}, err
	}
	if m, ok := c.Member(userId); ok && !m.Left {
		return m, nil
	}
	return platform.Member{}, unknown(words{"member", "成员"}, userId, "/api/v1/corps/"+corpId)
}
