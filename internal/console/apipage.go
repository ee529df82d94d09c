package console

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/sandbox"
)

// apiData is what the page of the admin API shows.
type apiData struct {
	Groups []apiGroup
	Start  string // what the examples begin with
	Script string // the main job with curl
	Token  bool   // callers need one
}

// apiGroup are the routes of a group.
type apiGroup struct {
	Name   string
	Routes []apiRoute
}

// apiRoute is a route with an example.
type apiRoute struct {
	sandbox.Route
	Id, Short, What, Curl string
}

// api is the page of the admin API.
func (c *Console) api(p *page) error {
	d := apiData{Token: c.access.Token != "", Start: "A=" + p.Status.BaseURL + "/api/v1", Script: p.lang.mainJob(p.Status.BaseURL)}
	if d.Token {
		d.Start += "\nH='Authorization: Bearer TOKEN'"
	}
	for _, x := range sandbox.Routes() {
		name := p.lang.groupName(x.Group)
		if len(d.Groups) == 0 || d.Groups[len(d.Groups)-1].Name != name {
			d.Groups = append(d.Groups, apiGroup{Name: name})
		}
		g := &d.Groups[len(d.Groups)-1]
		g.Routes = append(g.Routes, apiRoute{x, routeId(x), shortPath(x), p.lang.t(x.Zh, x.En), example(x, d.Token)})
	}
	p.Data = d
	return nil
}

// shortPath is the path of a route behind what all begin with.
func shortPath(x sandbox.Route) string {
	return cmp.Or(strings.TrimPrefix(x.Path, "/api/v1"), x.Path)
}

// routeId is the id of the element of a route.
func routeId(x sandbox.Route) string {
	id := strings.ToLower(x.Method) + strings.NewReplacer("/api/v1", "", "/", "-", "{", "", "}", "").Replace(x.Path)
	return strings.TrimSuffix(id, "-")
}

// groupName is the name of a group of routes.
func (l language) groupName(group string) string {
	names := map[string][2]string{"world": {"沙箱", "The sandbox"}, "apps": {"应用与令牌", "Apps and tokens"}, "corps": {"企业与安装", "Corps and installs"},
		"orders": {"订单与激活码", "Orders and codes"}, "customers": {"客户联系", "Customers"}, "kf": {"微信客服", "Customer service"},
		"media": {"素材文件", "Media files"}, "log": {"日志、推送与消息", "Log, pushes and messages"}, "faults": {"故障", "Faults"}}
	if x, ok := names[group]; ok {
		return l.t(x[0], x[1])
	}
	return group
}

// fieldType is the type of a field for people.
func (l language) fieldType(name string) string {
	names := map[string]string{"text": "文本", "number": "数字", "span": "时长", "time": "时间", "true or false": "真或假", "object": "对象",
		"base64": "base64 文本", "object of text": "对象（值为文本）", "object of number": "对象（值为数字）", "object of lists of text": "对象（值为文本列表）"}
	if zh := names[name]; zh != "" {
		return l.t(zh, name)
	}
	return name
}

// fieldDoc says what a field is; what has no Chinese text stays English.
func (l language) fieldDoc(f sandbox.Field) string {
	if l == chinese && f.DocZh != "" {
		return f.DocZh
	}
	return f.Doc
}

// example is a call of a route with curl: with what is needed, or with what there is.
func example(x sandbox.Route, token bool) string {
	text := "curl -sS"
	if x.Method == http.MethodDelete {
		text += " -X DELETE"
	}
	text += ` "$A` + exampleURL(x) + `"`
	if token {
		text += ` -H "$H"`
	}
	if x.Method == http.MethodPost {
		text += " -H 'Content-Type: application/json' -d '{" + exampleBody(x) + "}'"
	}
	return text
}

// exampleURL is the path of a route with variables in it, and the first value of its query.
func exampleURL(x sandbox.Route) string {
	path, query := strings.TrimPrefix(x.Path, "/api/v1"), ""
	for _, f := range x.In {
		switch {
		case f.In == "path":
			path = strings.Replace(path, "{"+f.Name+"}", "$"+strings.ToUpper(f.Name), 1)
		case f.In == "query" && query == "":
			query = "?" + f.Name + "=" + sampleText(f)
		}
	}
	return path + query
}

// exampleBody are the fields of a body that are needed, or all if none is.
func exampleBody(x sandbox.Route) string {
	needs := slices.ContainsFunc(x.In, func(f sandbox.Field) bool { return f.Required && f.In == "body" })
	var list []string
	for _, f := range x.In {
		if f.In == "body" && !strings.Contains(f.Name, ".") && (f.Required || !needs) {
			list = append(list, quoted(strings.TrimSuffix(f.Name, "[]"))+": "+sampleValue(f))
		}
	}
	return strings.Join(list, ", ")
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // a text has no error
	return string(b)
}

// sampleText is a value of a field in a query.
func sampleText(f sandbox.Field) string {
	switch f.Type {
	case "number":
		return "1"
	case "true or false":
		return "true"
	case "span":
		return "10s"
	}
	return "$" + strings.ToUpper(f.Name)
}

// sampleValue is a value of a field in a body.
func sampleValue(f sandbox.Field) string {
	value := quoted("…")
	switch {
	case strings.HasPrefix(f.Type, "object"):
		value = "{}"
	case f.Type == "number":
		value = "1"
	case f.Type == "true or false":
		value = "true"
	case f.Type == "span":
		value = quoted("24h")
	}
	if strings.HasSuffix(f.Name, "[]") {
		return "[" + value + "]"
	}
	return value
}

// mainJob are the steps of examples/curl.sh, shortened.
func (l language) mainJob(base string) string {
	return strings.Join([]string{
		"S=" + base + "  A=$S/api/v1  J='Content-Type: application/json'",
		"", l.t("# 1 应用读取这些变量", "# 1 an app reads these variables"),
		`eval "$(curl -sS "$A/environment?format=shell&reveal=true")"`,
		"", l.t("# 2 新增企业，管理员安装应用，得到 auth_code 的标记", "# 2 a corp comes into being and installs the app: the mark of an auth_code"),
		`curl -sS $A/corps    -H "$J" -d '{"name":"Riverside","members":2}'`,
		`curl -sS $A/installs -H "$J" -d '{"corp_id":"'$CORP'"}'`,
		"", l.t("# 3 应用换取永久授权码（create_auth 推送里有 auth_code；测试可由标记取得）", "# 3 the app exchanges the auth_code, which create_auth brings; a test takes it by its mark"),
		`curl -sS $A/reveal   -H "$J" -d '{"mark":"'$MARK'"}'`,
		`curl -sS "$S/cgi-bin/service/get_permanent_code?suite_access_token=$SUITE_TOKEN" -d '{"auth_code":"'$CODE'"}'`,
		"", l.t("# 4 应用下单，有人在服务商后台支付", "# 4 the app orders, somebody pays in the provider console"),
		`curl -sS "$S/cgi-bin/license/create_new_order?provider_access_token=$PROVIDER_TOKEN" -d …`,
		`curl -sS $A/orders/$ORDER/pay -H "$J" -d '{}'`,
		"", l.t("# 5 激活，发消息，看成员收到了什么", "# 5 activate, send, see what the member got"),
		`curl -sS "$S/cgi-bin/license/active_account?provider_access_token=$PROVIDER_TOKEN" -d …`,
		`curl -sS "$S/cgi-bin/message/send?access_token=$CORP_TOKEN" -d …`,
		`curl -sS "$A/messages?user_id=$USER"`,
	}, "\n")
}
