package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

// bind is activation: of a fresh member, or of one whose account of the type
// ends soon or has ended; the old code is then merged into the new one. Which
// code wins when several checks fail is undocumented.
func (d *desk) bind(corpId, activeCode, userId string) int {
	holder := d.corp(corpId)
	c := d.codes[activeCode]
	if holder == nil || c == nil || c.owner != holder && c.receiver != holder {
		return codeIllegalCode
	}
	if code := d.bindable(c, holder); code != codeOK {
		return code
	}
	m, code := d.seatable(holder, userId, c.kind)
	if code != codeOK {
		return code
	}
	return d.merge(holder, c, m.UserId)
}

// bindable checks the code.
func (d *desk) bindable(c *licenseCode, holder *licenseCorp) int {
	now := d.unix()
	switch {
	case c.receiver != nil && c.owner == holder:
		return codeShared
	case c.void, c.mergedInto != "":
		return codeNoSuchCode
	case c.made > now:
		return codeGenerating
	case c.userId != "":
		return codeBound
	case d.lastDay(c) != 0 && now >= d.lastDay(c):
		return codeBindTooLate
	}
	return codeOK
}

// lastDay is the end of the time in which a code may be bound; 0: none.
func (d *desk) lastDay(c *licenseCode) int64 {
	if d.policy.BindDays == 0 {
		return 0
	}
	return c.made + licDays(d.policy.BindDays)
}

// seatable checks the member for an account of the type.
func (d *desk) seatable(c *licenseCorp, userId string, kind int) (platform.Member, int) {
	m, ok := c.member(userId)
	switch {
	case !ok || m.Left:
		return m, codeBadUser
	case kind == licInterop && !d.hasInterop(c):
		return m, codeNoInteropApp
	case !d.installed(c) || m.Hidden:
		return m, codeNotVisible
	case kind == licInterop && m.NoInterop:
		return m, codeNotInInterop
	}
	return m, codeOK
}

func (d *desk) merge(holder *licenseCorp, c *licenseCode, userId string) int {
	now, seat := d.unix(), licenseSeat{userId, c.kind}
	old := holder.held[seat]
	var oldExpire int64
	if old != nil {
		oldExpire = old.expire
	}
	expire, code := d.policy.mergedExpiry(oldExpire, now, c.days)
	if code != codeOK {
		return code
	}
	c.userId, c.active, c.expire = userId, now, expire
	if old != nil {
		c.mergedFrom, old.mergedInto = old.code, c.code
		old.expire = min(old.expire, now)
	}
	holder.held[seat] = c
	d.changed(holder.Id, "")
	return codeOK
}

type activeItem struct {
	Code   string `json:"active_code"`
	UserId string `json:"userid"`
}

type activeReq struct {
	CorpId string `json:"corpid"`
	activeItem
}

func activeAccount(d *desk, in activeReq) (obj, error) {
	return nil, licErr(d.bind(in.CorpId, in.Code, in.UserId))
}

type batchActiveReq struct {
	CorpId string       `json:"corpid"`
	List   []activeItem `json:"active_list"`
}

func batchActiveAccount(d *desk, in batchActiveReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	codes, users := map[string]bool{}, map[string]bool{}
	for _, item := range in.List {
		codes[item.Code], users[c.shown(item.UserId)] = true, true
	}
	n := len(in.List)
	switch code := listLength(n); {
	case code != codeOK:
		return nil, licErr(code)
	case len(codes) < n:
		return nil, licErr(codeSameCode)
	case len(users) < n && !d.policy.SameUserTwice:
		return nil, licErr(codeSameUser)
	}
	results := make([]obj, 0, n)
	failed, illegal := 0, 0
	for _, item := range in.List {
		code := d.bind(in.CorpId, item.Code, item.UserId)
		results = append(results, obj{"active_code": item.Code, "userid": c.shown(item.UserId), "errcode": code})
		if code != codeOK {
			failed++
		}
		if code == codeIllegalCode {
			illegal++
		}
	}
	return obj{"active_result": results}, batchErr(n, failed, illegal)
}

// batchErr is the code of a batch as a whole; the list goes out with it.
func batchErr(n, failed, illegal int) error {
	switch n {
	case illegal:
		return licErr(codeAllCodesIllegal)
	case failed:
		return licErr(codeAllFailed)
	}
	return nil
}

type byTypeReq struct {
	CorpId string `json:"corpid"`
	UserId string `json:"userid"`
	Type   int64  `json:"type"`
}

func activeAccountByType(d *desk, in byTypeReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	kind := int(in.Type)
	if kind != licBase && kind != licInterop {
		return nil, licErr(codeBadAccountType)
	}
	m, code := d.seatable(c, in.UserId, kind)
	if code != codeOK {
		return nil, licErr(code)
	}
	if held := c.held[licenseSeat{m.UserId, kind}]; held != nil && d.unix() < held.expire {
		return nil, licErr(codeUserBound)
	}
	free := d.freeCode(c, kind)
	if free == nil {
		return nil, licErr(codeNoUnusedCode)
	}
	return nil, licErr(d.merge(c, free, m.UserId))
}

// freeCode is the unbound code of the type whose last binding day is nearest.
func (d *desk) freeCode(c *licenseCorp, kind int) *licenseCode {
	var best *licenseCode
	for _, code := range c.codes {
		if code.kind == kind && d.bindable(code, c) == codeOK && (best == nil || code.made < best.made) {
			best = code
		}
	}
	return best
}

func listLength(n int) int {
	switch {
	case n == 0:
		return codeEmptyList
	case n > licBatchMax:
		return codeListTooLong
	}
	return codeOK
}
