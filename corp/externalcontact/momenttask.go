package externalcontact

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/token"
)

// MomentTask 企业发表: is a moment that members are asked to publish to their customers: a text,
// attachments, or both.
type MomentTask struct {
	Text         *wire.Text         `json:"text,omitempty"`          // at most 2000 characters
	Attachments  []MomentAttachment `json:"attachments,omitempty"`   // 9 images, a video or a link
	VisibleRange *MomentRange       `json:"visible_range,omitempty"` // nil: all members whom the app sees, to all of their customers
}

// MomentAttachment goes with the text of a moment. Set one of the pointers; MsgType follows from
// it. Files come from media.UploadAttachment with media.ForMoments.
type MomentAttachment struct {
	MsgType string      `json:"msgtype"`
	Image   *wire.Media `json:"image,omitempty"` // at most 10 MB, 10800 by 1080 pixels
	Link    *MomentLink `json:"link,omitempty"`
	Video   *wire.Media `json:"video,omitempty"` // at most 10 MB, 30 seconds
}

// MomentLink is a page that a moment leads to.
type MomentLink struct {
	Title   string `json:"title,omitempty"` // at most 64 characters
	Url     string `json:"url"`
	MediaId string `json:"media_id,omitempty"` // the cover: needed in a task, absent in lists
}

// MomentRange says who publishes, and who sees it. With senders only, all of their customers see
// it. With tags only, the contacts of customers with such a tag publish it. With both, those
// senders publish it who are contacts of customers with such a tag, and only these customers see
// it.
type MomentRange struct {
	SenderList          *MomentSenders `json:"sender_list,omitempty"`
	ExternalContactList *MomentTags    `json:"external_contact_list,omitempty"`
}

// MomentSenders are members who publish.
type MomentSenders struct {
	UserList       []string `json:"user_list,omitempty"` // at most 100,000
	DepartmentList []int64  `json:"department_list,omitempty"`
}

// MomentTags are tags of customers.
type MomentTags struct {
	TagList []string `json:"tag_list,omitempty"` // of the corp, not of rule groups
}

// typed is the task with the types of its attachments set.
func (m MomentTask) typed() (MomentTask, error) {
	if m.Text == nil && len(m.Attachments) == 0 {
		return m, errors.New("wecom: text and attachments are empty")
	}
	typed := make([]MomentAttachment, len(m.Attachments))
	for i, a := range m.Attachments {
		kind, err := a.kind(fmt.Sprintf("attachments[%d]", i))
		if typed[i], typed[i].MsgType = a, kind; err == nil && kind != typed[0].MsgType {
			err = fmt.Errorf("wecom: attachments has %s and %s: a moment takes one kind", typed[0].MsgType, kind)
		}
		if err != nil {
			return m, err
		}
	}
	m.Attachments = typed
	return m, m.check()
}

func (a MomentAttachment) kind(at string) (string, error) {
	kind, err := check.OneKind(at, a)
	if a.Link != nil {
		err = cmp.Or(err, check.Runes(at+".link.title", a.Link.Title, 64), check.Required(at+".link.url", a.Link.Url), check.Required(at+".link.media_id", a.Link.MediaId))
	}
	return kind, cmp.Or(err, wirecheck.Media(at+".image", a.Image), wirecheck.Media(at+".video", a.Video))
}

func (m MomentTask) check() error {
	var err error
	if m.Text != nil {
		err = cmp.Or(check.Required("text.content", m.Text.Content), check.Runes("text.content", m.Text.Content, 2000))
	}
	most := 1
	if len(m.Attachments) > 0 && m.Attachments[0].Image != nil {
		most = 9
	}
	if m.VisibleRange != nil && m.VisibleRange.SenderList != nil {
		err = cmp.Or(err, check.Items("visible_range.sender_list.user_list", len(m.VisibleRange.SenderList.UserList), 100_000))
	}
	return cmp.Or(err, check.Items("attachments", len(m.Attachments), most))
}

type momentJobRes struct {
	JobId string `json:"jobid"`
}

