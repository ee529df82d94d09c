package desk

import (
	"slices"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// customer finds a corp for a query. The code for an unknown one is
// undocumented.
func (d *desk) customer(corpId string) (*licenseCorp, error) {
	if c := d.corp(corpId); c != nil {
		return c, nil
	}
	return nil, platform.Refuse(platform.CodeBadCorp, "invalid corpid")
}

// view is a code as one corp sees it; nil if it is none of its codes.
func (d *desk) view(as *licenseCorp, activeCode string) obj {
	c := d.codes[activeCode]
	now := d.unix()
	if c == nil || !c.visible(as, now) {
		return nil
	}
	out := obj{"active_code": c.code, "type": c.kind, "create_time": c.made}
	if c.receiver != nil && c.owner == as {
		out["status"], out["share_info"] = licGiven, obj{"to_corpid": c.receiver.Id}
		return out
	}
	out["status"] = c.status(now)
	if c.receiver != nil {
		out["share_info"] = obj{"from_corpid": c.owner.Id}
	}
	if c.userId != "" {
		out["userid"], out["active_time"], out["expire_time"] = c.userId, c.active, c.expire
	}
	if merge := c.merges(); len(merge) > 0 {
		out["merge_info"] = merge
	}
	return out
}

func (c *licenseCode) visible(as *licenseCorp, now int64) bool {
	return c.made <= now && (!c.void || c.userId != "") && (c.owner == as || c.receiver == as)
}

func (c *licenseCode) merges() obj {
	merge := obj{}
	if c.mergedInto != "" {
		merge["to_active_code"] = c.mergedInto
	}
	if c.mergedFrom != "" {
		merge["from_active_code"] = c.mergedFrom
	}
	return merge
}

type codeReq struct {
	CorpId string   `json:"corpid"`
	Code   string   `json:"active_code"`
	Codes  []string `json:"active_code_list"`
}

func activeInfoByCode(d *desk, in codeReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	info := d.view(c, in.Code)
	if info == nil {
		return nil, licErr(codeIllegalCode)
	}
	return obj{"active_info": info}, nil
}

func batchActiveInfoByCode(d *desk, in codeReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	if code := listLength(len(in.Codes)); code != codeOK {
		return nil, licErr(code)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(in.Codes)))) < len(in.Codes) {
		return nil, licErr(codeSameCode)
	}
	list := []obj{}
	var invalid []string
	for _, code := range in.Codes {
		if info := d.view(c, code); info != nil {
			list = append(list, info)
		} else {
			invalid = append(invalid, code)
		}
	}
	if len(list) == 0 && !d.policy.UnknownCodesSplit {
		return nil, licErr(codeAllCodesIllegal)
	}
	out := obj{"active_info_list": list}
	if invalid != nil {
		out["invalid_active_code_list"] = invalid
	}
	return out, nil
}

type corpPageReq struct {
	CorpId string `json:"corpid"`
	platform.PageReq
}

// listActivedAccount leaves out what downstream corps bound: their accounts
// are theirs.
func listActivedAccount(d *desk, in corpPageReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	var all []obj
	for _, code := range c.codes {
		if code.holder() == c && code.userId != "" && code.mergedInto == "" {
			all = append(all, obj{
				"userid": code.userId, "type": code.kind,
				"expire_time": code.expire, "active_time": code.active,
			})
		}
	}
	part, next, err := platform.Page(in.PageReq, "actived "+c.Id, all, licLimitMax, licLimitDefault)
	if err != nil {
		return nil, err
	}
	return platform.Paged("account_list", next, part), nil
}

type userReq struct {
	CorpId string `json:"corpid"`
	UserId string `json:"userid"`
}

// activeInfoByUser keeps active_status at 1 for expired accounts: undocumented.
func activeInfoByUser(d *desk, in userReq) (obj, error) {
	c, err := d.customer(in.CorpId)
	if err != nil {
		return nil, err
	}
	m, ok := c.member(in.UserId)
	if !ok {
		return nil, licErr(codeBadUser)
	}
	status, list := 0, []obj{}
	for _, kind := range []int{licBase, licInterop} {
		if held := c.held[licenseSeat{m.UserId, kind}]; held != nil {
			status = 1
			list = append(list, obj{
				"active_code": held.code, "type": kind, "userid": m.UserId,
				"active_time": held.active, "expire_time": held.expire,
			})
		}
	}
	return obj{"active_status": status, "active_info_list": list}, nil
}
