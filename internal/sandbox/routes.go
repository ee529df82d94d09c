package sandbox

import (
	"context"
	"io"
	"net/http"
)

// Table lists the routes.
type Table struct {
	Routes []Route `json:"routes"`
}

// group puts routes under a heading.
func group(name string, routes ...Route) []Route {
	for i := range routes {
		routes[i].Group = name
	}
	return routes
}

// Routes lists all endpoints of the API, in the order of its documentation.
func Routes() (list []Route) {
	for _, g := range [][]Route{worldRoutes(), appRoutes(), corpRoutes(), orderRoutes(), customerRoutes(), kfRoutes(), mediaRoutes(), logRoutes(), faultRoutes()} {
		list = append(list, g...)
	}
	for i := range list {
		if list[i].In == nil {
			list[i].In = []Field{}
		}
		if list[i].Out == nil {
			list[i].Out = []Field{}
		}
	}
	return list
}

// get and post make routes of methods of World.
func get[In, Out any](path, en, zh string, do func(*World, context.Context, In) (Out, error)) Route {
	return route(http.MethodGet, path, en, zh, do)
}

func post[In, Out any](path, en, zh string, do func(*World, context.Context, In) (Out, error)) Route {
	return route(http.MethodPost, path, en, zh, do)
}

func remove[In, Out any](path, en, zh string, do func(*World, context.Context, In) (Out, error)) Route {
	return route(http.MethodDelete, path, en, zh, do)
}

func worldRoutes() []Route {
	table := Route{Method: http.MethodGet, Path: apiPath, En: "what the API has: this table", Zh: "接口清单，即本表", Out: fieldsOut[Table](),
		serve: func(_ *World, rw http.ResponseWriter, _ *http.Request) error {
			writeJSON(rw, http.StatusOK, Table{Routes()})
			return nil
		}}
	return group("world", table,
		get("/status", "the world at a glance", "总览", (*World).ShowStatus),
		environmentRoute(),
		post("/reveal", "the secret of a mark", "由标记查看密钥", (*World).Reveal),
		post("/reset", "begins anew as configured; callback URLs stay, and get a suite_ticket", "恢复到启动时的状态；保留回调 URL，并向其推送 suite_ticket", (*World).Reset),
		post("/clock", "moves the clock ahead", "拨快时钟", (*World).MoveClock),
		get("/choices", "what WeCom leaves open, as it is chosen", "查看各项设定", (*World).ShowChoices),
		post("/choices", "replaces the choices", "更改全部设定", (*World).Choose),
		get("/changes", "what has changed since; waits for it (GET /events is the same as a stream)", "查询变更，可等待（GET /events 为事件流）", (*World).ListChanges),
	)
}

// environmentRoute answers in two forms.
func environmentRoute() Route {
	x := get("/environment", "what an app needs to be configured with", "应用所需的环境变量", (*World).ShowEnvironment)
	asJSON := x.serve
	x.serve = func(w *World, rw http.ResponseWriter, r *http.Request) error {
		if r.URL.Query().Get("format") != shellFormat {
			return asJSON(w, rw, r)
		}
		var in EnvironmentQuery
		if err := read(rw, r, &in); err != nil {
			return err
		}
		out, err := w.ShowEnvironment(r.Context(), in)
		if err != nil {
			return err
		}
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(rw, out.Shell())
		return nil
	}
	return x
}

func appRoutes() []Route {
	return group("apps",
		get("/suites", "the provider and his apps, with URLs and tickets", "服务商及其应用、回调 URL 与 suite_ticket", (*World).ShowProvider),
		post("/urls", "sets callback URLs", "设置回调 URL", (*World).SetURLs),
		post("/urls/check", "checks a callback URL as WeCom does when it is saved", "验证回调 URL", (*World).CheckURL),
		post("/tickets", "makes a suite_ticket and pushes it", "生成并推送 suite_ticket", (*World).PushTicket),
		post("/tickets/expire", "makes all tickets of a suite too old", "使 suite_ticket 全部过期", (*World).ExpireTickets),
		get("/tokens", "tokens with their remaining life", "各令牌及剩余有效期", (*World).ListTokens),
		post("/tokens/kill", "ends tokens early", "作废令牌", (*World).KillTokens),
		post("/balance", "puts money into the provider's account", "设置充值账户余额", (*World).SetBalance),
	)
}

