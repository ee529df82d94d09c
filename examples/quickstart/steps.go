package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/message"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

func (p *provider) checkURLs(context.Context) error {
	p.title("URL check: WeCom sends an encrypted echostr to each callback URL and wants it back in plain")
	for path, channel := range channels {
		if err := p.wecom.CheckURL(p.api, channel); err != nil {
			return err
		}
		p.note("← GET %s: echostr", path)
	}
	return nil
}

func (p *provider) ticket(context.Context) error {
	p.title("suite_ticket: pushed every 10 minutes, stored before the handler answers")
	if _, err := service.GetPreAuthCode(p.api); !errors.Is(err, token.ErrNoSuiteTicket) {
		return fmt.Errorf("a suite call without a ticket: got %v, want ErrNoSuiteTicket", err)
	}
	p.note("before it: %v", token.ErrNoSuiteTicket)
	p.wecom.Advance(10 * time.Minute)
	age, err := p.api.TicketAge()
	if err != nil {
		return err
	}
	p.note("← POST /wecom/app: suite_ticket                  stored, %s old", age.Round(time.Second))
	return nil
}

func (p *provider) link(ctx context.Context) error {
	p.title("Install from your own site: pre-auth code, link, an admin agrees, the redirect brings an auth code")
	pre, err := service.GetPreAuthCode(p.api)
	if err != nil {
		return err
	}
	link, err := service.InstallUrl(service.InstallLink{SuiteId: p.api.SuiteId(), PreAuthCode: pre.PreAuthCode, RedirectUri: p.server.URL + "/installed", State: "spring"})
	if err != nil {
		return err
	}
	p.note("link, good for %d s: https://open.work.weixin.qq.com/3rdapp/install?suite_id=%s&pre_auth_code=…", pre.ExpiresIn, p.api.SuiteId())
	riverside, back := p.wecom.Follow(link, wecomtest.Corp{Id: "wpRiverside00000000001", Name: "Riverside", Members: staff})
	p.note("← GET /installed?auth_code=…&state=%s", back.Query().Get("state"))
	got, err := p.inbox.Install(p.api, back.Query().Get("auth_code"), back.Query().Get("state"))
	if err != nil {
		return err
	}
	corp := got.AuthCorpInfo
	p.note("permanent code of %s (%s) saved", corp.CorpName, corp.CorpId)
	n, err := p.event(ctx, callback.KItCreateAuth)
	if err != nil {
		return err
	}
	p.note("your function: %s has installed", n.Permanent().AuthCorpInfo.CorpName)
	return want("the corp that installed", n.CorpId(), riverside.Id)
}

func (p *provider) market(ctx context.Context) error {
	p.title("Install from the app market: create_auth is pushed, answered, exchanged, and your function runs")
	p.note("← POST /wecom/app: create_auth")
	p.lakeside = p.wecom.Install(wecomtest.Corp{Id: "wpLakeside000000000002", Name: "Lakeside", Members: staff})
	n, err := p.event(ctx, callback.KItCreateAuth)
	if err != nil {
		return err
	}
	p.note("your function: %s has installed", n.Permanent().AuthCorpInfo.CorpName)
	return want("the corp of create_auth", n.CorpId(), p.lakeside.Id)
}

func (p *provider) corpToken(context.Context) error {
	p.title("Act for the corp: its first token came with the code; when WeCom ends it, the call gets another")
	api := p.api.WithCorp(p.lakeside.Id)
	p.wecom.Fail("/cgi-bin/getcallbackip", wecomtest.Fault{Skip: 1, KillToken: true})
	for range 2 {
		if _, err := service.GetCallbackIp(api); err != nil {
			return err
		}
	}
	v, err := api.AccessToken(token.Corp)
	if err != nil {
		return err
	}
	p.note("printed, a token shows as %v", v)
	return want("requests for a corp token", len(p.wecom.Requests("/cgi-bin/service/get_corp_token")), 1)
}

func (p *provider) buy(context.Context) (err error) {
	p.title("Order licences: 2 base accounts and 1 interop account for 2 months")
	p.paid, err = order.ORCreate(p.api.WithCorp(p.lakeside.Id), &order.Order{
		BuyerUserId:     "buyer",
		AccountCount:    order.AccountCount{BaseCount: 2, ExternalContactCount: 1},
		AccountDuration: order.AccountDuration{Months: 2},
	})
	if err != nil {
		return err
	}
	detail, err := order.ORGetDetail(p.api, p.paid)
	if err != nil {
		return err
	}
	p.note("order %s: unpaid, %d.%02d yuan", p.paid, detail.Price/100, detail.Price%100)
	return want("state of the order", detail.OrderStatus, 0)
}

func (p *provider) pay(ctx context.Context) error {
	p.title("Somebody pays in the provider's console: license_pay_success arrives when the codes exist")
	p.note("← POST /wecom/system: license_pay_success")
	p.lakeside.Pay(p.paid)
	n, err := p.event(ctx, callback.KItLicensePaySuccess)
	if err != nil {
		return err
	}
	e, ok := n.Content.(*callback.LicensePayEvent)
	if !ok {
		return fmt.Errorf("license_pay_success was decoded as %T", n.Content)
	}
	p.note("your function: order %s of %s is paid", e.OrderId, n.AuthCorpId)
	for account, err := range order.ORAllAccounts(p.api, e.OrderId) {
		if err != nil {
			return err
		}
		p.codes = append(p.codes, account)
		p.note("type %d  code %s", account.Type, account.ActiveCode)
	}
	return want("number of codes", len(p.codes), 3)
}

