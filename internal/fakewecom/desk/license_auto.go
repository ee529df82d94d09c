package desk

import (
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Scenes of automatic activation.
const (
	SceneOpenApp    = 1 // a member opens an app
	SceneSendMsg    = 2 // the provider sends a member a message
	SceneInteropAPI = 3 // the provider calls a customer-contact endpoint
)

// PreviousStatus of auto_activate.
const (
	wasNeverActive = iota + 1
	wasEndingSoon
	wasExpired
)

// waitingHour is when members who left are found, "the small hours".
const waitingHour = 3

type autoActiveReq struct {
	CorpId string `json:"corpid"`
	Status int64  `json:"auto_active_status"`
}

func setAutoActive(d *desk, in autoActiveReq) (obj, error) {
	c, err := d.buyer(in.CorpId)
	if err != nil {
		return nil, err
	}
	if in.Status != 0 && in.Status != 1 {
		return nil, licErr(codeBadAutoStatus)
	}
	c.autoActive = in.Status == 1
	d.changed(c.Id, "")
	return nil, nil
}

func getAutoActive(d *desk, in autoActiveReq) (obj, error) {
	c, err := d.buyer(in.CorpId)
	if err != nil {
		return nil, err
	}
	status := 0
	if c.autoActive {
		status = 1
	}
	return obj{"auto_active_status": status}, nil
}

// buyer finds a corp for which a license was ever paid, refunded or not.
func (d *desk) buyer(corpId string) (*licenseCorp, error) {
	c, err := d.customer(corpId)
	if err == nil && !c.bought {
		err = licErr(codeNeverBought)
	}
	return c, err
}

// use lets members use the provider's apps: those who qualify get a free code,
// of the interop type in SceneInteropAPI. All of them are announced at once.
// Members who are left without a license are returned.
func (d *desk) use(c *licenseCorp, scene int, userIds []string) (without []string) {
	kind := licBase
	if scene == SceneInteropAPI {
		kind = licInterop
	}
	var accounts []platform.Field
	for _, userId := range userIds {
		m, code := d.seatable(c, userId, kind)
		if code != codeOK {
			continue // nothing happens outside the visible range
		}
		seat := licenseSeat{m.UserId, kind}
		if c.autoActive && d.autoOpen(c) {
			if account, ok := d.autoActivate(c, seat); ok {
				accounts = append(accounts, account)
			}
		}
		if !c.covered(seat, d.unix()) {
			without = append(without, m.UserId)
		}
	}
	if accounts != nil {
		d.tell("auto_activate", c.Id, append([]platform.Field{platform.Number("Scene", int64(scene))}, accounts...)...)
	}
	return without
}

// covered reports whether the member's account of the type runs at t, or an
// interop account, which gives all that a base one does.
func (c *licenseCorp) covered(seat licenseSeat, t int64) bool {
	for _, kind := range []int{seat.kind, licInterop} {
		if held := c.held[licenseSeat{seat.userId, kind}]; held != nil && held.expire > t {
			return true
		}
	}
	return false
}

// autoActivate binds a free code if the member needs one and there is one.
func (d *desk) autoActivate(c *licenseCorp, seat licenseSeat) (account platform.Field, ok bool) {
	now, old := d.unix(), c.held[seat]
	if c.covered(seat, now+licDays(licAutoDays)) {
		return account, false
	}
	was := wasNeverActive
	switch {
	case old != nil && now >= old.expire:
		was = wasExpired
	case old != nil:
		was = wasEndingSoon
	}
	free := d.freeCode(c, seat.kind)
	if free == nil || d.merge(c, free, seat.userId) != codeOK {
		return account, false
	}
	fields := []platform.Field{
		platform.Text("ActiveCode", free.code), platform.Number("Type", int64(seat.kind)),
		platform.Number("ExpireTime", free.expire), platform.Text("UserId", seat.userId),
		platform.Number("PreviousStatus", int64(was)),
	}
	if old != nil {
		fields = append(fields, platform.Text("PreviousActiveCode", old.code))
	}
	return platform.Group("AccountList", fields...), true
}

// autoOpen: integrators report that during the trial automatic activation
// waits for its last days.
func (d *desk) autoOpen(c *licenseCorp) bool {
	if !d.policy.AutoAfterTrial {
		return true
	}
	for key := range d.trials {
		if left := d.trialEnd(key) - d.unix(); key.corpId == c.Id && left > licDays(licAutoDays) {
			return false
		}
	}
	return true
}

// markWaiting finds the codes of members who left or dropped out of range; it
// shows from the small hours of the next day on, and only with automatic
// activation.
func (d *desk) markWaiting(now int64) {
	for _, c := range d.corps {
		for _, m := range c.Members {
			out := !m.Visible()
			since, noticed := c.gone[m.UserId]
			switch {
			case !out:
				delete(c.gone, m.UserId)
			case !noticed:
				since, c.gone[m.UserId] = now, now
			}
			nextNight := licEndOfDay(since+1) + int64((waitingHour * time.Hour).Seconds())
			for _, kind := range []int{licBase, licInterop} {
				if held := c.held[licenseSeat{m.UserId, kind}]; held != nil {
					held.waiting = out && c.autoActive && now >= nextNight
				}
			}
		}
	}
}