func corpRoutes() []Route {
	return group("corps",
		get("/corps", "corps with members and installed apps", "企业、成员与已安装的应用", (*World).ListCorps),
		post("/corps", "a corp comes into being", "新增企业", (*World).AddCorp),
		get("/corps/{corp}", "one corp", "查看企业", (*World).ShowCorp),
		post("/corps/{corp}/test", "puts a corp on the list of test corps, or takes it off", "设为或取消测试企业", (*World).SetTestCorp),
		post("/corps/{corp}/members", "adds a member, or changes one", "新增或更改成员", (*World).ChangeMember),
		get("/corps/{corp}/departments", "departments", "查看部门", (*World).ListDepartments),
		post("/corps/{corp}/departments", "makes a department, or changes one", "新增或更改部门", (*World).ChangeDepartment),
		get("/installs", "what is installed", "查看授权", (*World).ListInstalls),
		post("/installs", "a corp installs an app; pushes create_auth", "企业安装应用，推送 create_auth", (*World).Install),
		post("/installs/follow", "an administrator follows an install link or scans a QR code", "管理员打开安装链接或扫码安装", (*World).Follow),
		remove("/installs/{suite}/{corp}", "a corp removes an app; pushes cancel_auth", "企业取消授权，推送 cancel_auth", (*World).Cancel),
		post("/installs/{suite}/{corp}/change", "a corp changes what the app may see; pushes change_auth", "企业变更授权，推送 change_auth", (*World).ChangeAuth),
		post("/installs/{suite}/{corp}/reset", "a new permanent code for a customised app; pushes reset_permanent_code", "代开发应用重新获取 secret，推送 reset_permanent_code", (*World).ResetSecret),
		get("/installs/{suite}/{corp}/range", "what an app may see of a corp", "应用可见范围", (*World).ShowRange),
		get("/installs/{suite}/{corp}/workbench", "what members see of an app on their workbench", "工作台展示内容", (*World).ShowWorkbench),
		post("/use", "members use an app; automatic activation or unlicensed_notify may follow", "成员使用应用，可能触发自动激活或 unlicensed_notify", (*World).Use),
		post("/selections", "a member selects others in a page of an app", "成员在应用页面中选人，得到 selected_ticket", (*World).Select),
		post("/registrations", "somebody registers a corp by the promotion link", "企业通过推广链接注册", (*World).Register),
		post("/corps/{corp}/trial", "puts a corp on the limited trial of an app", "设置应用试用期", (*World).SetAppTrial),
		post("/logins", "a member opens the app: the code that his browser brings", "成员打开应用，得到登录 code", (*World).Login),
	)
}

func logRoutes() []Route {
	return group("log",
		get("/requests", "calls of apps with their answers", "应用的调用与应答", (*World).ListRequests),
		get("/pushes", "pushes with their tries", "推送及每次尝试", (*World).ListPushes),
		get("/pushes/{id}", "one push", "查看推送", (*World).ShowPush),
		post("/pushes/{id}/redeliver", "repeats a push byte for byte", "原样重发推送", (*World).Redeliver),
		post("/pushes", "pushes any event from its sample", "由样例推送任意事件", (*World).PushSample),
		get("/events", "the events that can be pushed", "可推送的事件", (*World).ListEvents),
		get("/events/{kind}", "an event as it would be pushed to a corp", "推送给某企业的事件内容", (*World).ShowEvent),
		get("/messages", "what apps have sent to members", "应用发给成员的消息", (*World).ListMessages),
		post("/messages/{message}/click", "a member clicks a button of a card", "成员点击卡片按钮", (*World).Click),
		post("/say", "a member writes to an app", "成员给应用发消息", (*World).Say),
	)
}

func faultRoutes() []Route {
	return group("faults",
		get("/faults", "faults that wait for requests", "查看故障", (*World).ListFaults),
		post("/faults", "adds a fault", "注入故障", (*World).AddFault),
		remove("/faults/{id}", "removes a fault", "移除故障", (*World).RemoveFault),
		remove("/faults", "removes all faults", "移除全部故障", (*World).ClearFaults),
	)
}
