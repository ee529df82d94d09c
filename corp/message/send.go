package message

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// All, as the only entry of ToUser, addresses everybody who sees the app.
const All = "@all"

// Message is a message to members, departments and tags, who must see the app.
type Message struct {
	ToUser  []string `json:"-"` // at most 1000 userids, or All
	ToParty []int64  `json:"-"` // at most 100 departments
	ToTag   []int64  `json:"-"` // at most 100 tags
	Content

	AgentId                int64 `json:"agentid"`                            // 0: the corp's own
	Safe                   int   `json:"safe,omitempty"`                     // 1: confidential, with a watermark; 2: inside the corp only (mpnews). Of text, image, video, file and mpnews
	EnableIdTrans          int   `json:"enable_id_trans,omitempty"`          // 1: $userName=USERID$ and its like become names
	EnableDuplicateCheck   int   `json:"enable_duplicate_check,omitempty"`   // 1: a repetition of the message is not delivered, so it is safe to repeat
	DuplicateCheckInterval int   `json:"duplicate_check_interval,omitempty"` // seconds of that, at most 14400; 0: 1800

	SelectedTicketList []string `json:"selected_ticket_list,omitempty"` // template_msg: at most 10 tickets of people who were selected
	OnlyUnauth         bool     `json:"only_unauth,omitempty"`          // template_msg: only those of them who have not authorised the app
}

func (m Message) check() error {
	receivers := len(m.ToUser) + len(m.ToParty) + len(m.ToTag)
	switch {
	case receivers == 0 && len(m.SelectedTicketList) == 0:
		return errors.New("wecom: touser, toparty and totag are empty")
	case slices.ContainsFunc(m.ToUser, func(id string) bool { return id == "" || strings.Contains(id, "|") }):
		return fmt.Errorf("wecom: touser has an empty id, or one with a | in it: %q", m.ToUser)
	case slices.Contains(m.ToUser, All) && len(m.ToUser) > 1:
		return errors.New("wecom: touser has @all beside userids: it is everybody by itself")
	case slices.Contains(m.ToUser, All) && m.MiniProgramNotice != nil:
		return errors.New("wecom: touser is @all: miniprogram_notice does not take it")
	}
	return cmp.Or(check.Items("touser", len(m.ToUser), 1000), check.Items("toparty", len(m.ToParty), 100), check.Items("totag", len(m.ToTag), 100),
		check.Items("selected_ticket_list", len(m.SelectedTicketList), 10), check.Between("safe", m.Safe, 0, 2),
		check.Between("enable_id_trans", m.EnableIdTrans, 0, 1), check.Between("enable_duplicate_check", m.EnableDuplicateCheck, 0, 1),
		check.Between("duplicate_check_interval", m.DuplicateCheckInterval, 0, 14400))
}

type sendReq struct {
	ToUser  string `json:"touser,omitempty"`
	ToParty string `json:"toparty,omitempty"`
	ToTag   string `json:"totag,omitempty"`
	MsgType string `json:"msgtype"`
	Message
}

// Result is a message that was sent.
type Result struct {
	MsgId        string `json:"msgid"`         // for Recall, 24 hours
	ResponseCode string `json:"response_code"` // of cards that answer: one UpdateTemplateCard within 72 hours
}

const reachesNobody = token.Code(81013) // all ids are invalid, which WeCom may then not list

type sendRes struct {
	Result
	InvalidUser    cgi.Parted `json:"invaliduser"`
	InvalidParty   cgi.Parted `json:"invalidparty"`
	InvalidTag     cgi.Parted `json:"invalidtag"`
	UnlicensedUser cgi.Parted `json:"unlicenseduser"`
}

// Send 发送应用消息: sends a message. If it did not reach everybody, the result comes together
// with a *[NotReached] as the error.
//
// A member gets at most 30 messages a minute and 1000 an hour; WeCom drops further ones without
// an error. Errors: 81013 it reaches nobody, 42014 the TaskId of a card was used before, 40007
// media_id older than three days, 60204 template not approved, 60208 the app may not use @all,
// departments or tags.
// https://developer.work.weixin.qq.com/document/path/90372
func Send(api *token.Api, m Message) (*Result, error) {
	req, err := m.request(api)
	if err != nil {
		return nil, err
	}
	var res sendRes
	err = api.Do(cgi.Write("message/send"), req, &res)
	if errors.Is(err, reachesNobody) && len(res.InvalidUser)+len(res.InvalidParty)+len(res.InvalidTag)+len(res.UnlicensedUser) == 0 {
		res.InvalidUser, res.InvalidParty, res.InvalidTag = req.Message.ToUser, texts(req.Message.ToParty), texts(req.Message.ToTag)
	}
	missed := notReached(err, res.InvalidUser, res.InvalidParty, res.InvalidTag, res.UnlicensedUser)
	if err != nil {
		return nil, missed
	}
	return &res.Result, missed
}

// request makes the request, unless the message is wrong.
func (m Message) request(api *token.Api) (*sendReq, error) {
	kind, err := m.kind()
	m.AgentId, err = cgi.AgentId(api, m.AgentId, err, m.check())
	return &sendReq{strings.Join(m.ToUser, "|"), strings.Join(texts(m.ToParty), "|"), strings.Join(texts(m.ToTag), "|"), kind, m}, err
}

func texts(ids []int64) (list []string) {
	for _, id := range ids {
		list = append(list, strconv.FormatInt(id, 10))
	}
	return list
}

// NotReached says whom a message did not reach. WeCom writes userids in lower case here.
type NotReached struct {
	InvalidUser    []string // not there, or not in the visible range
	InvalidParty   []string
	InvalidTag     []string
	UnlicensedUser []string // in the visible range, but without a valid base account
	Err            error    // why it reached nobody at all, a *token.Error; nil if others were reached
}

// notReached is err, or a *NotReached around it if somebody was not reached.
func notReached(err error, users, parties, tags, unlicensed []string) error {
	if len(users)+len(parties)+len(tags)+len(unlicensed) == 0 {
		return err
	}
	return &NotReached{users, parties, tags, unlicensed, err}
}

// Error names everybody who was not reached.
func (e *NotReached) Error() string {
	var parts []string
	for _, part := range []struct {
		what string
		ids  []string
	}{{"invalid users", e.InvalidUser}, {"invalid departments", e.InvalidParty}, {"invalid tags", e.InvalidTag}, {"users without a licence", e.UnlicensedUser}} {
		if len(part.ids) > 0 {
			parts = append(parts, fmt.Sprintf("%s %q", part.what, part.ids))
		}
	}
	text := "wecom: the message did not reach " + strings.Join(parts, ", ")
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the reason, if the message reached nobody.
func (e *NotReached) Unwrap() error { return e.Err }
