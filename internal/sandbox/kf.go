package sandbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/kf"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// KfAccount is an account of customer service (微信客服).
type KfAccount struct {
	OpenKfId      string           `json:"open_kfid"`
	Name          string           `json:"name"`
	Link          string           `json:"link" doc:"that customers open" zh:"客服链接"`
	Suites        []string         `json:"suites" doc:"apps that manage it" zh:"可管理该账号的应用"`
	UserIds       []string         `json:"user_ids" doc:"who answer for it" zh:"接待人员"`
	Departments   []int64          `json:"departments" doc:"the same" zh:"接待人员所在部门"`
	Resting       map[string]int   `json:"resting" doc:"servicers who do not receive customers, by user_id: 1 stopped, 2 suspended" zh:"停止接待的接待人员：1 停止接待，2 暂时挂起"`
	Conversations []KfConversation `json:"conversations"`
}

// KfConversation is one customer's with an account.
type KfConversation struct {
	ExternalUserId string      `json:"external_user_id"`
	Name           string      `json:"name"`
	State          int         `json:"state" doc:"0 new, 1 with the app, 2 in the pool, 3 with a servicer, 4 over" zh:"0 未处理，1 由智能助手（应用）接待，2 待接入池，3 由人工接待，4 已结束"`
	UserId         string      `json:"user_id" doc:"the servicer" zh:"接待人员"`
	Refusing       bool        `json:"refusing" doc:"he refuses what the account sends" zh:"客户已拒收该账号的消息"`
	Messages       []KfMessage `json:"messages"`
}

// KfMessage is a message of a conversation.
type KfMessage struct {
	Id       string          `json:"id"`
	Time     time.Time       `json:"time"`
	Origin   int             `json:"origin" doc:"3 the customer, 5 a servicer; else the app" zh:"3 客户，5 接待人员，其他为应用"`
	UserId   string          `json:"user_id" doc:"the servicer who wrote it" zh:"发送消息的接待人员"`
	Kind     string          `json:"kind"`
	Content  json.RawMessage `json:"content"`
	Recalled bool            `json:"recalled"`
}

// KfAccounts lists accounts.
type KfAccounts struct {
	Accounts []KfAccount `json:"accounts"`
}

