package desk

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (ds *Desks) Saved() (saved, left []any) { return []any{&ds.desks}, []any{&ds.host} }

func (o *advancedOrder) Saved() (saved, left []any) {
	return []any{
		&o.id, &o.kind, &o.status, &o.corp, &o.buyer, &o.made, &o.edition, &o.count, &o.period, &o.days, &o.price,
		&o.originalPrice, &o.old, &o.gone,
	}, nil
}

func (a *appKey) Saved() (saved, left []any) { return []any{&a.suiteId, &a.corpId}, nil }

func (c *cashier) Saved() (saved, left []any) {
	return []any{&c.key, &c.merchant, &c.nonces, &c.orders, &c.list, &c.invoices, &c.invoiceBy}, nil
}

func (o *cashierOrder) Saved() (saved, left []any) {
	return []any{&o.id, &o.status, &o.made, &o.paidAt, &o.corpId, &o.price, &o.req}, nil
}

// The host is that of all desks, see Desks.Loaded.
func (d *desk) Saved() (saved, left []any) {
	return []any{
		&d.provider, &d.policy, &d.corps, &d.orders, &d.history, &d.codes, &d.jobs, &d.jobList, &d.trials,
		&d.prepaid, &d.balance, &d.advanced, &d.advList, &d.market, &d.marketList, &d.prolongs, &d.cashier,
	}, []any{&d.host}
}

func (c *licenseCode) Saved() (saved, left []any) {
	return []any{
		&c.code, &c.kind, &c.days, &c.owner, &c.receiver, &c.made, &c.userId, &c.active, &c.expire, &c.transferred,
		&c.mergedInto, &c.mergedFrom, &c.waiting, &c.void,
	}, nil
}

func (c *licenseCorp) Saved() (saved, left []any) {
	return []any{&c.facts, &c.codes, &c.held, &c.gone, &c.links, &c.bought, &c.autoActive}, nil
}

func (l *licenseJob) Saved() (saved, left []any) {
	return []any{
		&l.id, &l.kind, &l.submitted, &l.status, &l.buyer, &l.order, &l.corp, &l.seats, &l.taken, &l.buys, &l.corps,
		&l.fails, &l.errcode,
	}, nil
}

func (l *licenseLink) Saved() (saved, left []any) { return []any{&l.given}, nil }

func (l *licenseLinkKey) Saved() (saved, left []any) { return []any{&l.down, &l.kind}, nil }

func (o *licenseOrder) Saved() (saved, left []any) {
	return []any{
		&o.id, &o.kind, &o.status, &o.corp, &o.test, &o.buyer, &o.price, &o.base, &o.interop, &o.months, &o.days,
		&o.newExpire, &o.made, &o.paid, &o.ready, &o.announced, &o.accounts, &o.added, &o.codes, &o.parent, &o.subs,
		&o.auto, &o.payBy, &o.busy,
	}, nil
}

func (l *licenseSeat) Saved() (saved, left []any) { return []any{&l.userId, &l.kind}, nil }

func (o *marketOrder) Saved() (saved, left []any) {
	return []any{&o.id, &o.status, &o.made, &o.paid}, nil
}

func (p *prolonged) Saved() (saved, left []any) { return []any{&p.end, &p.days}, nil }
