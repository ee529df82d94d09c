package sandbox

import (
	"context"

	"github.com/gothird/wecom/internal/fakewecom/kf"
)

// KfRecalling is somebody who takes back what he has written.
type KfRecalling struct {
	KfRef
	ExternalUserId string `json:"external_user_id" need:"1" doc:"whose conversation" zh:"会话所属客户"`
	MessageId      string `json:"message_id" need:"1" doc:"of the customer, or of a servicer" zh:"客户或接待人员所发消息的 ID"`
}

// RecallKf is a customer or a servicer who takes back what he has written: an event of its own.
func (w *World) RecallKf(ctx context.Context, in KfRecalling) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	who := kf.Customer{CorpId: in.CorpId, ExternalUserId: in.ExternalUserId}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.KfRecall(ctx, in.OpenKfId, who, in.MessageId) })
}

// KfRefusing is a customer who refuses the messages of an account.
type KfRefusing struct {
	KfRef
	ExternalUserId string `json:"external_user_id" need:"1" doc:"whose conversation" zh:"会话所属客户"`
	Refuse         bool   `json:"refuse" doc:"false: he takes them again" zh:"true 拒收，false 恢复接收"`
}

// RefuseKf is a customer who refuses the messages of an account from now on, or does no longer.
func (w *World) RefuseKf(ctx context.Context, in KfRefusing) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	who := kf.Customer{CorpId: in.CorpId, ExternalUserId: in.ExternalUserId}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.KfRefuse(ctx, in.OpenKfId, who, in.Refuse) })
}

// KfStaffing is an administrator who says who answers for an account.
type KfStaffing struct {
	KfRef
	UserIds []string `json:"user_ids" doc:"members" zh:"成员"`
	Remove  bool     `json:"remove" doc:"true: they answer for it no more" zh:"true 则移除这些接待人员，否则新增"`
}

// StaffKf is an administrator who lets members answer for an account, or no more.
func (w *World) StaffKf(ctx context.Context, in KfStaffing) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	if len(in.UserIds) == 0 {
		return Outcome{}, invalid(words{"user_ids is empty: name the servicers", "user_ids 为空：请填写接待人员"})
	}
	do := w.engine.AddKfServicers
	if in.Remove {
		do = w.engine.RemoveKfServicers
	}
	return w.act(ctx, func(ctx context.Context) error { return do(ctx, in.CorpId, in.OpenKfId, in.UserIds...) })
}

// KfResting is a servicer who stops to receive customers, or goes on.
type KfResting struct {
	KfRef
	UserId string `json:"user_id" need:"1" doc:"the servicer" zh:"接待人员"`
	Why    int    `json:"why" doc:"0 he receives customers, 1 he has stopped, 2 he is suspended" zh:"0 接待中，1 停止接待，2 暂时挂起"`
}

// RestKf is a servicer who stops to receive customers, or goes on: servicer_status_change.
func (w *World) RestKf(ctx context.Context, in KfResting) (Outcome, error) {
	if _, err := w.member(in.CorpId, in.UserId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.KfRest(ctx, in.CorpId, in.OpenKfId, in.UserId, in.Why)
	})
}

// KfUpgrade is whom a corp has configured under 升级服务: what apps may recommend to customers.
type KfUpgrade struct {
	UserIds     []string `json:"user_ids" doc:"specialists" zh:"专员"`
	Departments []int64  `json:"departments" doc:"of specialists" zh:"专员所在部门"`
	ChatIds     []string `json:"chat_ids" doc:"customer groups" zh:"客户群"`
}

// KfUpgrading is an administrator who configures 升级服务.
type KfUpgrading struct {
	CorpRef
	KfUpgrade
}

// ShowKfUpgrade shows what a corp has configured under 升级服务.
func (w *World) ShowKfUpgrade(_ context.Context, in CorpRef) (KfUpgrade, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return KfUpgrade{}, err
	}
	u := w.engine.KfUpgrade(in.CorpId)
	return KfUpgrade{append([]string{}, u.UserIds...), append([]int64{}, u.DepartmentIds...), append([]string{}, u.ChatIds...)}, nil
}

// SetKfUpgrade replaces what a corp has configured under 升级服务.
func (w *World) SetKfUpgrade(ctx context.Context, in KfUpgrading) (KfUpgrade, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return KfUpgrade{}, err
	}
	to := kf.Upgrade{UserIds: in.UserIds, DepartmentIds: in.Departments, ChatIds: in.ChatIds}
	if err := w.engine.SetKfUpgrade(in.CorpId, to); err != nil {
		return KfUpgrade{}, err
	}
	return w.ShowKfUpgrade(ctx, in.CorpRef)
}
