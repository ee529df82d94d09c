package sandbox

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Message is what an app has sent to members.
type Message struct {
	Id       string          `json:"id" doc:"msgid" zh:"消息 msgid"`
	Time     time.Time       `json:"time"`
	SuiteId  string          `json:"suite_id"`
	CorpId   string          `json:"corp_id"`
	Kind     string          `json:"kind" doc:"msgtype" zh:"消息类型 msgtype"`
	Content  json.RawMessage `json:"content" doc:"the object of its kind: with user_id as he sees it, else as it was sent" zh:"该类型的对象：指定 user_id 时为成员现在所见，否则为发送时的内容"`
	To       []string        `json:"to" doc:"user_ids whom it has reached" zh:"收到消息的成员"`
	Recalled bool            `json:"recalled"`
}

// Messages lists messages.
type Messages struct {
	Messages []Message `json:"messages"`
}

// InboxQuery chooses messages.
type InboxQuery struct {
	UserId string `json:"-" query:"user_id" doc:"the inbox of one member: what he can still read" zh:"某成员的收件箱：仍可查看的消息"`
	CorpId string `json:"-" query:"corp_id" doc:"what was sent to one corp; empty: to all" zh:"只看发给某企业的消息；不填则为所有企业"`
}

// ListMessages lists what apps have sent to members, the oldest first.
func (w *World) ListMessages(_ context.Context, in InboxQuery) (Messages, error) {
	out := Messages{Messages: []Message{}}
	seen := map[string]json.RawMessage{}
	if in.UserId != "" {
		for _, m := range w.engine.MessagesTo(in.UserId) {
			seen[m.Id] = m.Content
		}
	}
	for _, c := range w.engine.Corps() {
		if in.CorpId == "" || in.CorpId == c.Id {
			out.Messages = append(out.Messages, w.messagesIn(c.Id, in.UserId, seen)...)
		}
	}
	return out, nil
}

// messagesIn are those of a corp; if a member is named only those in his inbox, by their ids.
func (w *World) messagesIn(corpId, userId string, seen map[string]json.RawMessage) (list []Message) {
	for _, m := range w.engine.SentIn(corpId) {
		content, ok := seen[m.Id]
		if userId == "" {
			content, ok = m.Content, true
		}
		if ok {
			list = append(list, Message{m.Id, m.Time, m.SuiteId, m.CorpId, m.Kind, content, append([]string{}, m.To...), m.Recalled})
		}
	}
	return list
}

// ButtonClick is a member who clicks a button of a card.
type ButtonClick struct {
	MessageId string              `json:"-" path:"message" need:"1" doc:"id of a message" zh:"消息 ID"`
	UserId    string              `json:"user_id" need:"1" doc:"who clicks" zh:"点击的成员"`
	Key       string              `json:"key" need:"1" doc:"of the button, or of an entry of the menu" zh:"按钮或菜单项的 key"`
	Chosen    map[string][]string `json:"chosen" doc:"option ids by question key; what they leave out stays as the card has it" zh:"各选择题 key 所选的选项 ID；未填的保持卡片原有选择"`
}

// Click is a member who clicks a button of a card: template_card_event is pushed.
func (w *World) Click(ctx context.Context, in ButtonClick) (Outcome, error) {
	var chosen []string // in turn, as the engine has it
	for _, question := range slices.Sorted(maps.Keys(in.Chosen)) {
		if len(in.Chosen[question]) == 0 {
			return Outcome{}, invalid(words{"nothing is chosen of the question %.80q: choose an option, or leave the question out",
				"chosen 中的选择题 %.80q 没有选择任何选项：请选择，或不填这道题"}, question)
		}
		for _, option := range in.Chosen[question] {
			chosen = append(chosen, question, option)
		}
	}
	return w.act(ctx, func(ctx context.Context) error {
		_, err := w.engine.Click(ctx, in.MessageId, in.UserId, in.Key, chosen...)
		return err
	})
}

// Said is what a member writes to an app.
type Said struct {
	SuiteId string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	CorpId  string `json:"corp_id" need:"1" doc:"of the member" zh:"成员所在企业"`
	UserId  string `json:"user_id" need:"1" doc:"who writes" zh:"发消息的成员"`
	Text    string `json:"text" need:"1" doc:"what he writes" zh:"消息内容"`
}

