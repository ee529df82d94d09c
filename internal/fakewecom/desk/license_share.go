package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

// licenseLinkKey is one link of an upstream corp to a downstream one.
type licenseLinkKey struct {
	down *licenseCorp
	kind int64 // 0 上下游, 1 企业互联
}

type licenseLink struct {
	CorpLink
	given int // codes given over it so far
}

type shareItem struct {
	Code string `json:"active_code"`
}

type shareReq struct {
	From string      `json:"from_corpid"`
	To   string      `json:"to_corpid"`
	List []shareItem `json:"share_list"`
	Link int64       `json:"corp_link_type"`
}

func batchShare(d *desk, in shareReq) (obj, error) {
	if in.Link != 0 && in.Link != 1 {
		return nil, platform.BadParam("invalid corp_link_type")
	}
	n := len(in.List)
	codes := map[string]bool{}
	for _, item := range in.List {
		codes[item.Code] = true
	}
	if code := listLength(n); code != codeOK {
		return nil, licErr(code)
	}
	if len(codes) < n {
		return nil, licErr(codeSameCode)
	}
	up, down := d.corp(in.From), d.corp(in.To)
	key := licenseLinkKey{down, in.Link}
	if code := d.shareable(up, key, n); code != codeOK {
		return nil, licErr(code)
	}
	var failed []obj
	for _, item := range in.List {
		code := d.share(up, down, item.Code)
		if code != codeOK {
			failed = append(failed, obj{"active_code": item.Code, "errcode": code, "errmsg": licText(code)})
			continue
		}
		link := up.links[key]
		link.given++
		up.links[key] = link
	}
	out := obj{}
	if failed != nil {
		out["share_result"] = failed
	}
	return out, batchErr(n, len(failed), -1)
}

func (d *desk) shareable(up *licenseCorp, key licenseLinkKey, n int) int {
	if up == nil || !d.installed(up) {
		return codeUpstreamNoAuth
	}
	link, ok := up.links[key]
	if d.policy.ShareCountsAll {
		n += link.given
	}
	switch {
	case up.Test || key.down != nil && key.down.Test:
		return codeTestNoShare
	case !ok:
		return codeNotLinked
	case !link.AppShared:
		return codeAppNotShared
	case n > licHeadFactor*link.HeadCount:
		return codeShareCap
	}
	return codeOK
}

func (d *desk) share(up, down *licenseCorp, activeCode string) int {
	c := d.codes[activeCode]
	switch {
	case c == nil || c.owner != up && c.receiver != up:
		return codeIllegalCode
	case c.receiver == up:
		return codeReceived
	}
	if code := d.bindable(c, up); code != codeOK && code != codeBindTooLate {
		return code
	}
	c.receiver = down
	down.codes = append(down.codes, c)
	d.changed(up.Id, "")
	return codeOK
}
