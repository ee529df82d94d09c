package sandbox

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/desk"
)

// Renewal is a renewal (续期) in the provider console.
type Renewal struct {
	CorpId         string    `json:"corp_id" need:"1" doc:"for whom" zh:"为哪家企业续期"`
	Buyer          string    `json:"buyer" need:"1" doc:"userid of the provider's member who buys" zh:"下单的服务商成员 userid"`
	BaseUserIds    []string  `json:"base_user_ids" doc:"members whose 基础账号 are renewed" zh:"续期基础账号的成员"`
	InteropUserIds []string  `json:"interop_user_ids" doc:"members whose 互通账号 are renewed" zh:"续期互通账号的成员"`
	Months         int64     `json:"months" doc:"of 31 days; in place of new_expire" zh:"续期月数，每月 31 天；与 new_expire 二选一"`
	NewExpire      time.Time `json:"new_expire" doc:"to the end of this day" zh:"续期至该日结束；与 months 二选一"`
}

// PlaceRenewal orders more time for accounts in the provider console: for all of them, or none.
func (w *World) PlaceRenewal(ctx context.Context, in Renewal) (out OrderChanged, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	c := desk.ConsoleRenewal{CorpId: in.CorpId, Buyer: in.Buyer, Months: in.Months, NewExpire: in.NewExpire}
	for _, id := range in.BaseUserIds {
		c.Seats = append(c.Seats, desk.Seat{UserId: id, Kind: 1})
	}
	for _, id := range in.InteropUserIds {
		c.Seats = append(c.Seats, desk.Seat{UserId: id, Kind: 2})
	}
	if len(c.Seats) == 0 {
		return out, invalid(words{"base_user_ids and interop_user_ids are empty: name whose accounts are renewed", "base_user_ids 与 interop_user_ids 均为空：请填写续期的成员"})
	}
	return w.ordered(ctx, func(ctx context.Context) (string, error) { return w.engine.PlaceRenewal(ctx, w.provider, c) })
}

// UnionOrder is a purchase for several corps in one order (多企业订单), the same for each.
type UnionOrder struct {
	CorpIds []string `json:"corp_ids" doc:"for whom" zh:"为哪些企业购买"`
	Buyer   string   `json:"buyer" need:"1" doc:"userid of the provider's member who buys" zh:"下单的服务商成员 userid"`
	Base    int64    `json:"base" doc:"how many 基础账号 for each" zh:"每家企业的基础账号数"`
	Interop int64    `json:"interop" doc:"how many 互通账号 for each" zh:"每家企业的互通账号数"`
	Months  int64    `json:"months" doc:"of 31 days" zh:"月数，每月 31 天"`
	Days    int64    `json:"days" doc:"beside months" zh:"月数之外的天数"`
}

// PlaceUnionOrder buys for several corps in one order, which has a part for each: for all of them,
// or none.
func (w *World) PlaceUnionOrder(ctx context.Context, in UnionOrder) (out OrderChanged, err error) {
	var parts []desk.ConsoleOrder
	for _, id := range in.CorpIds {
		if _, err := w.corp(id); err != nil {
			return out, err
		}
		parts = append(parts, desk.ConsoleOrder{CorpId: id, Base: in.Base, Interop: in.Interop, Months: in.Months, Days: in.Days})
	}
	if parts == nil {
		return out, invalid(words{"corp_ids is empty: say for whom", "corp_ids 为空：请填写企业"})
	}
	return w.ordered(ctx, func(ctx context.Context) (string, error) {
		return w.engine.PlaceUnionOrder(ctx, w.provider, in.Buyer, parts)
	})
}

// Migration gives a corp the codes of a contract from before the licenses.
type Migration struct {
	NewOrder
	Contract bool `json:"contract" doc:"true: of a historical contract; else of app-version payment" zh:"true 为历史合同迁移，否则为应用版本付费迁移"`
}

// MigrateOrder gives a legacy corp the codes of its old contract (迁移): an order that is paid.
func (w *World) MigrateOrder(ctx context.Context, in Migration) (out OrderChanged, err error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	const most = 100_000
	if min(in.Base, in.Interop, in.Months, in.Days) < 0 || max(in.Base, in.Interop, in.Months, in.Days) > most {
		return out, invalid(words{"base, interop, months and days are 0 to %d", "base、interop、months 与 days 应为 0 至 %d"}, most)
	}
	return w.ordered(ctx, func(ctx context.Context) (string, error) {
		return w.engine.MigrateOrder(ctx, w.provider, desk.ConsoleOrder(in.NewOrder), in.Contract)
	})
}

// BindOnlineBank chooses payment by online bank (网银) for an unpaid order: it cannot be paid from
// the balance then.
func (w *World) BindOnlineBank(ctx context.Context, in OrderRef) (OrderChanged, error) {
	return w.moved(ctx, in, w.engine.BindOnlineBank)
}

