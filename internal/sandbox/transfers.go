package sandbox

import (
	"context"
	"time"
)

// Transfer is a customer on the way from one member to another (在职继承, 离职继承), or who was.
type Transfer struct {
	FromUserId     string    `json:"from_user_id" doc:"who hands over" zh:"原跟进成员"`
	ToUserId       string    `json:"to_user_id" doc:"who takes over" zh:"接替成员"`
	ExternalUserId string    `json:"external_user_id"`
	At             time.Time `json:"at" doc:"when he is handed over if he does not refuse" zh:"客户未拒绝时的接替时间"`
	Status         int       `json:"status" doc:"1 handed over, 2 waits, 3 the customer has refused or is gone" zh:"1 接替完毕，2 等待接替，3 客户已拒绝或已不是客户"`
	Resigned       bool      `json:"resigned" doc:"the old member has left" zh:"是否为离职继承"`
}

// Transfers lists transfers.
type Transfers struct {
	Transfers []Transfer `json:"transfers"`
}

// ListTransfers lists the transfers of customers of a corp, the oldest first.
func (w *World) ListTransfers(_ context.Context, in CorpRef) (Transfers, error) {
	out := Transfers{[]Transfer{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, t := range w.engine.Transfers(in.CorpId) {
		out.Transfers = append(out.Transfers, Transfer(t))
	}
	return out, nil
}

// TransferEnd is the end of a transfer.
type TransferEnd struct {
	CorpRef
	ToUserId       string `json:"to_user_id" need:"1" doc:"who takes over" zh:"接替成员"`
	ExternalUserId string `json:"external_user_id" need:"1" doc:"the customer" zh:"客户 external_userid"`
	Refuse         bool   `json:"refuse" doc:"true: the customer refuses; else the 24 hours in which he could are over" zh:"true 则客户拒绝接替；否则视为 24 小时已过，立即接替"`
}

// EndTransfer is a customer who refuses the member who is to take him over, or the end of the time
// in which he could.
func (w *World) EndTransfer(ctx context.Context, in TransferEnd) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		if in.Refuse {
			return w.engine.RefuseTransfer(ctx, in.CorpId, in.ToUserId, in.ExternalUserId)
		}
		return w.engine.EndTransfer(ctx, in.CorpId, in.ToUserId, in.ExternalUserId)
	})
}

// Remark is what a member notes about a customer (备注).
type Remark struct {
	CorpRef
	UserId         string `json:"user_id" need:"1" doc:"the member" zh:"成员"`
	ExternalUserId string `json:"external_user_id" need:"1" doc:"the customer" zh:"客户 external_userid"`
	Remark         string `json:"remark" doc:"empty: none any more" zh:"备注，为空则清除"`
}

// RemarkCustomer is a member who notes something about a customer: edit_external_contact is pushed.
func (w *World) RemarkCustomer(ctx context.Context, in Remark) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.RemarkCustomer(ctx, in.CorpId, in.UserId, in.ExternalUserId, in.Remark)
	})
}

// Renaming is the owner who gives a group another name.
type Renaming struct {
	GroupRef
	Name string `json:"name" need:"1" doc:"of the group" zh:"群名"`
}

// RenameGroup is the owner who gives a group another name.
func (w *World) RenameGroup(ctx context.Context, in Renaming) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { return w.engine.RenameGroup(ctx, in.CorpId, in.ChatId, in.Name) })
}