// Say is a member who writes a text to an app: it is pushed to the data URL.
func (w *World) Say(ctx context.Context, in Said) (Outcome, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err == nil {
		_, err = w.member(in.CorpId, in.UserId)
	}
	if err != nil {
		return Outcome{}, err
	}
	e, err := findEvent("text", spec.ChannelData, false)
	if err != nil {
		return Outcome{}, err
	}
	to := platform.Target{SuiteId: a.SuiteId, CorpId: a.CorpId}
	return w.act(ctx, func(ctx context.Context) error {
		_, err := w.engine.PushSample(ctx, e.Id, to, "FromUserName", in.UserId, "Content", in.Text, "MsgId", w.engine.NewMsgId())
		return err
	})
}

// Request is a request of an app to the fake.
type Request struct {
	Id        int64               `json:"id"`
	Time      time.Time           `json:"time" doc:"by the clock of the sandbox" zh:"按沙箱时钟"`
	Method    string              `json:"method"`
	Path      string              `json:"path"`
	Query     map[string][]string `json:"query" doc:"secrets as marks" zh:"密钥显示为标记"`
	Body      string              `json:"body" doc:"JSON with secrets as marks; of anything else nothing" zh:"JSON，密钥显示为标记；其他格式不显示"`
	Size      int                 `json:"size" doc:"of the body, in bytes" zh:"请求体字节数"`
	Token     string              `json:"token" doc:"mark of the token that came" zh:"请求所带令牌的标记"`
	TokenKind string              `json:"token_kind" doc:"of one that was accepted: provider, suite or corp" zh:"已通过校验的令牌类型：provider、suite 或 corp"`
	SuiteId   string              `json:"suite_id" doc:"of the token" zh:"令牌所属"`
	CorpId    string              `json:"corp_id" doc:"of the token" zh:"令牌所属"`
	Fault     bool                `json:"fault" doc:"a fault was applied" zh:"是否触发了故障"`
	Problem   string              `json:"problem" doc:"why its form was refused" zh:"请求格式被拒绝的原因"`
	Sample    bool                `json:"sample" doc:"the documented sample was the answer: the endpoint has no rules here" zh:"应答为文档示例：沙箱未实现该接口的规则"`
	Status    int                 `json:"status" doc:"of HTTP; 0: not answered (yet)" zh:"HTTP 状态码，0 为（尚）未应答"`
	ErrCode   int                 `json:"errcode"`
	Answer    string              `json:"answer" doc:"JSON with secrets as marks; of anything else nothing" zh:"JSON，密钥显示为标记；其他格式不显示"`
	Ms        int64               `json:"ms" doc:"until the answer" zh:"耗时，毫秒"`
}

// Requests lists requests.
type Requests struct {
	Requests []Request `json:"requests"`
}

// RequestQuery chooses requests.
type RequestQuery struct {
	After  int64  `json:"-" query:"after" doc:"only those with larger ids" zh:"只返回 ID 更大的记录"`
	Before int64  `json:"-" query:"before" doc:"only those with smaller ids; 0: all" zh:"只返回 ID 更小的记录，0 为不限"`
	Path   string `json:"-" query:"path" doc:"only those to this endpoint" zh:"只看该接口"`
	Limit  int    `json:"-" query:"limit" doc:"how many, the newest; 0: 100" zh:"返回最新的条数，0 为 100 条"`
}

// ListRequests lists the newest requests, the oldest of them first.
func (w *World) ListRequests(_ context.Context, in RequestQuery) (Requests, error) {
	most, err := limit(in.Limit)
	if err != nil {
		return Requests{}, err
	}
	out := Requests{Requests: []Request{}}
	for _, r := range w.engine.NewestRequests(most, func(r *platform.Request) bool {
		return r.Id > in.After && (in.Path == "" || r.Path == in.Path) && (in.Before == 0 || r.Id < in.Before)
	}) {
		out.Requests = append(out.Requests, w.showRequest(r))
	}
	return out, nil
}

func (w *World) showRequest(r platform.Request) Request {
	out := Request{r.Id, r.Time, r.Method, w.engine.Scrub(r.Path), map[string][]string{}, w.engine.Scrub(r.Body), r.Size, r.TokenMark, r.Token, r.SuiteId, r.CorpId,
		r.Fault, w.engine.Scrub(r.Problem), r.Sample, r.Status, r.ErrCode, w.engine.Scrub(r.Answer), r.Duration.Milliseconds()}
	for name, values := range r.Query {
		name = w.engine.Scrub(name)
		for _, v := range values {
			out.Query[name] = append(out.Query[name], w.engine.Scrub(v))
		}
	}
	return out
}
