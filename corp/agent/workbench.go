package agent

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Workbench 工作台: is what the app shows on the workbench. Set one of its kinds; Type follows
// from it. With none, the app shows its icon (normal), which only a Template can do.
//
// Use JumpUrl if the app's home page is a web page, and PagePath if it is a mini program. Both
// may be empty: then the home page opens.
type Workbench struct {
	Type    string   `json:"type"`
	KeyData *KeyData `json:"keydata,omitempty"`
	Image   *Image   `json:"image,omitempty"`
	List    *Items   `json:"list,omitempty"`
	Webview *Webview `json:"webview,omitempty"`
}

// KeyData 关键数据型: shows 1 to 4 numbers.
type KeyData struct {
	Items []KeyItem `json:"items"`
}

// KeyItem is one number.
type KeyItem struct {
	Key      string `json:"key,omitempty"` // at most 64 characters; in the template
	Data     string `json:"data"`          // at most 64 characters
	JumpUrl  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// Image 图片型: shows an image, best 3.35 times as wide as high.
type Image struct {
	Url      string `json:"url"`
	JumpUrl  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// Items 列表型: shows 1 to 3 lines.
type Items struct {
	Items []Item `json:"items"`
}

// Item is one line.
type Item struct {
	Title    string `json:"title"` // at most 128 bytes
	JumpUrl  string `json:"jump_url,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// Heights of a [Webview].
const (
	SingleRow = "single_row" // 106 px, 147 without the title
	DoubleRow = "double_row" // 171 px, 212 without the title; the default
)

// Webview webview型: shows a web page.
type Webview struct {
	Url                string `json:"url"`
	JumpUrl            string `json:"jump_url,omitempty"` // without effect beside EnableWebviewClick
	PagePath           string `json:"pagepath,omitempty"`
	Height             string `json:"height,omitempty"`
	HideTitle          bool   `json:"hide_title,omitempty"`
	EnableWebviewClick bool   `json:"enable_webview_click,omitempty"` // its links work, as wxwork://openurl?url=…
}

// typed sets the type, which is that of the kind, and looks at the limits.
func (w Workbench) typed() (Workbench, error) {
	kind, err := check.OneKind("workbench", w)
	w.Type = kind
	return w, cmp.Or(err, w.check())
}

// typed is that of the workbench, which needs no kind here.
func (t Template) typed() (Template, error) {
	kind, err := check.Kind("workbench", t.Workbench)
	t.Type = cmp.Or(kind, "normal")
	return t, cmp.Or(err, t.check())
}

func (w Workbench) check() error {
	if w.KeyData != nil {
		return w.KeyData.check()
	}
	if w.Image != nil {
		return check.Required("image.url", w.Image.Url)
	}
	if w.List != nil {
		return w.List.check()
	}
	if w.Webview != nil {
		return check.Required("webview.url", w.Webview.Url)
	}
	return nil
}

func (k KeyData) check() error {
	for i, item := range k.Items {
		at := fmt.Sprintf("keydata.items[%d].", i)
		err := cmp.Or(check.Runes(at+"key", item.Key, 64), check.Runes(at+"data", item.Data, 64),
			check.Runes(at+"jump_url", item.JumpUrl, 1024), check.Runes(at+"pagepath", item.PagePath, 1024))
		if err != nil {
			return err
		}
	}
	return check.Between("the number of keydata.items", len(k.Items), 1, 4)
}

func (l Items) check() error {
	for i, item := range l.Items {
		if err := check.Id(fmt.Sprintf("list.items[%d].title", i), item.Title, 128); err != nil {
			return err
		}
	}
	return check.Between("the number of list.items", len(l.Items), 1, 3)
}

// Template is the workbench of all members, except those who have data of their own.
type Template struct {
	Workbench
	ReplaceUserData bool `json:"replace_user_data,omitempty"` // overwrites what members have
}

type templateReq struct {
	AgentId int64 `json:"agentid"`
	Template
}

// SetWorkbenchTemplate 设置应用在工作台展示的模版: sets what the app shows on the workbench.
//
// An administrator of the corp must have switched it on for the app; the event
// switch_workbench_mode reports that. Errors: 48002 not switched on, or no right.
// https://developer.work.weixin.qq.com/document/path/94620
func SetWorkbenchTemplate(api *token.Api, template Template) error {
	template, err := template.typed()
	agentId, err := cgi.AgentId(api, 0, err)
	return cgi.Do(api, cgi.Write("agent/set_workbench_template"), templateReq{agentId, template}, err)
}

type agentReq struct {
	AgentId int64 `json:"agentid"`
}

// GetWorkbenchTemplate 获取应用在工作台展示的模版: reads what was set by [SetWorkbenchTemplate].
// https://developer.work.weixin.qq.com/document/path/94620
func GetWorkbenchTemplate(api *token.Api) (*Template, error) {
	agentId, err := api.AgentId()
	return cgi.Call[Template](api, cgi.Read("agent/get_workbench_template"), agentReq{agentId}, err)
}

type userReq struct {
	AgentId int64  `json:"agentid"`
	UserId  string `json:"userid"`
}

type dataReq struct {
	userReq
	Workbench
}

// SetWorkbenchData 设置应用在用户工作台展示的数据: sets what the app shows on a member's
// workbench. A template of the same kind must have been set before.
//
// At most 10 calls a minute for one member. Errors: 60111 no such member in the visible range.
// https://developer.work.weixin.qq.com/document/path/94620
func SetWorkbenchData(api *token.Api, userId string, w Workbench) error {
	w, err := w.typed()
	agentId, err := cgi.AgentId(api, 0, err, check.Required("userid", userId))
	return cgi.Do(api, cgi.Write("agent/set_workbench_data"), dataReq{userReq{agentId, userId}, w}, err)
}

type batchDataReq struct {
	AgentId    int64     `json:"agentid"`
	UserIdList []string  `json:"userid_list"`
	Data       Workbench `json:"data"`
}

const maxUsers = 1000 // of one request

// BatchSetWorkbenchData 批量设置应用在用户工作台展示的数据: is [SetWorkbenchData] for any number
// of members, 1000 in a request. If a request fails, a *[token.PartialError] says how many
// members have the data.
//
// At most 100000 members a minute.
// https://developer.work.weixin.qq.com/document/path/94620
func BatchSetWorkbenchData(api *token.Api, userIds []string, w Workbench) error {
	w, err := w.typed()
	agentId, err := cgi.AgentId(api, 0, err, check.Ids("userid_list", userIds, 0))
	if err != nil {
		return err
	}
	_, err = paging.Batches(userIds, maxUsers, func(part []string) ([]struct{}, error) {
		return nil, cgi.Do(api, cgi.Write("agent/batch_set_workbench_data"), batchDataReq{agentId, part, w})
	}, token.NewPartialError)
	return err
}

type dataRes struct {
	Data Workbench `json:"data"`
}

// GetWorkbenchData 获取应用在用户工作台展示的数据: reads what the app shows on a member's
// workbench. If a template was set later with ReplaceUserData, that is returned instead.
//
// Errors: 60111 no such member in the visible range.
// https://developer.work.weixin.qq.com/document/path/94620
func GetWorkbenchData(api *token.Api, userId string) (*Workbench, error) {
	agentId, err := cgi.AgentId(api, 0, check.Required("userid", userId))
	res, err := cgi.Call[dataRes](api, cgi.Read("agent/get_workbench_data"), userReq{agentId, userId}, err)
	if err != nil {
		return nil, err
	}
	return &res.Data, nil
}
