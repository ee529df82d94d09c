package main

import (
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed pages.html
var text string

var templates = template.Must(template.New("").Parse(text))

// boxCorp is a corp of the sandbox.
type boxCorp struct {
	CorpId  string `json:"corp_id"`
	Name    string `json:"name"`
	Members []struct {
		UserId string `json:"user_id"`
		Name   string `json:"name"`
	} `json:"members"`
	Installs []struct {
		SuiteId string `json:"suite_id"`
	} `json:"installs"`
}

// has reports whether the corp has installed a suite.
func (c boxCorp) has(suiteId string) bool {
	for _, x := range c.Installs {
		if x.SuiteId == suiteId {
			return true
		}
	}
	return false
}

// choice is a button of such a page.
type choice struct{ Text, Corp, User string }

// ServeHTTP stands in for pages of WeCom: the one on which an administrator agrees to install, and
// those that say who a member is. Whoever opens one chooses who he is.
func (b *sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	do := b.ask
	if r.Method == http.MethodPost {
		do = b.chosen
	}
	if err := do(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func installs(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/3rdapp/") }

func (b *sandbox) ask(w http.ResponseWriter, r *http.Request) error {
	var all struct {
		Corps []boxCorp `json:"corps"`
	}
	if err := b.call(r.Context(), http.MethodGet, "/corps", nil, &all); err != nil {
		return err
	}
	var list []choice
	for _, c := range all.Corps {
		if installs(r) {
			list = append(list, choice{Text: "以“" + c.Name + "”管理员的身份同意安装", Corp: c.CorpId})
			continue
		}
		if appId := r.FormValue("appid"); c.has(appId) || c.CorpId == appId {
			for _, m := range c.Members {
				list = append(list, choice{Text: "以“" + c.Name + "”" + m.Name + "的身份登录", Corp: c.CorpId, User: m.UserId})
			}
		}
	}
	return templates.ExecuteTemplate(w, "sandbox", list)
}

func (b *sandbox) chosen(w http.ResponseWriter, r *http.Request) error {
	lead := b.login
	if installs(r) {
		lead = b.install
	}
	to, err := lead(r.Context(), r)
	if err != nil {
		return err
	}
	if to == "" {
		return templates.ExecuteTemplate(w, "scanned", nil)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// install returns where the browser of an administrator goes on; nowhere after a QR code.
func (b *sandbox) install(ctx context.Context, r *http.Request) (string, error) {
	var out struct {
		Redirect string `json:"redirect"`
		AuthCode string `json:"auth_code"`
	}
	in := map[string]string{"corp_id": r.PostFormValue("corp"), "link": "https://open.work.weixin.qq.com" + r.URL.RequestURI()}
	if err := b.call(ctx, http.MethodPost, "/installs/follow", in, &out); err != nil || out.Redirect == "" {
		return "", err
	}
	code, err := b.reveal(ctx, out.AuthCode)
	return strings.Replace(out.Redirect, url.QueryEscape(out.AuthCode), url.QueryEscape(code), 1), err
}

// login returns where the browser of a member goes on.
func (b *sandbox) login(ctx context.Context, r *http.Request) (string, error) {
	q := r.URL.Query()
	suiteId := q.Get("appid")
	if suiteId == r.PostFormValue("corp") { // of a customised app
		suiteId = b.suites[len(b.suites)-1]
	}
	var out struct {
		Code string `json:"code"`
	}
	in := map[string]string{"suite_id": suiteId, "corp_id": r.PostFormValue("corp"), "user_id": r.PostFormValue("user")}
	if err := b.call(ctx, http.MethodPost, "/logins", in, &out); err != nil {
		return "", err
	}
	code, err := b.reveal(ctx, out.Code)
	if err != nil {
		return "", err
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		return "", err
	}
	add := back.Query()
	add.Set("code", code)
	add.Set("state", q.Get("state"))
	back.RawQuery = add.Encode()
	return back.String(), nil
}

// reveal is the secret of a mark.
func (b *sandbox) reveal(ctx context.Context, mark string) (string, error) {
	var out struct {
		Secret string `json:"secret"`
	}
	err := b.call(ctx, http.MethodPost, "/reveal", map[string]string{"mark": mark}, &out)
	return out.Secret, err
}
