package desk

import (
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
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

// desk is the provider's desk; "" means the first provider.
func (ds *Desks) desk(providerCorpId string) *desk {
	if p := ds.host.Provider(providerCorpId); p != nil {
		providerCorpId = p.CorpId
	}
	d := ds.desks[providerCorpId]
	if d == nil {
		d = &desk{
			host: ds.host, provider: providerCorpId, policy: DefaultLicensePolicy(), prepaid: true,
			corps:    map[string]*licenseCorp{},
			orders:   map[string]*licenseOrder{},
			codes:    map[string]*licenseCode{},
			jobs:     map[string]*licenseJob{},
			advanced: map[string]*advancedOrder{},
			market:   map[string]*marketOrder{},
			prolongs: map[appKey]prolonged{},
			cashier:  newCashier(),
			trials:   map[appKey]time.Time{},
		}
		ds.desks[providerCorpId] = d
	}
	return d
}

// desk keeps the orders, codes and accounts of one provider. Its methods run under
// the platform's lock.
type desk struct {
	host       *platform.Host
	provider   string
	policy     LicensePolicy
	corps      map[string]*licenseCorp
	orders     map[string]*licenseOrder
	history    []*licenseOrder // in order of making, sub orders included
	codes      map[string]*licenseCode
	jobs       map[string]*licenseJob
	jobList    []*licenseJob
	trials     map[appKey]time.Time // first installations
	prepaid    bool
	balance    int64
	advanced   map[string]*advancedOrder
	advList    []*advancedOrder
	market     map[string]*marketOrder
	marketList []*marketOrder
	prolongs   map[appKey]prolonged
	cashier    *cashier
}

// LicenseFacts is what license rules look at in a corp beside its apps and
// members. The zero value lets everything pass.
type LicenseFacts struct {
	NoInteropApp bool // none of its apps has 客户联系 or 微信客服 permission
	Overseas     bool
	Legacy       LegacyState
	HeadCount    int // of the address book; 0: not checked
	AppOrders    AppOrders

	Livelihood    bool // 民生 corp
	LivelihoodCap int  // accounts in one order; 0: any
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
	*platform.Corp
	facts      LicenseFacts
	codes      []*licenseCode // own and received ones
	held       map[licenseSeat]*licenseCode
	gone       map[string]int64 // since when a member is out of range
	links      map[licenseLinkKey]licenseLink
	bought     bool
	autoActive bool
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

func (d *desk) unix() int64 { return d.host.Now().Unix() }

// newId makes ids that never repeat.
func (d *desk) newId(prefix string) string { return d.host.NumberedId(prefix) }

// corp finds a customer by the id that the provider sees, or by the plain one;
// nil if the platform knows no such corp.
func (d *desk) corp(corpId string) *licenseCorp {
	found := d.host.Corp(corpId)
	if found == nil {
		return nil
	}
	if c := d.corps[found.Id]; c != nil {
		return c
	}
	c := &licenseCorp{
		Corp:  found,
		held:  map[licenseSeat]*licenseCode{},
		gone:  map[string]int64{},
		links: map[licenseLinkKey]licenseLink{},
	}
	d.corps[found.Id] = c
	return c
}

func (d *desk) installed(c *licenseCorp) bool { return d.host.HasApp(d.provider, c.Id) }

func (d *desk) hasInterop(c *licenseCorp) bool {
	return d.installed(c) && !c.facts.NoInteropApp
}

// member finds a member by either form of userid.
func (c *licenseCorp) member(userId string) (platform.Member, bool) {
	if m, ok := c.Corp.Member(userId); ok {
		return m, true
	}
	return c.Corp.PlainMember(userId)
}

// shown is the form of a userid that answers carry.
func (c *licenseCorp) shown(userId string) string {
	if m, ok := c.member(userId); ok {
		return m.UserId
	}
	return userId
}

// mayBuy reports whether the provider's member may order and pay.
func (d *desk) mayBuy(userId string) bool {
	p := d.host.Provider(d.provider)
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
