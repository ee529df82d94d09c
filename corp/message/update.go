package message

import (
	"cmp"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// CardUpdate replaces a card, or only its button, for those who got it. Button or
// TemplateCard is set.
type CardUpdate struct {
	ResponseCode  string        `json:"response_code"` // of Send, or of an event template_card_event: each is valid once, for 72 hours
	UserIds       []string      `json:"userids,omitempty"`
	PartyIds      []int64       `json:"partyids,omitempty"`
	TagIds        []int64       `json:"tagids,omitempty"`
	AtAll         int           `json:"atall,omitempty"` // 1: for everybody who got it
	EnableIdTrans int           `json:"enable_id_trans,omitempty"`
	Button        *DeadButton   `json:"button,omitempty"`        // of cards with buttons, votes and selections
	TemplateCard  *TemplateCard `json:"template_card,omitempty"` // of any kind
	AgentId       int64         `json:"agentid"`                 // 0: the corp's own
}

// DeadButton replaces the button of a card by a text that does nothing.
type DeadButton struct {
	ReplaceName string `json:"replace_name"`
	TaskId      string `json:"task_id,omitempty"`
}

func (u CardUpdate) check() error {
	_, err := check.OneKind("the update", u)
	if u.Button != nil {
		err = cmp.Or(err, check.Required("button.replace_name", u.Button.ReplaceName))
	}
	if u.TemplateCard != nil {
		err = cmp.Or(err, u.TemplateCard.check(false))
	}
	return cmp.Or(err, check.Required("response_code", u.ResponseCode), check.Items("userids", len(u.UserIds), 1000),
		check.Items("partyids", len(u.PartyIds), 100), check.Items("tagids", len(u.TagIds), 100),
		check.Between("atall", u.AtAll, 0, 1), check.Between("enable_id_trans", u.EnableIdTrans, 0, 1))
}

type updateRes struct {
	InvalidUser cgi.Parted `json:"invaliduser"`
}

// UpdateTemplateCard 更新模版卡片消息: replaces a card that answers, or only its button. If it
// did not reach everybody, the error is a *[NotReached].
//
// The response code is used up by the first call, also if the answer to that is lost. Errors:
// 60140 the response code is used up, or too old.
// https://developer.work.weixin.qq.com/document/path/94945
func UpdateTemplateCard(api *token.Api, u CardUpdate) (err error) {
	if u.AgentId, err = cgi.AgentId(api, u.AgentId, u.check()); err != nil {
		return err
	}
	var res updateRes
	err = api.Do(cgi.Write("message/update_template_card"), u, &res)
	return notReached(err, res.InvalidUser, nil, nil, nil)
}
