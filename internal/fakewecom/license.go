package fakewecom

import (
	"fmt"
	"slices"
	"time"
)

// Account types.
const (
	licBase    = 1 // 基础账号
	licInterop = 2 // 互通账号
)

// States of a code.
const (
	licUnbound = iota + 1
	licBound
	licExpired
	licWaiting // 待转移
	licMerged
	licGiven // to a downstream corp, as the upstream corp sees it
)

// desk is the provider's license desk; "" means the first provider. s.mu is held.
func (s *Server) desk(providerCorpId string) *licenseDesk {
	if providerCorpId == "" {
		providerCorpId = s.firstProv
	}
	d := s.desks[providerCorpId]
	if d == nil {
		d = &licenseDesk{
			s: s, provider: providerCorpId, policy: DefaultLicensePolicy(), prepaid: true,
			corps:    map[string]*licenseCorp{},
			orders:   map[string]*licenseOrder{},
			codes:    map[string]*licenseCode{},
			jobs:     map[string]*licenseJob{},
			advanced: map[string]*advancedOrder{},
			market:   map[string]*marketOrder{},
			prolongs: map[installKey]prolonged{},
			cashier:  newCashier(),
			trials:   map[installKey]time.Time{},
		}
		if s.desks == nil {
			s.desks = map[string]*licenseDesk{}
		}
		s.desks[providerCorpId] = d
	}
	return d
}

// licenseDesk keeps the orders, codes and accounts of one provider. Its
// methods run with s.mu held; what is to be pushed waits in outbox until that
// is released.
type licenseDesk struct {
	s          *Server
	provider   string
	policy     LicensePolicy
	corps      map[string]*licenseCorp
	orders     map[string]*licenseOrder
	history    []*licenseOrder // in order of making, sub orders included
	codes      map[string]*licenseCode
	jobs       map[string]*licenseJob
	jobList    []*licenseJob
	trials     map[installKey]time.Time // first installations
	prepaid    bool
	balance    int64
	advanced   map[string]*advancedOrder
	advList    []*advancedOrder
	market     map[string]*marketOrder
	marketList []*marketOrder
	prolongs   map[installKey]prolonged
	cashier    *cashier
	outbox     []notice
}

// LicenseFacts is what license rules look at in a corp beside its apps and
// members. The zero value lets everything pass.
type LicenseFacts struct {
	NoInteropApp bool // none of its apps has 客户联系 or 微信客服 permission
	Overseas     bool
	Legacy       LegacyState
	HeadCount    int // of the address book; 0: not checked
	AppOrders    AppOrders

	Livelihood        bool // 民生 corp
	LivelihoodCap     int  // accounts in one order; 0: any
	LivelihoodReasons []int
}

// LegacyState says how far a corp from before the licenses has migrated.
type LegacyState int

// The zero value is a corp that has nothing to migrate.
const (
	LegacyNone LegacyState = iota
	LegacyUnmigrated
	LegacyMigrating
	LegacyMigrated
)

// AppOrders describes a corp's app-edition orders with the provider, as far as
// license orders are held against them.
type AppOrders struct {
	State      AppOrderState
	Days       int // of the longest valid order
	TrialHeads int // head-count limit of the free trial
}

// AppOrderState is the state of a corp's app-edition orders.
type AppOrderState int

// The zero value switches the checks off.
const (
	AppOrdersUnchecked AppOrderState = iota
	AppOrdersNone
	AppOrdersExpired
	AppOrdersTrial
	AppOrdersValid
)

// licenseCorp is a customer corp at the desk.
type licenseCorp struct {
	*Corp
	facts       LicenseFacts
	codes       []*licenseCode // own and received ones
	held        map[licenseSeat]*licenseCode
	gone        map[string]int64 // since when a member is out of range
	links       map[licenseLinkKey]licenseLink
	bought      bool
	autoActive  bool
	supportedAt int64
}

// licenseSeat is one member's account of one type.
type licenseSeat struct {
	userId string
	kind   int
}

type licenseCode struct {
	code        string
	kind, days  int
	owner       *licenseCorp
	receiver    *licenseCorp // nil unless given to a downstream corp
	made        int64        // the end of generation
	userId      string
	active      int64
	expire      int64
	transferred int64
	mergedInto  string
	mergedFrom  string
	waiting     bool
	void        bool
}

func (d *licenseDesk) unix() int64 { return d.s.now().Unix() }

// newId makes ids that never repeat.
func (d *licenseDesk) newId(prefix string) string {
	return fmt.Sprintf("%s%06d", d.s.id(prefix, 10), d.s.serial)
}

// corp finds a customer by the id that the provider sees, or by the plain one;
// nil if the platform knows no such corp.
func (d *licenseDesk) corp(corpId string) *licenseCorp {
	if c := d.corps[corpId]; c != nil {
		return c
	}
	found := d.s.corps[corpId]
	if found == nil {
		for _, c := range d.s.corps {
			if c.PlainId == corpId {
				return d.corp(c.Id)
			}
		}
		return nil
	}
	c := &licenseCorp{
		Corp:  found,
		held:  map[licenseSeat]*licenseCode{},
		gone:  map[string]int64{},
		links: map[licenseLinkKey]licenseLink{},
	}
	d.corps[corpId] = c
	return c
}

func (d *licenseDesk) installed(c *licenseCorp) bool { return d.s.installed(d.provider, c.Id) }

func (d *licenseDesk) hasInterop(c *licenseCorp) bool {
	return d.installed(c) && !c.facts.NoInteropApp
}

// member finds a member by either form of userid.
func (c *licenseCorp) member(userId string) (Member, bool) {
	if m, ok := c.Corp.member(userId); ok {
		return m, true
	}
	for _, m := range c.Members {
		if m.PlainUserId == userId {
			return m, true
		}
	}
	return Member{}, false
}

// shown is the form of a userid that answers carry.
func (c *licenseCorp) shown(userId string) string {
	if m, ok := c.member(userId); ok {
		return m.UserId
	}
	return userId
}

// mayBuy reports whether the provider's member may order and pay.
func (d *licenseDesk) mayBuy(userId string) bool {
	p := d.s.providers[d.provider]
	return p == nil || len(p.Members) == 0 || slices.Contains(p.Members, userId)
}

func (c *licenseCode) status(now int64) int {
	switch {
	case c.mergedInto != "":
		return licMerged
	case c.userId == "":
		return licUnbound
	case now >= c.expire:
		return licExpired
	case c.waiting:
		return licWaiting
	}
	return licBound
}

// holder is the corp whose members may bind the code.
func (c *licenseCode) holder() *licenseCorp {
	if c.receiver != nil {
		return c.receiver
	}
	return c.owner
}
