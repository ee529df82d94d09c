package desk

import "time"

// Order is a license order as the provider console shows it.
type Order struct {
	Id            string
	Kind          int    // 1 purchase, 2 renewal, 5 and 6 migration, 8 several corps
	Status        int    // 0 unpaid, 1 paid, 2 cancelled, 3 expired, 4 refund asked, 5 refunded, 6 refund refused, 7 void
	CorpId        string // "": several corps
	Buyer         string // userid
	Test          bool
	Price         int64 // fen
	Base, Interop int   // accounts
	Months, Days  int
	Made          time.Time
	Paid          time.Time // zero: it was not
	Paying        bool      // a payment from the balance is under way
	Parent        string    // of a sub order
	Subs          []string  // of an order for several corps
	Codes         []Code
}

// Code is an activation code (激活码). It is no secret: the corp whose it is binds it.
type Code struct {
	Code       string
	Kind       int    // 1 base account, 2 interop account
	Status     int    // 1 unbound, 2 bound, 3 expired, 4 waits for an heir, 5 merged
	CorpId     string // whose it is
	ReceiverId string // the downstream corp that it was given to
	UserId     string // who has it
	Activated  time.Time
	Expires    time.Time // zero: not activated
	Void       bool      // taken back by a refund
}

// LicenseOrders lists the license orders of a provider, the oldest first, with their codes.
func (ds *Desks) LicenseOrders(providerCorpId string) (list []Order) {
	ds.host.Locked(func() {
		d := ds.desk(providerCorpId)
		for _, o := range d.history {
			list = append(list, d.order(o))
		}
	})
	return list
}

func (d *desk) order(o *licenseOrder) Order {
	out := Order{Id: o.id, Kind: o.kind, Status: o.status, Buyer: o.buyer, Test: o.test, Price: o.price,
		Base: o.base, Interop: o.interop, Months: o.months, Days: o.days, Made: at(o.made), Paid: at(o.paid), Paying: o.busy}
	if o.corp != nil {
		out.CorpId = o.corp.Id
	}
	if o.parent != nil {
		out.Parent = o.parent.id
	}
	for _, sub := range o.subs {
		out.Subs = append(out.Subs, sub.id)
	}
	if o.ready > d.unix() {
		return out // the codes are being made
	}
	for _, c := range o.codes {
		out.Codes = append(out.Codes, d.codeOf(c))
	}
	return out
}

func (d *desk) codeOf(c *licenseCode) Code {
	out := Code{Code: c.code, Kind: c.kind, Status: c.status(d.unix()), CorpId: c.owner.Id, UserId: c.userId,
		Activated: at(c.active), Expires: at(c.expire), Void: c.void}
	if c.receiver != nil {
		out.ReceiverId = c.receiver.Id
	}
	return out
}

// at is a time of Unix seconds; zero for 0.
func at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0)
}

// PlacedAppOrder is an order in the app market, with its state as in [Desks.MoveAppOrder]; 0 is
// unpaid.
type PlacedAppOrder struct {
	AppOrder
	Id     string
	Status int
	Made   time.Time
	Paid   time.Time // zero: it was not
}

// AppOrdersOf lists the orders of a provider's apps in the market, the oldest first.
func (ds *Desks) AppOrdersOf(providerCorpId string) (list []PlacedAppOrder) {
	ds.host.Locked(func() {
		for _, o := range ds.desk(providerCorpId).marketList {
			list = append(list, PlacedAppOrder{o.AppOrder, o.id, o.status, at(o.made), at(o.paid)})
		}
	})
	return list
}

// Balance is the money in the provider's prepaid account, in fen; negative: it has none.
func (ds *Desks) Balance(providerCorpId string) (fen int64) {
	ds.host.Locked(func() {
		if d := ds.desk(providerCorpId); d.prepaid {
			fen = d.balance
		} else {
			fen = -1
		}
	})
	return fen
}
