package sandbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/customers"
)

// Content is a message of one kind: a text or an attachment.
type Content struct {
	Kind    string          `json:"kind" doc:"text, image, link, video, miniprogram or file" zh:"text、image、link、video、miniprogram 或 file"`
	Content json.RawMessage `json:"content" doc:"the object of its kind" zh:"该类型的对象"`
}

func showContents(list []customers.Content) []Content {
	out := []Content{}
	for _, c := range list {
		out = append(out, Content(c))
	}
	return out
}

// GroupMessage is a mass message (企业群发), which members confirm one by one.
type GroupMessage struct {
	MessageId string             `json:"message_id" doc:"msgid" zh:"群发消息 msgid"`
	SuiteId   string             `json:"suite_id" doc:"of the app that has asked for it" zh:"创建群发的应用"`
	Kind      string             `json:"kind" doc:"single: to customers; group: to customer groups" zh:"single 发送给客户，group 发送给客户群"`
	Made      time.Time          `json:"made"`
	Cancelled bool               `json:"cancelled" doc:"by the app" zh:"应用已停止群发"`
	Contents  []Content          `json:"contents"`
	Tasks     []GroupMessageTask `json:"tasks" doc:"by member" zh:"各成员的任务"`
}

// GroupMessageTask is what one member has to send.
type GroupMessageTask struct {
	UserId string                 `json:"user_id"`
	Sent   time.Time              `json:"sent,omitzero" doc:"left out: not yet" zh:"发送时间，未发送则没有"`
	To     []GroupMessageReceiver `json:"to"`
}

// GroupMessageReceiver is a customer or a group.
type GroupMessageReceiver struct {
	Id     string `json:"id" doc:"external_userid or chat_id" zh:"客户 external_userid 或客户群 chat_id"`
	Status int    `json:"status" doc:"0 not sent, 1 sent, 2 the customer has deleted the member" zh:"0 未发送，1 已发送，2 因客户不是好友而发送失败"`
}

// GroupMessages lists mass messages.
type GroupMessages struct {
	Messages []GroupMessage `json:"messages"`
}