// ListKf lists the accounts of customer service of a corp, with their conversations.
func (w *World) ListKf(_ context.Context, in CorpRef) (KfAccounts, error) {
	out := KfAccounts{[]KfAccount{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, a := range w.engine.KfAccounts(in.CorpId) {
		talks, err := w.engine.KfConversations(in.CorpId, a.OpenKfId)
		if err != nil {
			continue // it was deleted meanwhile
		}
		out.Accounts = append(out.Accounts, showKf(a, talks))
	}
	return out, nil
}

func showKf(a kf.Account, talks []kf.Conversation) KfAccount {
	out := KfAccount{a.OpenKfId, a.Name, a.Link, append([]string{}, a.Suites...), append([]string{}, a.UserIds...), append([]int64{}, a.Departments...),
		a.Resting, []KfConversation{}}
	for _, t := range talks {
		talk := KfConversation{t.ExternalUserId, t.Name, t.State, t.ServicerUserId, t.Refusing, []KfMessage{}}
		for _, m := range t.Messages {
			talk.Messages = append(talk.Messages, KfMessage{m.Id, m.Time, m.Origin, m.ServicerUserId, m.Kind, m.Content, m.Recalled})
		}
		out.Conversations = append(out.Conversations, talk)
	}
	return out
}

// KfOpening is an administrator who opens an account to an app.
type KfOpening struct {
	CorpRef
	Name    string   `json:"name" need:"1" doc:"of the account, which is made if it is not there" zh:"客服账号名称，没有则新建"`
	SuiteId string   `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	UserIds []string `json:"user_ids" doc:"members who answer for it from now on" zh:"新增的接待人员"`
}

// KfOpened is an account that was opened.
type KfOpened struct {
	OpenKfId string `json:"open_kfid"`
	Outcome
}

// OpenKf is an administrator who opens an account to an app: kf_account_auth_change is pushed.
func (w *World) OpenKf(ctx context.Context, in KfOpening) (out KfOpened, err error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return out, err
	}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		out.OpenKfId, err = w.engine.OpenKfAccount(ctx, in.CorpId, in.Name, a.SuiteId)
		if platform.BesidePushes(err) == nil && len(in.UserIds) > 0 {
			return w.engine.AddKfServicers(ctx, in.CorpId, out.OpenKfId, in.UserIds...)
		}
		return err
	})
	return out, err
}

// KfRef names an account.
type KfRef struct {
	CorpRef
	OpenKfId string `json:"-" path:"kf" need:"1" doc:"open_kfid" zh:"客服账号 open_kfid"`
}

// KfClosing is an administrator who takes an account from an app.
type KfClosing struct {
	KfRef
	SuiteId string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
}

// CloseKf is an administrator who takes an account from an app.
func (w *World) CloseKf(ctx context.Context, in KfClosing) (Outcome, error) {
	a, err := w.installed(in.SuiteId, in.CorpId)
	if err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.CloseKfAccount(ctx, in.CorpId, in.OpenKfId, a.SuiteId)
	})
}

// KfEntering is a customer who opens the link of an account.
type KfEntering struct {
	CorpRef
	Link           string `json:"link" need:"1" doc:"that kf/add_contact_way answered, with scene_param or without" zh:"kf/add_contact_way 返回的客服链接，可带 scene_param"`
	ExternalUserId string `json:"external_user_id" need:"1" doc:"any that begins with wm" zh:"以 wm 开头的任意 ID"`
	Name           string `json:"name" doc:"of the customer" zh:"客户名称"`
}

// EnterKf is a customer who opens the link of an account: kf_msg_or_event is pushed.
func (w *World) EnterKf(ctx context.Context, in KfEntering) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.KfEnter(ctx, in.Link, kf.Customer{CorpId: in.CorpId, ExternalUserId: in.ExternalUserId, Name: in.Name})
	})
}

// KfWriting is a customer who writes.
type KfWriting struct {
	KfRef
	ExternalUserId string          `json:"external_user_id" need:"1" doc:"any that begins with wm" zh:"以 wm 开头的任意 ID"`
	Name           string          `json:"name" doc:"of the customer" zh:"客户名称"`
	Text           string          `json:"text" doc:"what he writes" zh:"消息内容"`
	MenuId         string          `json:"menu_id" doc:"of the menu item that he clicks, beside text" zh:"所点击菜单项的 ID，与 text 一同填写"`
	Kind           string          `json:"kind" doc:"in place of text: the msgtype" zh:"代替 text：消息类型 msgtype"`
	Content        json.RawMessage `json:"content" doc:"of kind: the object of it" zh:"kind 对应的对象"`
}

// KfWritten is what was written.
type KfWritten struct {
	MessageId string `json:"message_id"`
	Outcome
}

// WriteKf is a customer who writes to an account: kf_msg_or_event is pushed.
func (w *World) WriteKf(ctx context.Context, in KfWriting) (out KfWritten, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	if (in.Text == "") == (in.Kind == "") || in.Text == "" && in.MenuId != "" {
		return out, invalid(words{"give text, with a menu_id or without, or kind with content", "请填写 text（可带 menu_id），或同时填写 kind 与 content"})
	}
	if in.Text != "" {
		in.Kind = "text"
		text := struct {
			Content string `json:"content"`
			MenuId  string `json:"menu_id,omitempty"`
		}{in.Text, in.MenuId}
		if in.Content, err = json.Marshal(text); err != nil {
			return out, err
		}
	}
	who := kf.Customer{CorpId: in.CorpId, ExternalUserId: in.ExternalUserId, Name: in.Name}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		out.MessageId, err = w.engine.KfWrite(ctx, in.OpenKfId, who, in.Kind, in.Content)
		return err
	})
	return out, err
}

// KfDoing is what a servicer does.
type KfDoing struct {
	KfRef
	ExternalUserId string `json:"external_user_id" need:"1" doc:"whose conversation" zh:"会话所属客户"`
	UserId         string `json:"user_id" doc:"the servicer who takes or answers" zh:"接入或回复的接待人员"`
	Text           string `json:"text" doc:"of an answer" zh:"回复内容"`
}

func (in KfDoing) who() kf.Customer {
	return kf.Customer{CorpId: in.CorpId, ExternalUserId: in.ExternalUserId}
}

// TakeKf is a servicer who takes a conversation from the pool, or from another servicer.
func (w *World) TakeKf(ctx context.Context, in KfDoing) (Outcome, error) {
	if _, err := w.member(in.CorpId, in.UserId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.KfTake(ctx, in.OpenKfId, in.who(), in.UserId) })
}

// AnswerKf is a servicer who writes to the customer.
func (w *World) AnswerKf(ctx context.Context, in KfDoing) (out KfWritten, err error) {
	if _, err := w.member(in.CorpId, in.UserId); err != nil {
		return out, err
	}
	if in.Text == "" {
		return out, invalid(words{"text is missing: what the servicer writes", "缺少 text：接待人员回复的内容"})
	}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) (err error) {
		out.MessageId, err = w.engine.KfAnswer(ctx, in.OpenKfId, in.who(), in.UserId, in.Text)
		return err
	})
	return out, err
}

// EndKf is a servicer who ends his conversation.
func (w *World) EndKf(ctx context.Context, in KfDoing) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.KfEnd(ctx, in.OpenKfId, in.who()) })
}