func (p *provider) activate(context.Context) error {
	p.title("Activate: base accounts for two members in one call, the interop account for one of them")
	api := p.api.WithCorp(p.lakeside.Id)
	var batch []license.ActiveCode
	members := []string{"woLin", "woZhou"}
	for _, account := range p.codes {
		if account.Type == license.TypeInterop {
			if err := license.LICActiveAccount(api, account.ActiveCode, members[0]); err != nil {
				return err
			}
			continue
		}
		batch = append(batch, license.ActiveCode{ActiveCode: account.ActiveCode, UserId: members[len(batch)]})
	}
	results, err := license.LICBatchActiveAccount(api, batch)
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Err() != nil {
			return r.Err()
		}
		p.note("%s is bound to %s", r.ActiveCode, r.UserId)
	}
	err = license.LICActiveAccount(api, batch[0].ActiveCode, members[1])
	if !errors.Is(err, token.Code(701003)) {
		return fmt.Errorf("a bound code: got %v, want errcode 701003", err)
	}
	p.note("the first code once more: %v", token.Code(701003))
	return nil
}

func (p *provider) inspect(context.Context) error {
	p.title("Look at a code")
	detail, err := license.LICActiveCodeDetail(p.api.WithCorp(p.lakeside.Id), p.codes[0].ActiveCode)
	if err != nil {
		return err
	}
	days := (detail.ExpireTime - detail.ActiveTime) / 86400
	p.note("state %d (bound), member %s, good for %d days", detail.Status, detail.UserId, days)
	return want("two months of 31 days", days, 62)
}

func (p *provider) heal(context.Context) error {
	p.title("WeCom ends the provider token early: the next call notices, renews it once and goes on")
	const provider = "/cgi-bin/service/get_provider_token"
	before := len(p.wecom.Requests(provider))
	p.wecom.Fail("/cgi-bin/license/get_active_info_by_user", wecomtest.Fault{KillToken: true})
	user, err := license.LICGetActiveByUser(p.api.WithCorp(p.lakeside.Id), "woLin")
	if err != nil {
		return err
	}
	p.note("woLin has %d accounts, active: %t", len(user.ActiveInfoList), user.ActiveStatus == 1)
	return want("more requests for a provider token", len(p.wecom.Requests(provider))-before, 1)
}

func (p *provider) change(ctx context.Context) error {
	p.title("A member changes: change_contact arrives as a Go struct")
	p.note("← POST /wecom/app: change_contact")
	p.lakeside.Change(wecomtest.Member{UserId: "woZhou", Name: "Zhou", Departments: []string{"Sales", "Sales/East"}})
	n, err := p.event(ctx, callback.KItChangeContact)
	if err != nil {
		return err
	}
	e, ok := n.Content.(*callback.ContactEvent)
	if !ok || n.ChangeType != callback.KCtUpdateUser || len(e.Department) != 2 {
		return fmt.Errorf("change_contact was decoded as %T %+v", n.Content, n.Content)
	}
	p.note("your function: %s is now in departments %v", e.UserID, e.Department)
	return nil
}

func (p *provider) roster(context.Context) error {
	p.title("Read the address book: an iterator over the members of a department and of those below")
	found := 0
	for user, err := range contact.AllSimpleUsers(p.api.WithCorp(p.lakeside.Id), p.lakeside.Department("Sales")) {
		if err != nil {
			return err
		}
		found++
		p.note("%s is in departments %v", user.UserId, user.Department)
	}
	return want("members of Sales", found, 2)
}

func (p *provider) message(context.Context) error {
	p.title("Write to a member: what he reads is what was sent")
	const member = "woLin"
	_, err := message.Send(p.api.WithCorp(p.lakeside.Id), message.Message{ToUser: []string{member}, Content: message.Content{Text: &wire.Text{Content: "Welcome on board"}}})
	if err != nil {
		return err
	}
	inbox := p.wecom.Messages(member)
	for _, m := range inbox {
		p.note("%s reads: %s", m.UserId, m.Text)
	}
	return want("messages to the member", len(inbox), 1)
}

func (p *provider) welcome(ctx context.Context) error {
	p.title("A member has a new customer: the event brings a code, which is good for one welcome message")
	p.note("← POST /wecom/app: change_external_contact")
	li := p.lakeside.AddCustomer("woLin", wecomtest.Customer{Name: "Li", State: "fair"})
	n, err := p.event(ctx, callback.KItChangeExternalContact)
	if err != nil {
		return err
	}
	e, ok := n.Content.(*callback.ExternalContactEvent)
	if !ok {
		return fmt.Errorf("add_external_contact was decoded as %T", n.Content)
	}
	p.note("your function: %s has a customer from the %s", e.UserID, e.State)
	if err := externalcontact.SendWelcomeMsg(n.Api.WithContext(ctx), e.WelcomeCode, externalcontact.Message{Text: &wire.Text{Content: "Nice to meet you"}}); err != nil {
		return err
	}
	for _, m := range li.Messages() {
		p.note("%s reads: %s", li.Name, m.Text)
	}
	return want("messages to the customer", len(li.Messages()), 1)
}

func (p *provider) cancel(ctx context.Context) error {
	p.title("The corp removes the app: cancel_auth")
	p.note("← POST /wecom/app: cancel_auth")
	p.lakeside.Cancel()
	n, err := p.event(ctx, callback.KItCancelAuth)
	if err != nil {
		return err
	}
	p.note("your function: %s has left", n.AuthCorpId)
	_, err = service.GetCallbackIp(p.api.WithCorp(p.lakeside.Id))
	if !errors.Is(err, token.ErrNotInstalled) {
		return fmt.Errorf("a call for a corp that has left: got %v, want ErrNotInstalled", err)
	}
	p.note("a call for it: %v", token.ErrNotInstalled)
	return nil
}

func want[T comparable](what string, got, wanted T) error {
	if got != wanted {
		return fmt.Errorf("%s: got %v, want %v", what, got, wanted)
	}
	return nil
}
