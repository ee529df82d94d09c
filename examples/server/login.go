package main

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// login sends a member to WeCom, which says who he is. Inside WeCom's client that needs no click;
// outside he scans a code.
func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	x, err := s.of(r)
	if err != nil {
		return err
	}
	inside := strings.Contains(r.UserAgent(), "wxwork")
	var link string
	switch {
	case x.Template:
		link, err = s.customizedLogin(w, r, x, inside)
	case inside:
		link, err = service.OAuth2Url(service.OAuth2Link{AppId: x.Id, RedirectUri: s.loggedInURL(x, x), State: s.newState(w)})
	default:
		by := cmp.Or(s.suites[loginSuite], x) // WeCom itself wants 登录授权
		link, err = service.WebLoginUrl(service.WebLoginLink{AppId: by.Id, RedirectUri: s.loggedInURL(x, by), State: s.newState(w)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, s.wecomPage(link), http.StatusSeeOther)
	return nil
}

// customizedLogin is for customised apps, each of which belongs to one corp: their address in the
// workbench is /login/app2?corp=CORPID.
func (s *Server) customizedLogin(w http.ResponseWriter, r *http.Request, x *suite, inside bool) (string, error) {
	corpId := r.FormValue("corp")
	if corpId == "" {
		return "", &problem{http.StatusBadRequest, "请从企业微信工作台打开此应用。"}
	}
	agentId, err := x.api.WithContext(r.Context()).WithCorp(corpId).AgentId()
	if err != nil {
		return "", err
	}
	back := s.loggedInURL(x, x) + "?" + url.Values{"corp": {corpId}}.Encode()
	if inside {
		return service.OAuth2Url(service.OAuth2Link{AppId: corpId, AgentId: agentId, RedirectUri: back, State: s.newState(w)})
	}
	return service.WebLoginUrl(service.WebLoginLink{LoginType: service.LoginCorpApp, AppId: corpId, AgentId: agentId, RedirectUri: back, State: s.newState(w)})
}

func (s *Server) loggedInURL(x, by *suite) string {
	return s.cfg.Site + "/logged-in/" + x.Name + "/" + by.Name
}

// loggedIn is where he comes back to, with a code.
func (s *Server) loggedIn(w http.ResponseWriter, r *http.Request) error {
	x, err := s.of(r)
	if err != nil {
		return err
	}
	by := s.suites[r.PathValue("by")]
	if by == nil || by != x && by.Name != loginSuite {
		return &problem{http.StatusNotFound, "没有这个应用。"}
	}
	if err := s.checkState(w, r); err != nil {
		return err
	}
	who := session{Suite: x.Name}
	if who.Corp, who.User, err = visitor(by, r); err != nil {
		return err
	}
	if who.User == "" {
		return &problem{http.StatusForbidden, "只有企业成员可以登录。"}
	}
	if _, err := x.api.WithContext(r.Context()).WithCorp(who.Corp).Installation(); err != nil {
		return err
	}
	if err := s.setSession(w, who); err != nil {
		return err
	}
	http.Redirect(w, r, "/me", http.StatusSeeOther)
	return nil
}

// visitor asks WeCom whose code it is.
func visitor(by *suite, r *http.Request) (corpId, userId string, err error) {
	api := by.api.WithContext(r.Context())
	if by.Template {
		corpId = r.FormValue("corp")
		v, err := service.GetUserInfo(api.WithCorp(corpId), r.FormValue("code"))
		if err != nil {
			return "", "", badCode(err)
		}
		return corpId, v.UserId, nil
	}
	v, err := service.GetuserInfo3rd(api, r.FormValue("code"))
	if err != nil {
		return "", "", badCode(err)
	}
	return v.CorpId, v.Userid, nil
}

// badCode tells of codes that were used or are too old, such as after a reload.
func badCode(err error) error {
	for _, code := range []token.Code{40029, 42003, 42022} {
		if errors.Is(err, code) {
			return &problem{http.StatusForbidden, "登录已过期，请重新登录。"}
		}
	}
	return err
}

func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	s.dropCookie(w, sessionCookie)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// visit is a page that a member has opened. Its Api acts for his corp, and for no other.
type visit struct {
	*http.Request
	who *session
	api *token.Api
}

// member makes a handler of a page for members of corps that have installed the app.
func (s *Server) member(show func(w http.ResponseWriter, v visit) error) http.HandlerFunc {
	return s.answer(func(w http.ResponseWriter, r *http.Request) error {
		who := s.session(r)
		if who == nil {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return nil
		}
		api := s.suites[who.Suite].api.WithContext(r.Context()).WithCorp(who.Corp)
		if _, err := api.Installation(); err != nil {
			return err
		}
		return show(w, visit{r, who, api})
	})
}

const mayManage = 1 // auth_type of an administrator

// admin reports whether the member manages the app in his corp.
func (v visit) admin() (bool, error) {
	list, err := service.GetAgentAdminList(v.api)
	if err != nil {
		return false, err
	}
	for _, a := range list.Admins {
		if a.UserId == v.who.User && a.AuthType == mayManage {
			return true, nil
		}
	}
	return false, nil
}
