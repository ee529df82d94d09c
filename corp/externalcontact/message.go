package externalcontact

import (
	"cmp"
	"errors"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Message is what a customer gets from a member: a text, attachments, or both. Each attachment
// is a message of its own.
type Message struct {
	Text        *wire.Text        `json:"text,omitempty"`        // at most 4000 bytes
	Attachments []wire.Attachment `json:"attachments,omitempty"` // at most 9
}

// typed is the message with the types of its attachments set.
func (m Message) typed() (Message, error) {
	if m.Text == nil && len(m.Attachments) == 0 {
		return m, errors.New("wecom: text and attachments are empty")
	}
	var err error
	m.Attachments, err = wirecheck.Attachments(m.Attachments)
	return m, cmp.Or(checkText(m.Text, 4000), err)
}

// checkText returns an error for a text without a word, and for one that is too long.
func checkText(t *wire.Text, bytes int) error {
	if t == nil {
		return nil
	}
	return check.Id("text.content", t.Content, bytes)
}

type welcomeReq struct {
	WelcomeCode string `json:"welcome_code"`
	Message
}

// ErrWelcomed is in an error of [SendWelcomeMsg] if the customer was welcomed already, or the
// chat has begun. Nothing is left to do.
const ErrWelcomed = token.Code(41051)

// SendWelcomeMsg 发送新客户欢迎语: welcomes a customer who has just added a member, or was
// added. The code comes with the event add_external_contact and is valid for one message within
// 20 seconds. There is none if the corp has a welcome message of its own.
//
// If several apps have a code, only the first one can use it ([ErrWelcomed]). Errors: 41050
// wrong or old code, 41096 another app is using its code (you may try again), 41053 the customer
// has not yet agreed to the chat archive, 40007 and 40145 media_id.
// https://developer.work.weixin.qq.com/document/path/92137
func SendWelcomeMsg(api *token.Api, welcomeCode string, m Message) error {
	m, err := m.typed()
	return cgi.Do(api, cgi.Write("externalcontact/send_welcome_msg"), welcomeReq{welcomeCode, m}, check.Required("welcome_code", welcomeCode), err)
}

// Whom a [MassMessage] is for.
const (
	ToCustomers = "single" // what "" means too
	ToGroups    = "group"
)

// MassMessage 企业群发: is a message to many customers, or to customer groups.
//
// For customers, set one of Sender, ExternalUserId and TagFilter. A sender alone means all
// customers of that member; with ExternalUserId the filter is ignored. For groups, set Sender,
// who chooses the groups unless ChatIdList names them.
type MassMessage struct {
	ChatType       string         `json:"chat_type,omitempty"`       // ToCustomers, ToGroups
	ExternalUserId []string       `json:"external_userid,omitempty"` // customers, at most 10,000
	ChatIdList     []string       `json:"chat_id_list,omitempty"`    // groups, at most 2000
	TagFilter      *MassTagFilter `json:"tag_filter,omitempty"`      // customers
	Sender         string         `json:"sender,omitempty"`          // userid
	AllowSelect    bool           `json:"allow_select,omitempty"`    // customers: the member may choose among them
	Message
}

// MassTagFilter chooses customers who have a tag of each list.
type MassTagFilter struct {
	GroupList []MassTags `json:"group_list"`
}

// MassTags are tags of which a customer has at least one.
type MassTags struct {
	TagList []string `json:"tag_list"` // at most 100
}

func (m MassMessage) check() error {
	aims := m.checkSingle
	if m.ChatType == ToGroups {
		aims = m.checkGroup
	}
	return cmp.Or(checkChatType(cmp.Or(m.ChatType, ToCustomers)), aims(), check.Items("external_userid", len(m.ExternalUserId), 10_000),
		check.Items("chat_id_list", len(m.ChatIdList), 2000), m.TagFilter.check(), m.checkLinks())
}

func (m MassMessage) checkSingle() error {
	switch {
	case len(m.ChatIdList) > 0:
		return errors.New("wecom: chat_id_list is of chat_type group only")
	case m.Sender == "" && len(m.ExternalUserId) == 0 && m.TagFilter == nil:
		return errors.New("wecom: sender, external_userid and tag_filter are empty")
	}
	return nil
}

func (m MassMessage) checkGroup() error {
	if len(m.ExternalUserId) > 0 || m.TagFilter != nil || m.AllowSelect {
		return errors.New("wecom: chat_type is group: it takes no external_userid, tag_filter or allow_select")
	}
	return check.Required("sender", m.Sender)
}

func checkChatType(kind string) error {
	if kind != ToCustomers && kind != ToGroups {
		return errors.New("wecom: chat_type must be single or group")
	}
	return nil
}

func (f *MassTagFilter) check() error {
	if f == nil {
		return nil
	}
	for i, tags := range f.GroupList {
		if err := check.Ids("tag_list", tags.TagList, 100); err != nil {
			return check.At("tag_filter.group_list", i, err)
		}
	}
	return check.Between("the number of tag_filter.group_list", len(f.GroupList), 1, max(len(f.GroupList), 1))
}

// checkLinks holds links to what WeCom says of mass messages only.
func (m Message) checkLinks() error {
	for i, a := range m.Attachments {
		if a.Link == nil {
			continue
		}
		if err := cmp.Or(check.Bytes("link.url", a.Link.Url, 2048), check.Bytes("link.picurl", a.Link.PicUrl, 2048)); err != nil {
			return check.At("attachments", i, err)
		}
	}
	return nil
}

// MassMessageResult is a new mass message.
type MassMessageResult struct {
	MsgId    string   `json:"msgid"`     // for GetGroupMsgTask and its like
	FailList []string `json:"fail_list"` // customers or groups that are unknown, or can't be reached
}

// AddMsgTemplate 创建企业群发: makes a mass message, and returns its id, and those whom it does
// not reach. Members confirm it before it is sent. If several members follow a customer, only
// the one who chatted with the customer last gets the task.
//
// In a month, a customer or group gets at most as many as the month has days. Errors: 41048
// there is nobody to send to, 60011 a sender that the app does not see, 84061 no such customer,
// 40007 and 40145 media_id.
// https://developer.work.weixin.qq.com/document/path/92135
func AddMsgTemplate(api *token.Api, m MassMessage) (*MassMessageResult, error) {
	typed, err := m.typed()
	m.Message = typed
	return cgi.Call[MassMessageResult](api, cgi.Write("externalcontact/add_msg_template").Needing("msgid"), m, m.check(), err)
}