// Activation binds an activation code to a member.
type Activation struct {
	CorpId string `json:"corp_id" need:"1" doc:"of the member" zh:"成员所在企业"`
	Code   string `json:"code" need:"1" doc:"activation code" zh:"激活码"`
	UserId string `json:"user_id" need:"1" doc:"who gets it" zh:"激活的成员"`
}

// Activate binds an activation code to a member in the provider console.
func (w *World) Activate(ctx context.Context, in Activation) (Outcome, error) {
	if _, err := w.member(in.CorpId, in.UserId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.Activate(ctx, w.provider, in.CorpId, in.Code, in.UserId)
	})
}

// Inheritance hands the accounts of one member to another.
type Inheritance struct {
	CorpId     string `json:"corp_id" need:"1" doc:"of the members" zh:"成员所在企业"`
	FromUserId string `json:"from_user_id" need:"1" doc:"who has them" zh:"原成员"`
	ToUserId   string `json:"to_user_id" need:"1" doc:"who gets them" zh:"接替成员"`
}

// TransferLicenses hands all running accounts of one member to another (继承) in the provider
// console.
func (w *World) TransferLicenses(ctx context.Context, in Inheritance) (Outcome, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.TransferLicences(ctx, w.provider, in.CorpId, in.FromUserId, in.ToUserId)
	})
}

// LinkedCorps is a link of an upstream corp (上游) to a downstream one (下游).
type LinkedCorps struct {
	UpCorpId   string `json:"up_corp_id" need:"1" doc:"the upstream corp, or the one that manages" zh:"上游企业或发起互联的企业"`
	DownCorpId string `json:"down_corp_id" need:"1" doc:"the other" zh:"下游企业"`
	Kind       int64  `json:"kind" doc:"0 上下游, 1 企业互联" zh:"0 上下游，1 企业互联"`
	HeadCount  int    `json:"head_count" doc:"of the downstream corp in the shared address book: it gets at most twice as many codes" zh:"下游企业通讯录人数，分享的激活码至多为其两倍"`
	AppShared  bool   `json:"app_shared" doc:"an app of the provider is shared with it" zh:"是否共享了服务商的应用"`
}

// SharedLink is a link with what went over it.
type SharedLink struct {
	LinkedCorps
	Given int `json:"given" doc:"activation codes so far" zh:"已分享的激活码数"`
}

// SharedLinks lists links.
type SharedLinks struct {
	Links []SharedLink `json:"links"`
}

// ListLinks lists the links between corps, by corps.
func (w *World) ListLinks(context.Context, none) (SharedLinks, error) {
	out := SharedLinks{[]SharedLink{}}
	for _, l := range w.engine.Links(w.provider) {
		out.Links = append(out.Links, SharedLink{LinkedCorps{l.UpCorpId, l.DownCorpId, l.Kind, l.HeadCount, l.AppShared}, l.Given})
	}
	return out, nil
}

// LinkCorps makes a link between corps, or replaces it.
func (w *World) LinkCorps(ctx context.Context, in LinkedCorps) (SharedLinks, error) {
	for _, id := range []string{in.UpCorpId, in.DownCorpId} {
		if _, err := w.corp(id); err != nil {
			return SharedLinks{}, err
		}
	}
	if in.UpCorpId == in.DownCorpId || in.HeadCount < 0 || in.Kind != 0 && in.Kind != 1 {
		return SharedLinks{}, invalid(words{"a link is between two corps: kind is 0 or 1, head_count not negative", "须为两家不同的企业；kind 应为 0 或 1，head_count 不能为负数"})
	}
	l := desk.CorpLink{Kind: in.Kind, HeadCount: in.HeadCount, AppShared: in.AppShared}
	if err := w.engine.LinkCorps(w.provider, in.UpCorpId, in.DownCorpId, l); err != nil {
		return SharedLinks{}, err
	}
	return w.ListLinks(ctx, none{})
}

// Sharing gives activation codes of an upstream corp to a downstream one.
type Sharing struct {
	UpCorpId   string   `json:"up_corp_id" need:"1" doc:"whose codes they are" zh:"上游企业"`
	DownCorpId string   `json:"down_corp_id" need:"1" doc:"who gets them" zh:"下游企业"`
	Kind       int64    `json:"kind" doc:"of the link: 0 上下游, 1 企业互联" zh:"关系类型：0 上下游，1 企业互联"`
	Codes      []string `json:"codes" doc:"activation codes" zh:"激活码"`
}

// ShareCodes gives activation codes to a downstream corp (分享激活码).
func (w *World) ShareCodes(ctx context.Context, in Sharing) (Outcome, error) {
	for _, id := range []string{in.UpCorpId, in.DownCorpId} {
		if _, err := w.corp(id); err != nil {
			return Outcome{}, err
		}
	}
	return w.act(ctx, func(ctx context.Context) error {
		return w.engine.ShareCodes(ctx, w.provider, in.UpCorpId, in.DownCorpId, in.Kind, in.Codes)
	})
}
