package externalcontact

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Who of a school gets a [SchoolNotice].
const (
	ScopeParents  = 0
	ScopeStudents = 1
	ScopeBoth     = 2
)

// SchoolNotice 学校通知: is a message of an app to parents or students of a school. Set one of
// the pointers, the content.
type SchoolNotice struct {
	RecvScope       int      `json:"recv_scope,omitempty"`        // ScopeParents, …
	ToParentUserId  []string `json:"to_parent_userid,omitempty"`  // at most 1000, not of ScopeStudents
	ToStudentUserId []string `json:"to_student_userid,omitempty"` // at most 1000: themselves, or their parents
	ToParty         []string `json:"to_party,omitempty"`          // at most 100 departments
	ToAll           int      `json:"toall,omitempty"`             // 1: the whole school
	ToExternalUser  []string `json:"to_external_user,omitempty"`  // at most 1000 parents; an old form that WeCom describes no more

	Text        *wire.Text        `json:"text,omitempty"` // at most 2048 bytes
	Image       *wire.Media       `json:"image,omitempty"`
	Voice       *wire.Media       `json:"voice,omitempty"`
	Video       *wire.Video       `json:"video,omitempty"`
	File        *wire.Media       `json:"file,omitempty"`
	News        *wire.News        `json:"news,omitempty"`
	MpNews      *wire.MpNews      `json:"mpnews,omitempty"`
	MiniProgram *wire.MiniProgram `json:"miniprogram,omitempty"` // its title at most 64 bytes, the rest is cut

	AgentId                int64 `json:"agentid"`                            // 0: the corp's own
	EnableIdTrans          int   `json:"enable_id_trans,omitempty"`          // 1: ids in text, news, mpnews and miniprogram become names
	EnableDuplicateCheck   int   `json:"enable_duplicate_check,omitempty"`   // 1: a repetition of the notice is not delivered
	DuplicateCheckInterval int   `json:"duplicate_check_interval,omitempty"` // seconds of that, at most 14400; 0: 1800
}

func (n SchoolNotice) check() error {
	if len(n.ToParentUserId)+len(n.ToStudentUserId)+len(n.ToParty)+len(n.ToExternalUser)+n.ToAll == 0 {
		return errors.New("wecom: to_parent_userid, to_student_userid and to_party are empty, and toall is 0")
	}
	return cmp.Or(check.Between("recv_scope", n.RecvScope, ScopeParents, ScopeBoth), check.Between("toall", n.ToAll, 0, 1),
		check.Items("to_parent_userid", len(n.ToParentUserId), 1000), check.Items("to_student_userid", len(n.ToStudentUserId), 1000),
		check.Items("to_party", len(n.ToParty), 100), check.Items("to_external_user", len(n.ToExternalUser), 1000),
		check.Between("enable_id_trans", n.EnableIdTrans, 0, 1), check.Between("enable_duplicate_check", n.EnableDuplicateCheck, 0, 1),
		check.Between("duplicate_check_interval", n.DuplicateCheckInterval, 0, 14400))
}

// kind is the msgtype of the notice, or why it can't be sent.
func (n SchoolNotice) kind() (string, error) {
	kind, err := check.OneKind("the notice", n)
	return kind, cmp.Or(err, checkText(n.Text, 2048), wirecheck.Media("image", n.Image), wirecheck.Media("voice", n.Voice), wirecheck.Video("video", n.Video),
		wirecheck.Media("file", n.File), wirecheck.News("news", n.News), wirecheck.MpNews("mpnews", n.MpNews), wirecheck.MiniProgram("miniprogram", n.MiniProgram))
}

type noticeReq struct {
	MsgType string `json:"msgtype"`
	SchoolNotice
}

// NotReached says whom a [SchoolNotice] did not reach.
type NotReached struct {
	InvalidParentUserId  []string `json:"invalid_parent_userid"`
	InvalidStudentUserId []string `json:"invalid_student_userid"`
	InvalidParty         []string `json:"invalid_party"`
	InvalidExternalUser  []string `json:"invalid_external_user"`
	Err                  error    `json:"-"` // why it reached nobody at all, a *token.Error; nil if others were reached
}

// Error names everybody who was not reached.
func (e *NotReached) Error() string {
	text := fmt.Sprintf("wecom: the notice did not reach parents %q, students %q, departments %q, external users %q",
		e.InvalidParentUserId, e.InvalidStudentUserId, e.InvalidParty, e.InvalidExternalUser)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the reason, if the notice reached nobody.
func (e *NotReached) Unwrap() error { return e.Err }

// MessageSend 发送「学校通知」: sends a notice to parents or students. If it did not reach
// everybody, the error is a *[NotReached].
//
// The school's administrator must have put the app on the list of apps for parents. For
// customised apps, WeCom describes only notices with a mini program. Errors: 81013 it reaches
// nobody, 43009 the school is not verified, 301002 another app's agentid, 40007 media_id.
// https://developer.work.weixin.qq.com/document/path/92291
func MessageSend(api *token.Api, n SchoolNotice) error {
	kind, err := n.kind()
	if n.AgentId, err = cgi.AgentId(api, n.AgentId, n.check(), err); err != nil {
		return err
	}
	var missed NotReached
	missed.Err = api.Do(cgi.Write("externalcontact/message/send"), noticeReq{kind, n}, &missed)
	if len(missed.InvalidParentUserId)+len(missed.InvalidStudentUserId)+len(missed.InvalidParty)+len(missed.InvalidExternalUser) == 0 {
		return missed.Err
	}
	return &missed
}
