package purchase

import (
	"slices"

	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
)

// useSpares assigns unused codes of the order to members whose code another member got, and
// reports whether there were any.
func (b *buying) useSpares() (moved bool, err error) {
	waiting := b.waiting()
	if len(waiting) == 0 {
		return false, nil
	}
	spares, err := b.spares()
	if err != nil {
		return moved, err
	}
	defer b.dropResults()
	for part := range slices.Chunk(spares, 1000) {
		if len(waiting[license.TypeBase])+len(waiting[license.TypeInterop]) == 0 {
			return moved, nil
		}
		free, err := b.unbound(part)
		if err != nil {
			return moved, err
		}
		for _, a := range free {
			if todo := waiting[a.Type]; len(todo) > 0 {
				c := &b.Codes[todo[0]]
				b.Taken = append(b.Taken, c.ActiveCode)
				c.ActiveCode, waiting[a.Type], moved = a.ActiveCode, todo[1:], true
			}
		}
	}
	return moved, nil
}

// waiting returns the members whose code another member got, by type, as indexes in Codes. A
// type of which the order has no spare account is left out.
func (b *buying) waiting() map[int][]int {
	bought, used := b.Order.AccountCount, order.CountOf(b.Members)
	spare := map[int]bool{
		license.TypeBase:    bought.BaseCount > used.BaseCount,
		license.TypeInterop: bought.ExternalContactCount > used.ExternalContactCount,
	}
	found := map[int][]int{}
	for i, c := range b.Codes {
		kind := b.Members[i].Type
		if r, _ := b.result(c.ActiveCode); r.ErrCode == codeBound && spare[kind] {
			found[kind] = append(found[kind], i)
		}
	}
	return found
}

// spares returns the codes of the order that were never assigned.
func (b *buying) spares() (spares []order.Account, err error) {
	assigned := set(b.Taken)
	for _, c := range b.Codes {
		assigned[c.ActiveCode] = true
	}
	for a, err := range order.ORAllAccounts(b.flow.api, b.OrderId) {
		if err != nil {
			return nil, err
		}
		if a.ActiveCode != "" && !assigned[a.ActiveCode] {
			assigned[a.ActiveCode] = true
			spares = append(spares, a)
		}
	}
	return spares, nil
}

// unbound returns the accounts whose code is not bound.
func (b *buying) unbound(accounts []order.Account) ([]order.Account, error) {
	codes := make([]string, len(accounts))
	for i, a := range accounts {
		codes[i] = a.ActiveCode
	}
	details, err := license.LICBatchActiveCodeDetail(b.flow.api, codes)
	if err != nil {
		return nil, err
	}
	free := make(map[string]bool, len(codes))
	for _, d := range details.ActiveInfoList {
		free[d.ActiveCode] = d.Status == license.CodeUnbound
	}
	return slices.DeleteFunc(slices.Clone(accounts), func(a order.Account) bool { return !free[a.ActiveCode] }), nil
}

// dropResults removes the results of codes that are not assigned any more.
func (b *buying) dropResults() {
	taken := set(b.Taken)
	b.Results = slices.DeleteFunc(b.Results, func(r license.ActiveCodeResult) bool { return taken[r.ActiveCode] })
	b.resultIndex = nil
}
