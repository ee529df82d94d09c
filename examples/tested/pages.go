package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"time"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// page is one page for each suite, which is the end of its path.
func (g *Greeter) page(path string, show func(api *token.Api, w http.ResponseWriter, r *http.Request) error) {
	g.HandleFunc("GET "+path+"{suite}", func(w http.ResponseWriter, r *http.Request) {
		api := g.suites[r.PathValue("suite")]
		if api == nil {
			http.NotFound(w, r)
			return
		}
		switch err := show(api.WithContext(r.Context()), w, r); {
		case errors.Is(err, errState):
			http.Error(w, err.Error(), http.StatusForbidden)
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadGateway) // errors of the SDK show no secret
		}
	})
}

// install sends an administrator to WeCom, where he agrees.
func (g *Greeter) install(api *token.Api, w http.ResponseWriter, r *http.Request) error {
	code, err := service.GetPreAuthCode(api)
	if err != nil {
		return err
	}
	link, err := service.InstallUrl(service.InstallLink{SuiteId: api.SuiteId(), PreAuthCode: code.PreAuthCode,
		RedirectUri: g.cfg.Site + "/installed/" + api.SuiteId(), State: newState(w)})
	if err == nil {
		http.Redirect(w, r, link, http.StatusFound)
	}
	return err
}

// returned is where he comes back to.
func (g *Greeter) returned(api *token.Api, w http.ResponseWriter, r *http.Request) error {
	if err := checkState(r); err != nil {
		return err
	}
	p, err := g.inbox.Install(api, r.FormValue("auth_code"), r.FormValue("state"))
	if err == nil {
		fmt.Fprintf(w, "%s has installed the greeter.", html.EscapeString(p.AuthCorpInfo.CorpName))
	}
	return err
}

// open is the page that the app has in the workbench (工作台). WeCom says who has opened it.
func (g *Greeter) open(api *token.Api, w http.ResponseWriter, r *http.Request) error {
	link, err := service.OAuth2Url(service.OAuth2Link{AppId: api.SuiteId(), RedirectUri: g.cfg.Site + "/login/" + api.SuiteId(), State: newState(w)})
	if err == nil {
		http.Redirect(w, r, link, http.StatusFound)
	}
	return err
}

// login greets whom WeCom has sent back.
func (g *Greeter) login(api *token.Api, w http.ResponseWriter, r *http.Request) error {
	if err := checkState(r); err != nil {
		return err
	}
	visitor, err := service.GetuserInfo3rd(api, r.FormValue("code"))
	if err != nil {
		return err
	}
	accounts, err := license.LICGetActiveByUser(api.WithCorp(visitor.CorpId), visitor.Userid)
	if err == nil {
		valid := func(a license.ActiveInfo) bool { return time.Unix(a.ExpireTime, 0).After(time.Now()) }
		fmt.Fprintf(w, "Hello %s, licensed: %t", html.EscapeString(visitor.Userid), slices.ContainsFunc(accounts.ActiveInfoList, valid))
	}
	return err
}

const stateCookie = "state"

var errState = errors.New("please begin again: this browser did not begin here")

// newState makes a value that only this browser knows, against forged redirects.
func newState(w http.ResponseWriter) string {
	state := rand.Text()
	http.SetCookie(w, &http.Cookie{Name: stateCookie, Value: state, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return state
}

func checkState(r *http.Request) error {
	if c, err := r.Cookie(stateCookie); err != nil || c.Value != r.FormValue("state") {
		return errState
	}
	return nil
}
