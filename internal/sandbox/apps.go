package sandbox

import (
	"context"
	"encoding/json"
	"strings"
)

// VisibleRange is what an app may see of a corp (可见范围).
type VisibleRange struct {
	UserIds     []string `json:"user_ids" doc:"members who are in none of the departments" zh:"不在下列部门内的可见成员"`
	Departments []int64  `json:"departments" doc:"ids, with all that is in and below them" zh:"可见部门 ID，含其成员与下级部门"`
}

// ShowRange shows the visible range of an app.
func (w *World) ShowRange(_ context.Context, in InstallRef) (VisibleRange, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return VisibleRange{}, err
	}
	users, departments, err := w.engine.VisibleRange(a.SuiteId, a.CorpId)
	return VisibleRange{append([]string{}, users...), append([]int64{}, departments...)}, err
}

// Workbench is what members see of an app on their workbench (工作台).
type Workbench struct {
	Kind     string           `json:"kind" doc:"of the template: normal (the icon), keydata, image, list or webview" zh:"模版类型：normal（应用图标）、keydata、image、list 或 webview"`
	Template json.RawMessage  `json:"template" doc:"the object of its kind; null: there is none" zh:"该类型的对象，null 为没有"`
	Members  []WorkbenchOfOne `json:"members" doc:"who see something else" zh:"展示内容不同的成员"`
}

// WorkbenchOfOne is what one member sees in place of the template.
type WorkbenchOfOne struct {
	UserId  string          `json:"user_id"`
	Content json.RawMessage `json:"content" doc:"the object of the kind of the template" zh:"模版类型对应的对象"`
}

// ShowWorkbench shows what an app has set for the workbench.
func (w *World) ShowWorkbench(_ context.Context, in InstallRef) (Workbench, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return Workbench{}, err
	}
	bench := w.engine.Workbench(a.SuiteId, a.CorpId)
	out := Workbench{bench.Kind, bench.Template, []WorkbenchOfOne{}}
	for _, m := range bench.Members {
		out.Members = append(out.Members, WorkbenchOfOne(m))
	}
	return out, nil
}

// Selection is a member who selects others in a page of an app (选人).
type Selection struct {
	SuiteId  string   `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId   string   `json:"corp_id" need:"1" doc:"of the members; they have authorised the app themselves (成员授权)" zh:"成员所在企业，须为成员授权"`
	UserId   string   `json:"user_id" need:"1" doc:"who selects" zh:"选人的成员"`
	Selected []string `json:"selected" doc:"user_ids of the others" zh:"被选的成员"`
}

// Selected is what a selection brings to the app.
type Selected struct {
	SelectedTicket string `json:"selected_ticket" doc:"with which the app sends these members template messages" zh:"应用凭此向这些成员发送模板消息"`
}

// Select is a member who selects others in a page of an app.
func (w *World) Select(_ context.Context, in Selection) (Selected, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return Selected{}, err
	}
	ticket, err := w.engine.Select(a.SuiteId, a.CorpId, in.UserId, in.Selected...)
	return Selected{ticket}, err
}

// AppUse is members who use an app.
type AppUse struct {
	SuiteId string   `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId  string   `json:"corp_id" need:"1" doc:"of the members" zh:"成员所在企业"`
	UserIds []string `json:"user_ids" doc:"who use it" zh:"使用应用的成员"`
	Scene   int      `json:"scene" doc:"1 they open it, 2 it sends them a message, 3 it calls a customer-contact endpoint; 0: as 1" zh:"1 打开应用，2 应用发消息给成员，3 应用调用客户联系接口；0 同 1"`
}

// Use is members who use an app: automatic activation may follow, or unlicensed_notify.
func (w *World) Use(ctx context.Context, in AppUse) (Outcome, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return Outcome{}, err
	}
	if in.Scene == 0 {
		in.Scene = 1
	}
	if in.Scene < 1 || in.Scene > 3 || len(in.UserIds) == 0 {
		return Outcome{}, invalid(words{"scene is 1 to 3, and user_ids name who uses the app", "scene 应为 1 至 3，且须以 user_ids 填写使用应用的成员"})
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.UseApp(ctx, a.SuiteId, a.CorpId, in.Scene, in.UserIds...)
	})
}

// Registration is somebody who registers a corp by the promotion link of the provider (推广注册).
type Registration struct {
	CorpId       string `json:"corp_id" need:"1" doc:"one of GET /api/v1/corps: it counts as new" zh:"注册的企业，见 GET /api/v1/corps"`
	RegisterCode string `json:"register_code" need:"1" doc:"that get_register_code answered, or its mark" zh:"get_register_code 返回的注册码或其标记"`
}

// Register is somebody who registers a corp by the promotion link.
func (w *World) Register(_ context.Context, in Registration) (none, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return none{}, err
	}
	if strings.HasPrefix(in.RegisterCode, "#") {
		secret, err := w.Reveal(context.Background(), Marked{in.RegisterCode})
		if err != nil {
			return none{}, err
		}
		in.RegisterCode = secret.Secret
	}
	return none{}, w.engine.Register(in.RegisterCode, in.CorpId)
}
