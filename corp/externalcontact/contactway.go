package externalcontact

import (
	"cmp"
	"errors"
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Types of a contact way, and its scenes.
const (
	WayToOne    = 1 // member
	WayToOneOf  = 2 // several members
	SceneWidget = 1 // in a mini program
	SceneCode   = 2 // QR code
)

// ContactWayEdit changes a contact way. Empty fields do not change anything. The fields from
// ExpiresIn to UnionId, and Conclusions, are for temporary ways.
type ContactWayEdit struct {
	Style         int          `json:"style,omitempty"`           // of SceneWidget: 1 to 3, for several members 1 or 2
	Remark        string       `json:"remark,omitempty"`          // at most 30 characters
	SkipVerify    *bool        `json:"skip_verify,omitempty"`     // false: the member confirms each customer
	State         string       `json:"state,omitempty"`           // at most 30 characters; comes back in Follow and in the event
	User          []string     `json:"user,omitempty"`            // one with WayToOne; together with Party at most 100 members
	Party         []int64      `json:"party,omitempty"`           // departments, with WayToOneOf
	ExpiresIn     int64        `json:"expires_in,omitempty"`      // of the code, seconds: at most 14 days, 0 means 7
	ChatExpiresIn int64        `json:"chat_expires_in,omitempty"` // of the chat, seconds: at most 14 days, 0 means 1
	UnionId       string       `json:"unionid,omitempty"`         // only this customer may use it
	MarkSource    *bool        `json:"mark_source,omitempty"`     // false: not this app brought the customer; apps for 营销获客 only
	Conclusions   *Conclusions `json:"conclusions,omitempty"`
}

// Conclusions 结束语: is what is sent when a temporary chat ends: a text, one of the others, or
// both.
type Conclusions struct {
	Text        *wire.Text            `json:"text,omitempty"`  // at most 4000 bytes
	Image       *wire.Image           `json:"image,omitempty"` // sent by MediaId, read as PicUrl
	Link        *wire.Link            `json:"link,omitempty"`
	MiniProgram *wire.MiniProgramPage `json:"miniprogram,omitempty"`
}

const (
	maxWayText = 30                // characters of remark and state
	maxWayLife = 14 * 24 * 60 * 60 // seconds
)

func (w ContactWayEdit) check() error {
	return cmp.Or(check.Between("style", w.Style, 0, 3), check.Runes("remark", w.Remark, maxWayText), check.Runes("state", w.State, maxWayText),
		check.Items("user", len(w.User), 100), check.Between("expires_in", w.ExpiresIn, 0, maxWayLife),
		check.Between("chat_expires_in", w.ChatExpiresIn, 0, maxWayLife), w.Conclusions.check())
}

func (c *Conclusions) check() error {
	if c == nil {
		return nil
	}
	card := *c
	card.Text = nil
	kind, err := check.Kind("conclusions", card)
	switch {
	case err != nil:
		return err
	case c.Text != nil:
		err = check.Id("conclusions.text.content", c.Text.Content, 4000)
	case kind == "":
		_, err = check.OneKind("conclusions", *c)
	}
	if c.Image != nil {
		err = cmp.Or(err, check.Required("conclusions.image.media_id", c.Image.MediaId))
	}
	return cmp.Or(err, wirecheck.Link("conclusions.link", c.Link), wirecheck.MiniProgramPage("conclusions.miniprogram", c.MiniProgram))
}

// NewContactWay describes a new contact way.
type NewContactWay struct {
	Type        int  `json:"type"`                   // WayToOne, WayToOneOf
	Scene       int  `json:"scene"`                  // SceneWidget, SceneCode
	IsTemp      bool `json:"is_temp,omitempty"`      // for one temporary chat; medical corps only, with WayToOne
	IsExclusive bool `json:"is_exclusive,omitempty"` // customers of one corp go to the same member
	ContactWayEdit
}

func (w NewContactWay) check() error {
	var who error
	switch {
	case w.Type == WayToOne && len(w.User) != 1:
		who = check.Between("the number of user", len(w.User), 1, 1)
	case len(w.User)+len(w.Party) == 0:
		who = errors.New("wecom: user and party are empty")
	}
	return cmp.Or(check.Between("type", w.Type, WayToOne, WayToOneOf), check.Between("scene", w.Scene, SceneWidget, SceneCode), who, w.ContactWayEdit.check())
}

// AddedContactWay is a new contact way.
type AddedContactWay struct {
	ConfigId string `json:"config_id"`
	QrCode   string `json:"qr_code"` // URL, with SceneCode
}

// AddContactWay 配置客户联系「联系我」方式: makes a QR code, or a widget of a mini program, by
// which customers add members. Store the ConfigId: the admin console does not show the contact
// way.
//
// The members must be active, verified by name and have customer contact. A corp has at most
// 500000 ways and join ways, and 100000 new temporary ways a day. Errors: 41041 too many
// members, 41042 style, 41045 too many ways, 84074 no customer contact, 40098 and 41054 member
// not verified or active, 60011 not in the visible range, 41057 no account for unionid.
// https://developer.work.weixin.qq.com/document/path/95724
func AddContactWay(api *token.Api, w NewContactWay) (*AddedContactWay, error) {
	return cgi.Call[AddedContactWay](api, cgi.Write("externalcontact/add_contact_way").Needing("config_id"), w, w.check())
}

type configReq struct {
	ConfigId string `json:"config_id"`
}

func checkConfig(configId string) error { return check.Required("config_id", configId) }

// ContactWay is an existing contact way.
type ContactWay struct {
	AddedContactWay
	NewContactWay
}

type contactWayRes struct {
	ContactWay ContactWay `json:"contact_way"`
}

// GetContactWay 获取企业已配置的「联系我」方式: reads a contact way.
//
// Errors: 41044 no such way.
// https://developer.work.weixin.qq.com/document/path/95724
func GetContactWay(api *token.Api, configId string) (*ContactWay, error) {
	res, err := cgi.Call[contactWayRes](api, cgi.Read("externalcontact/get_contact_way").Needing("contact_way"), configReq{configId}, checkConfig(configId))
	if err != nil {
		return nil, err
	}
	return &res.ContactWay, nil
}

// ContactWays says which contact ways to list: those made from StartTime to EndTime, Unix
// seconds; 0: 90 days ago, and now.
type ContactWays struct {
	StartTime int64  `json:"start_time,omitempty"`
	EndTime   int64  `json:"end_time,omitempty"`
	Limit     int    `json:"limit,omitempty"` // at most 1000, 0 means 100
	Cursor    string `json:"cursor,omitempty"`
}

func (w ContactWays) check() error {
	var order error
	if w.EndTime != 0 {
		order = check.Between("start_time", w.StartTime, 0, w.EndTime)
	}
	return cmp.Or(order, check.NonNegative("start_time", w.StartTime), check.Limit(w.Limit, maxWays))
}

const maxWays = 1000 // of one page

// ContactWayPage is one page of [ListContactWay].
type ContactWayPage struct {
	ContactWay []ContactWayId `json:"contact_way"`
	NextCursor string         `json:"next_cursor"` // "" on the last page
}

// ContactWayId names a contact way.
type ContactWayId struct {
	ConfigId string `json:"config_id"`
}

// ListContactWay 获取企业已配置的「联系我」列表: lists one page of the ids of contact ways, without
// the temporary ones and those made before 2021-07-10.
//
// Errors: 50100 wrong cursor.
// https://developer.work.weixin.qq.com/document/path/95724
func ListContactWay(api *token.Api, w ContactWays) (*ContactWayPage, error) {
	return cgi.Call[ContactWayPage](api, cgi.Read("externalcontact/list_contact_way"), w, w.check())
}

// AllContactWays walks all pages of [ListContactWay]. It stops at the first error.
func AllContactWays(api *token.Api, startTime, endTime int64) iter.Seq2[ContactWayId, error] {
	return walk(api, func(cursor string) (*ContactWayPage, error) {
		return ListContactWay(api, ContactWays{startTime, endTime, maxWays, cursor})
	}, func(p *ContactWayPage) ([]ContactWayId, string) { return p.ContactWay, p.NextCursor })
}

type updateContactWayReq struct {
	ConfigId string `json:"config_id"`
	ContactWayEdit
}

// UpdateContactWay 更新企业已配置的「联系我」方式: changes a contact way. The fields that are
// set replace what was there. A temporary way that has expired can't be changed.
//
// Errors: 41044 no such way, 41041 too many members, 41042 style, 60011 not in the visible
// range, 41057 no account for unionid.
// https://developer.work.weixin.qq.com/document/path/95724
func UpdateContactWay(api *token.Api, configId string, w ContactWayEdit) error {
	return cgi.Do(api, cgi.Write("externalcontact/update_contact_way"), updateContactWayReq{configId, w}, checkConfig(configId), w.check())
}

// DelContactWay 删除企业已配置的「联系我」方式: deletes a contact way.
//
// Errors: 41044 no such way.
// https://developer.work.weixin.qq.com/document/path/95724
func DelContactWay(api *token.Api, configId string) error {
	return cgi.Do(api, cgi.Write("externalcontact/del_contact_way"), configReq{configId}, checkConfig(configId))
}

type tempChatReq struct {
	UserId         string `json:"userid"`
	ExternalUserId string `json:"external_userid"`
}

// CloseTempChat 结束临时会话: ends the temporary chat of a member and a customer who came by a
// temporary contact way. WeCom sends the Conclusions first.
//
// Errors: 84061 no such chat.
// https://developer.work.weixin.qq.com/document/path/95724
func CloseTempChat(api *token.Api, userId, externalUserId string) error {
	return cgi.Do(api, cgi.Write("externalcontact/close_temp_chat"), tempChatReq{userId, externalUserId},
		checkUser(userId), checkExternal(externalUserId))
}
