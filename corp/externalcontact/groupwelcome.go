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

// GroupWelcome 入群欢迎语素材: is the welcome message for customers who join a group: a text,
// one of the others, or both.
type GroupWelcome struct {
	Text        *wire.Text            `json:"text,omitempty"` // at most 3000 bytes; %NICKNAME% is the customer's
	Image       *wire.Image           `json:"image,omitempty"`
	Link        *wire.Link            `json:"link,omitempty"`
	MiniProgram *wire.MiniProgramPage `json:"miniprogram,omitempty"`
	File        *wire.Media           `json:"file,omitempty"`    // also from media.UploadByUrl
	Video       *wire.Media           `json:"video,omitempty"`   // also from media.UploadByUrl
	AgentId     int64                 `json:"agentid,omitempty"` // only old suites with several apps need it; not in answers
}

func (w GroupWelcome) check() error {
	beside := wire.Attachment{Image: w.Image, Link: w.Link, MiniProgram: w.MiniProgram, Video: w.Video, File: w.File}
	kind, err := check.Kind("the welcome message", beside)
	if err == nil && kind == "" && w.Text == nil {
		err = errors.New("wecom: the welcome message is empty")
	}
	return cmp.Or(err, checkText(w.Text, 3000), wirecheck.Attachment("", beside))
}

type newGroupWelcomeReq struct {
	GroupWelcome
	Notify int `json:"notify"`
}

type templateIdReq struct {
	TemplateId string `json:"template_id"`
}

func (r templateIdReq) check() error { return check.Required("template_id", r.TemplateId) }

// GroupWelcomeTemplateAdd 添加入群欢迎语素材: adds a welcome message for customer groups, and
// returns its id. With notify, WeCom informs the owners of groups. A corp has at most 100.
//
// Errors: 41055 too many, 40007 and 40145 media_id.
// https://developer.work.weixin.qq.com/document/path/92366
func GroupWelcomeTemplateAdd(api *token.Api, w GroupWelcome, notify bool) (templateId string, err error) {
	req := newGroupWelcomeReq{GroupWelcome: w}
	if notify {
		req.Notify = 1
	}
	res, err := cgi.Call[templateIdReq](api, cgi.Write("externalcontact/group_welcome_template/add").Needing("template_id"), req, w.check())
	if err != nil {
		return "", err
	}
	return res.TemplateId, nil
}

type editGroupWelcomeReq struct {
	templateIdReq
	GroupWelcome
}

// GroupWelcomeTemplateEdit 编辑入群欢迎语素材: changes a welcome message that the app made.
//
// Errors: 41058 another app made it, 40007 and 40145 media_id.
// https://developer.work.weixin.qq.com/document/path/92366
func GroupWelcomeTemplateEdit(api *token.Api, templateId string, w GroupWelcome) error {
	req := editGroupWelcomeReq{templateIdReq{templateId}, w}
	return cgi.Do(api, cgi.Write("externalcontact/group_welcome_template/edit"), req, req.templateIdReq.check(), w.check())
}

// GroupWelcomeTemplateGet 获取入群欢迎语素材: reads a welcome message.
// https://developer.work.weixin.qq.com/document/path/92366
func GroupWelcomeTemplateGet(api *token.Api, templateId string) (*GroupWelcome, error) {
	req := templateIdReq{templateId}
	return cgi.Call[GroupWelcome](api, cgi.Read("externalcontact/group_welcome_template/get").Needing("text", "image", "link", "miniprogram", "file", "video"), req, req.check())
}

type delGroupWelcomeReq struct {
	templateIdReq
	AgentId int64 `json:"agentid,omitempty"`
}

// GroupWelcomeTemplateDel 删除入群欢迎语素材: deletes a welcome message that the app made. Only
// old suites with several apps need agentId, otherwise 0.
//
// Errors: 41058 another app made it.
// https://developer.work.weixin.qq.com/document/path/92366
func GroupWelcomeTemplateDel(api *token.Api, templateId string, agentId int64) error {
	req := delGroupWelcomeReq{templateIdReq{templateId}, agentId}
	return cgi.Do(api, cgi.Write("externalcontact/group_welcome_template/del"), req, req.check())
}
