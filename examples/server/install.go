package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

const testInstall = 1 // auth_type of an app that is not published yet

func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "home", view{Title: "首页", Member: s.session(r), Data: s.apps})
}

// install sends an administrator to WeCom, where he agrees. A customised app has a QR code instead.
func (s *Server) install(w http.ResponseWriter, r *http.Request) error {
	x, err := s.of(r)
	if err != nil {
		return err
	}
	api := x.api.WithContext(r.Context())
	if x.Template {
		code, err := service.GetCustomizedAuthUrl(api, "site", []string{x.Id})
		if err != nil {
			return err
		}
		return s.show(w, "qrcode", view{Title: "授权代开发应用", Data: s.wecomPage(code.QrcodeUrl)})
	}
	code, err := service.GetPreAuthCode(api)
	if err == nil && s.cfg.Unpublished {
		err = service.SetSessionInfo(api, code.PreAuthCode, service.SessionInfo{AuthType: testInstall})
	}
	if err != nil {
		return err
	}
	link, err := service.InstallUrl(service.InstallLink{SuiteId: x.Id, PreAuthCode: code.PreAuthCode,
		RedirectUri: s.cfg.Site + "/installed/" + x.Name, State: s.newState(w)})
	if err != nil {
		return err
	}
	http.Redirect(w, r, s.wecomPage(link), http.StatusSeeOther)
	return nil
}

// installed is where he comes back to, with an auth code. If WeCom pushes the same installation
// too, it counts once.
func (s *Server) installed(w http.ResponseWriter, r *http.Request) error {
	x, err := s.of(r)
	if err != nil {
		return err
	}
	if err := s.checkState(w, r); err != nil {
		return err
	}
	p, err := s.inbox.Install(x.api.WithContext(r.Context()), r.FormValue("auth_code"), r.FormValue("state"))
	if err != nil {
		return err
	}
	return s.show(w, "installed", view{Title: "安装成功", Data: struct{ App, Corp string }{x.Name, p.AuthCorpInfo.CorpName}})
}

// wecomPage is the address of a page of WeCom, which the sandbox has elsewhere.
func (s *Server) wecomPage(link string) string {
	if s.cfg.PagesURL == "" {
		return link
	}
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	return s.cfg.PagesURL + u.RequestURI()
}

// noticed logs what has come.
func (s *Server) noticed(ctx context.Context, n *callback.Notice) error {
	s.log.InfoContext(ctx, "notice", "kind", n.Kind(), "suite", n.SuiteId, "corp", n.CorpId())
	return nil
}

// removeIfLost removes the installation of a corp if WeCom says once more that it is over.
func (s *Server) removeIfLost(ctx context.Context, info token.TokenInfo) error {
	for _, x := range s.suites {
		if x.Id != info.SuiteId {
			continue
		}
		removed, err := x.api.WithContext(ctx).WithCorp(info.CorpId).RemoveIfLost(time.Time{})
		if err == nil && removed != nil {
			s.log.WarnContext(ctx, "the authorisation of a corp is over", "suite", info.SuiteId, "corp", info.CorpId)
		}
		return err
	}
	return errNoSuite
}
