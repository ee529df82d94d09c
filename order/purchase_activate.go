package order

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

const codeBound = 701003 // to somebody else

func (p *purchase) pay() error {
	if err := p.enter(PurchasePaying); err != nil {
		return err
	}
	return p.submitPay()
}

// submitPay may find that an earlier try, whose answer was lost, is being carried out.
func (p *purchase) submitPay() error {
	job, err := ORPaySubmit(p.api, p.OrderId, p.PayerUserId)
	switch {
	case errors.Is(err, token.Code(701084)), errors.Is(err, token.Code(701085)):
		return p.waitPaid()
	case err != nil:
		return err
	}
	p.Jobid = job
	return p.enter(PurchasePaying)
}

// waitPaying follows the payment to its end. An order is paid at most once, so a payment of
// which there is no trace, or that failed, may be sent again while the order is unpaid.
func (p *purchase) waitPaying() error {
	detail, err := ORGetDetail(p.api, p.OrderId)
	switch {
	case err != nil:
		return err
	case detail.OrderStatus != OrderUnpaid:
		return p.waitPaid()
	case p.Jobid == "":
		return p.submitPay()
	}
	_, err = ORPayWait(p.api, p.Jobid, p.Poll)
	switch {
	case err == nil:
		return p.waitPaid()
	case p.api.Context().Err() == nil:
		p.Jobid = ""
		err = errors.Join(err, p.save(p.Purchase))
	}
	return err
}

func (p *purchase) waitPaid() error {
	if _, err := ORWaitPaid(p.api, p.OrderId, p.Poll); err != nil {
		return err
	}
	return p.enter(PurchasePaid)
}

// assign waits until all codes are made and gives each member one of its type.
func (p *purchase) assign() error {
	if len(p.Members) == 0 {
		return p.enter(PurchaseDone)
	}
	accounts, err := poll(p.api.Context(), p.Poll, func() ([]Account, bool, error) {
		var made []Account
		for a, err := range ORAllAccounts(p.api, p.OrderId) {
			if err != nil {
				return nil, false, err
			}
			if a.ActiveCode != "" {
				made = append(made, a)
			}
		}
		count, want := countOf(made), p.Order.AccountCount
		return made, count.BaseCount >= want.BaseCount && count.ExternalContactCount >= want.ExternalContactCount, nil
	})
	if err != nil {
		return err
	}
	p.Codes = nil
	for _, member := range p.Members {
		i := slices.IndexFunc(accounts, func(a Account) bool { return a.Type == member.Type })
		p.Codes = append(p.Codes, license.ActiveCode{ActiveCode: accounts[i].ActiveCode, UserId: member.UserId})
		accounts = slices.Delete(accounts, i, i+1)
	}
	return p.enter(PurchaseActivating)
}

// activate binds the codes that are not bound yet. Base and interop codes go apart, since
// a member may be there with both.
func (p *purchase) activate() error {
	codes := make([]string, len(p.Codes))
	for i, c := range p.Codes {
		codes[i] = c.ActiveCode
	}
	details, err := license.LICBatchActiveCodeDetail(p.api, codes)
	if err != nil {
		return err
	}
	used := map[string]license.ActiveDetail{}
	for _, d := range details.ActiveInfoList {
		if d.Status > license.CodeUnbound {
			used[d.ActiveCode] = d
		}
	}
	var failures []error
	todo := map[int][]license.ActiveCode{}
	for i, c := range p.Codes {
		if d, ok := used[c.ActiveCode]; ok {
			failures = append(failures, p.note(p.confirm(c, d))...)
			continue
		}
		todo[p.Members[i].Type] = append(todo[p.Members[i].Type], c)
	}
	for _, kind := range []int{license.TypeBase, license.TypeInterop} {
		if len(todo[kind]) > 0 {
			failures = append(failures, p.note(license.LICBatchActiveAccount(p.api, todo[kind]))...)
		}
	}
	if len(failures) > 0 {
		return errors.Join(append(failures, p.save(p.Purchase))...)
	}
	return p.enter(PurchaseDone)
}

// confirm finds out whether a code that is bound went to its member: automatic activation
// or somebody in the console may have been first. Userids come back encrypted, so that
// only the member's own accounts can tell.
func (p *purchase) confirm(c license.ActiveCode, d license.ActiveDetail) ([]license.ActiveCodeResult, error) {
	for _, r := range p.Results {
		if r.ActiveCode == c.ActiveCode && r.ErrCode == 0 {
			return nil, nil
		}
	}
	user, err := license.LICGetActiveByUser(p.api, c.UserId)
	if err != nil {
		return nil, err
	}
	result := license.ActiveCodeResult{ActiveCode: c.ActiveCode, UserId: c.UserId}
	if !slices.ContainsFunc(user.ActiveInfoList, func(a license.ActiveInfo) bool {
		return a.ActiveCode == c.ActiveCode || (a.ActiveCode == d.MergeInfo.ToActiveCode && a.ActiveCode != "")
	}) {
		result.ErrCode = codeBound
	}
	return []license.ActiveCodeResult{result}, nil
}

// note keeps the latest result of each code and returns what went wrong.
func (p *purchase) note(results []license.ActiveCodeResult, err error) (failures []error) {
	if err != nil {
		failures = append(failures, err)
	}
	for _, r := range results {
		p.Results = slices.DeleteFunc(p.Results, func(old license.ActiveCodeResult) bool { return old.ActiveCode == r.ActiveCode })
		p.Results = append(p.Results, r)
		if err := r.Err(); err != nil {
			failures = append(failures, fmt.Errorf("code %s for %s: %w", r.ActiveCode, r.UserId, err))
		}
	}
	return failures
}
