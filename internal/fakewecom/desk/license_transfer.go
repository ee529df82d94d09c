package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

type transferItem struct {
	From string `json:"handover_userid"`
	To   string `json:"takeover_userid"`
}

type transferReq struct {
	CorpId string         `json:"corpid"`
	List   []transferItem `json:"transfer_list"`
}

func batchTransfer(d *desk, in transferReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	users := map[string]bool{}
	for _, item := range in.List {
		users[c.shown(item.From)], users[c.shown(item.To)] = true, true
	}
	n := len(in.List)
	if code := listLength(n); code != codeOK {
		return nil, licErr(code)
	}
	if len(users) < 2*n {
		return nil, licErr(codeSameUser)
	}
	results, failed := make([]obj, 0, n), 0
	for _, item := range in.List {
		code := d.transfer(c, item)
		if code != codeOK {
			failed++
		}
		results = append(results, obj{
			"handover_userid": c.shown(item.From), "takeover_userid": c.shown(item.To), "errcode": code,
		})
	}
	return obj{"transfer_result": results}, batchErr(n, failed, -1)
}

// transfer hands all running accounts of one member to another, or none.
func (d *desk) transfer(c *licenseCorp, item transferItem) int {
	from, known := c.member(item.From)
	to, knownTo := c.member(item.To)
	if !known || !knownTo || to.Left {
		return codeBadUser
	}
	if to.Hidden {
		return codeNotVisible
	}
	moving, code := d.moving(c, from, to)
	for _, account := range moving {
		d.hand(c, account, to.UserId)
	}
	return code
}

// moving lists what a transfer moves: nothing if any of it may not move.
func (d *desk) moving(c *licenseCorp, from, to platform.Member) ([]*licenseCode, int) {
	var moving []*licenseCode
	for _, kind := range []int{licBase, licInterop} {
		held := c.held[licenseSeat{from.UserId, kind}]
		if held == nil || d.unix() >= held.expire {
			continue
		}
		if code := d.movable(from, held, c.held[licenseSeat{to.UserId, kind}]); code != codeOK {
			return nil, code
		}
		moving = append(moving, held)
	}
	if moving == nil {
		return nil, codeNotActive
	}
	return moving, codeOK
}

// movable checks one account, and what the receiver has of the same type.
func (d *desk) movable(from platform.Member, held, has *licenseCode) int {
	now := d.unix()
	if from.Visible() && held.transferred != 0 && now < held.transferred+licDays(licTransferDays) {
		return codeJustTransferred
	}
	if has != nil && has.expire-now > licDays(licMergeDays) {
		return codeReceiverHasOne
	}
	return codeOK
}

// hand gives a bound code to another member. An account that the receiver had
// is merged into it: undocumented.
func (d *desk) hand(c *licenseCorp, code *licenseCode, userId string) {
	now, seat := d.unix(), licenseSeat{userId, code.kind}
	if old := c.held[seat]; old != nil {
		if d.policy.TransferAddsRest {
			code.expire += max(0, old.expire-now)
		}
		old.mergedInto, code.mergedFrom = code.code, old.code
		old.expire = min(old.expire, now)
	}
	delete(c.held, licenseSeat{code.userId, code.kind})
	code.userId, code.transferred, code.waiting = userId, now, false
	c.held[seat] = code
	d.changed(c.Id, "")
}
