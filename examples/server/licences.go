package main

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/agent"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
)

// licences shows accounts and the present purchase of the corp. It is the page of activation, too:
// whoever was bought for is activated as soon as the order is paid.
func (s *Server) licences(w http.ResponseWriter, v visit) error {
	if err := v.onlyAdmin(); err != nil {
		return err
	}
	var data struct {
		Purchase *record // the last one; nil: none
		Members  []string
		Accounts []license.ActiveInfo
	}
	var err error
	if data.Purchase, err = s.loadPurchase(v.Context(), v.who.Corp); err != nil {
		return err
	}
	if data.Members, err = v.members(); err != nil {
		return err
	}
	for account, err := range license.LICAllActived(v.api) {
		if err != nil {
			return err
		}
		if len(data.Accounts) == maxRows {
			break
		}
		data.Accounts = append(data.Accounts, account)
	}
	page := view{Title: "许可与激活", Member: v.who, Data: data}
	if data.Purchase.Open() {
		const seconds = 5
		page.Refresh = seconds
	}
	return s.show(w, "licences", page)
}

// onlyAdmin refuses members who may not spend money.
func (v visit) onlyAdmin() error {
	admin, err := v.admin()
	if err == nil && !admin {
		err = &problem{http.StatusForbidden, "只有应用管理员可以购买许可。"}
	}
	return err
}

// members are those who see the app, by their departments or by themselves.
func (v visit) members() (ids []string, err error) {
	app, err := agent.Get(v.api)
	if err != nil {
		return nil, err
	}
	for _, m := range app.AllowUserInfos.User {
		ids = append(ids, m.UserId)
	}
	for m, err := range contact.AllSimpleUsers(v.api, 0) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, m.UserId)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

const maxMonths = 60

// buy begins a purchase. It is saved before anything is ordered, and from then on it goes on by
// itself, whatever happens.
func (s *Server) buy(w http.ResponseWriter, v visit) error {
	if err := v.onlyAdmin(); err != nil {
		return err
	}
	p, err := s.wanted(v)
	if err != nil {
		return err
	}
	if err := s.beginPurchase(v.Context(), v.who.Corp, p); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/licences", http.StatusSeeOther)
	return nil
}

// wanted reads the form. Who is not a member would be refused only after the payment.
func (s *Server) wanted(v visit) (p purchase.Purchase, err error) {
	members, err := v.members()
	if err != nil {
		return p, err
	}
	months, _ := strconv.Atoi(v.FormValue("months"))
	kind, _ := strconv.Atoi(v.FormValue("type"))
	if months < 1 || months > maxMonths || kind != license.TypeBase && kind != license.TypeInterop {
		return p, &problem{http.StatusBadRequest, "请选择账号类型和 1 到 60 个月。"}
	}
	p = purchase.Purchase{PayerUserId: s.cfg.Payer, NoWait: true, Poll: s.cfg.Poll,
		Order: order.Order{BuyerUserId: s.cfg.Buyer, AccountDuration: order.AccountDuration{Months: months}}}
	for _, id := range v.Form["member"] {
		if !slices.Contains(members, id) {
			return p, &problem{http.StatusBadRequest, "所选成员不在应用可见范围内。"}
		}
		p.Members = append(p.Members, order.Account{UserId: id, Type: kind})
	}
	if len(p.Members) == 0 {
		return p, &problem{http.StatusBadRequest, "请至少选择一名成员。"}
	}
	p.Order.AccountCount = order.CountOf(p.Members)
	return p, nil
}

// paid goes on with a purchase that a person has paid. Other orders are of no interest.
func (s *Server) paid(ctx context.Context, n *callback.Notice, _ *callback.LicensePayEvent) error {
	return s.goOn(ctx, n.CorpId())
}