// AddMomentTask 创建发表任务: starts to ask members to publish a moment, and returns the id of
// the job for [WaitMomentTask], valid for 24 hours. The members publish the moment themselves.
//
// A corp may start 10 in a minute and 100,000 in a month (45009, 41210). Errors: 41072 a file
// that was not uploaded for moments, 41078 too many jobs at once, 41080 to 41082 and 41090
// something is wrong with a file, 41211 the corp has no moments, 40007 and 40145 media_id.
// https://developer.work.weixin.qq.com/document/path/95094
func AddMomentTask(api *token.Api, m MomentTask) (jobId string, err error) {
	m, err = m.typed()
	res, err := cgi.Call[momentJobRes](api, cgi.Write("externalcontact/add_moment_task").Needing("jobid"), m, err)
	if err != nil {
		return "", err
	}
	return res.JobId, nil
}

const (
	momentBegun = 1
	momentDone  = 3
)

// MomentJob is the outcome of an [AddMomentTask].
type MomentJob struct {
	Type   string        `json:"type"`   // add_moment_task
	Status int           `json:"status"` // 1 begun, 2 running, 3 done
	Result MomentOutcome `json:"result"` // once it is done
}

// MomentOutcome is the outcome of a [MomentJob]: the moment, and the parts of its range that
// were left out because they are unknown or not in the visible range.
type MomentOutcome struct {
	ErrCode                    int           `json:"errcode"` // see MomentJob.Err
	ErrMsg                     string        `json:"errmsg"`
	MomentId                   string        `json:"moment_id"`
	InvalidSenderList          MomentSenders `json:"invalid_sender_list"`
	InvalidExternalContactList MomentTags    `json:"invalid_external_contact_list"`
}

// Err is a *token.Error if the job has failed, and nil before that or if it has not.
func (j MomentJob) Err() error {
	if j.Status != momentDone || j.Result.ErrCode == 0 {
		return nil
	}
	ep := cgi.Get("externalcontact/get_moment_task_result")
	return &token.Error{Code: j.Result.ErrCode, Msg: j.Result.ErrMsg, Path: ep.Path, Credential: ep.Credential.String()}
}

// GetMomentTaskResult 获取任务创建结果: reads the outcome of an [AddMomentTask]. The call also
// succeeds when the job has failed: see Err of what it returns.
//
// Errors: 40088 no such job.
// https://developer.work.weixin.qq.com/document/path/95094
func GetMomentTaskResult(api *token.Api, jobId string) (*MomentJob, error) {
	return cgi.Call[MomentJob](api, cgi.Get("externalcontact/get_moment_task_result").Needing("status"), query("jobid", jobId), check.Id("jobid", jobId, 64))
}

// WaitMomentTask asks with [GetMomentTaskResult], at the interval every (0: 10 s), until the job
// is done, and returns its outcome with its Err. The end of the context ends the wait, transient
// failures do not.
func WaitMomentTask(api *token.Api, jobId string, every time.Duration) (*MomentOutcome, error) {
	return poll.Until(api.Context(), every, token.IsTransient, func() (*MomentOutcome, bool, error) {
		job, err := GetMomentTaskResult(api, jobId)
		switch {
		case err != nil:
			return nil, false, err
		case job.Status < momentBegun || job.Status > momentDone:
			return nil, true, cgi.UnknownStatus(job.Status)
		case job.Status != momentDone:
			return nil, false, nil
		}
		return &job.Result, true, job.Err()
	})
}

type momentReq struct {
	MomentId string `json:"moment_id"`
}

func (r momentReq) check() error { return check.Required("moment_id", r.MomentId) }

// CancelMomentTask 停止发表企业朋友圈: stops a moment of the corp for the members who have not
// published it. Moments that were published stay.
//
// Errors: 41060 wrong moment_id, 41067 a moment of a member, 41079 it is being dispatched, try
// later.
// https://developer.work.weixin.qq.com/document/path/97612
func CancelMomentTask(api *token.Api, momentId string) error {
	req := momentReq{momentId}
	return cgi.Do(api, cgi.Write("externalcontact/cancel_moment_task"), req, req.check())
}