// ListGroupMessages lists the mass messages of a corp, the oldest first.
func (w *World) ListGroupMessages(_ context.Context, in CorpRef) (GroupMessages, error) {
	out := GroupMessages{[]GroupMessage{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, m := range w.engine.GroupMsgs(in.CorpId) {
		shown := GroupMessage{m.Id, m.SuiteId, m.Kind, m.Made, m.Cancelled, showContents(m.Contents), []GroupMessageTask{}}
		for _, t := range m.Tasks {
			task := GroupMessageTask{t.UserId, t.Sent, []GroupMessageReceiver{}}
			for _, to := range t.To {
				task.To = append(task.To, GroupMessageReceiver(to))
			}
			shown.Tasks = append(shown.Tasks, task)
		}
		out.Messages = append(out.Messages, shown)
	}
	return out, nil
}

// Confirmation is members who confirm a mass message.
type Confirmation struct {
	CorpRef
	MessageId string   `json:"-" path:"message" need:"1" doc:"msgid of a mass message" zh:"群发消息 msgid"`
	UserIds   []string `json:"user_ids" doc:"who confirm; none: all who have not yet" zh:"确认发送的成员；不填则为所有未发送的成员"`
}

// SendGroupMessage is members who confirm a mass message: it goes out. Who refuses does nothing.
func (w *World) SendGroupMessage(ctx context.Context, in Confirmation) (Outcome, error) {
	return w.each(ctx, in.CorpId, in.MessageId, in.UserIds, w.engine.GroupMsgSenders, w.engine.SendGroupMsg)
}

// each lets members do what is theirs to do: those that are named, or all that waiting lists.
func (w *World) each(ctx context.Context, corpId, id string, userIds []string, waiting func(corpId, id string) ([]string, error),
	do func(ctx context.Context, corpId, id, userId string) error) (Outcome, error) {
	if _, err := w.corp(corpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) (err error) {
		if len(userIds) == 0 {
			userIds, err = waiting(corpId, id)
		}
		for _, userId := range userIds {
			if err == nil {
				err = do(ctx, corpId, id, userId)
			}
		}
		return err
	})
}

// Moment is a moment (客户朋友圈) of the corp, which members publish one by one.
type Moment struct {
	MomentId  string       `json:"moment_id"`
	JobId     string       `json:"job_id" doc:"of the request that made it" zh:"创建任务 jobid"`
	Made      time.Time    `json:"made"`
	ToAll     bool         `json:"to_all" doc:"all customers of those who publish see it" zh:"是否对发表成员的全部客户公开"`
	Cancelled bool         `json:"cancelled" doc:"by the app" zh:"应用已停止发表"`
	Text      string       `json:"text"`
	Contents  []Content    `json:"contents" doc:"attachments" zh:"附件"`
	Tasks     []MomentTask `json:"tasks" doc:"by member" zh:"各成员的任务"`
}

// MomentTask is one member's part in a moment.
type MomentTask struct {
	UserId    string           `json:"user_id"`
	Published bool             `json:"published"`
	To        []string         `json:"to" doc:"external_userids of those who see it" zh:"可见客户 external_userid"`
	Reactions []MomentReaction `json:"reactions"`
}

// MomentReaction is a like or a comment.
type MomentReaction struct {
	ExternalUserId string    `json:"external_user_id"`
	At             time.Time `json:"at"`
	Like           bool      `json:"like" doc:"false: a comment" zh:"true 为点赞，false 为评论"`
}

// Moments lists moments.
type Moments struct {
	Moments []Moment `json:"moments"`
}

// ListMoments lists the moments of a corp, the oldest first.
func (w *World) ListMoments(_ context.Context, in CorpRef) (Moments, error) {
	out := Moments{[]Moment{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, m := range w.engine.Moments(in.CorpId) {
		shown := Moment{m.Id, m.JobId, m.Made, m.ToAll, m.Cancelled, m.Text, showContents(m.Contents), []MomentTask{}}
		for _, t := range m.Tasks {
			task := MomentTask{t.UserId, t.Published, append([]string{}, t.To...), []MomentReaction{}}
			for _, r := range t.Reactions {
				task.Reactions = append(task.Reactions, MomentReaction(r))
			}
			shown.Tasks = append(shown.Tasks, task)
		}
		out.Moments = append(out.Moments, shown)
	}
	return out, nil
}

// MomentRef names a moment.
type MomentRef struct {
	CorpRef
	MomentId string `json:"-" path:"moment" need:"1" doc:"moment_id" zh:"朋友圈 moment_id"`
}

// Publication is members who publish a moment.
type Publication struct {
	MomentRef
	UserIds []string `json:"user_ids" doc:"who publish; none: all who have not yet" zh:"发表的成员；不填则为所有未发表的成员"`
}

// PublishMoment is members who publish a moment.
func (w *World) PublishMoment(ctx context.Context, in Publication) (Outcome, error) {
	return w.each(ctx, in.CorpId, in.MomentId, in.UserIds, w.engine.MomentPublishers, w.engine.PublishMoment)
}

// Reaction is a customer who likes what a member has published, or comments on it.
type Reaction struct {
	MomentRef
	UserId         string `json:"user_id" need:"1" doc:"who has published it" zh:"发表朋友圈的成员"`
	ExternalUserId string `json:"external_user_id" need:"1" doc:"the customer" zh:"客户 external_userid"`
	Like           bool   `json:"like" doc:"false: he comments" zh:"true 点赞，false 评论"`
}

// ReactToMoment is a customer who likes what a member has published, or comments on it.
func (w *World) ReactToMoment(ctx context.Context, in Reaction) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.ReactToMoment(ctx, in.CorpId, in.MomentId, in.UserId, in.ExternalUserId, in.Like)
	})
}
