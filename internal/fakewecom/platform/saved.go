package platform

// What is saved of the state: see package snapshot.

// Saved is for package snapshot. A channel that a test closes means nothing to another process.
func (f *Fault) Saved() (saved, left []any) { return []any{&f.id, &f.hits}, []any{&f.Hold} }

// Saved is for package snapshot.
func (in *Install) Saved() (saved, left []any) { return []any{&in.suite, &in.permanentCode}, nil }

// Saved is for package snapshot: of the options only those that are Choices are state.
func (o *Options) Saved() (saved, left []any) {
	return nil, []any{&o.Now, &o.Client, &o.Seed, &o.KeepAnswers, &o.KeepRequests, &o.KeepBytes, &o.KeepPushes, &o.KeepSecrets}
}

// Saved is for package snapshot. Left are what New and Join make, and who waits or is under way.
func (p *Platform) Saved() (saved, left []any) {
	return []any{
		&p.opt, &p.serial, &p.ahead, &p.providers, &p.firstProvider, &p.suites, &p.corps, &p.installs, &p.tokens,
		&p.current, &p.codes, &p.files, &p.requests, &p.faults, &p.sent, &p.feed, &p.requestId, &p.logBytes, &p.pushId, &p.faultId, &p.lasting,
		&p.outbox, &p.calls, &p.minute, &p.secrets, &p.hidden, &p.own,
	}, []any{&p.handlers, &p.spec, &p.parts, &p.mu, &p.aside, &p.pushing, &p.cut, &p.exchanged}
}

// Saved is for package snapshot. When it came is for the time of its answer, which comes no more.
func (r *Request) Saved() (saved, left []any) { return nil, []any{&r.came} }

func (c *code) Saved() (saved, left []any) {
	return []any{
		&c.kind, &c.expires, &c.used, &c.suite, &c.install, &c.test, &c.login, &c.state, &c.extra, &c.suites,
		&c.corpId,
	}, nil
}

// Readers of the feed see a gap after a state was loaded: nothing can be told of what came before.
func (f *feed) Saved() (saved, left []any) { return []any{&f.last}, []any{&f.list, &f.next} }

func (h *hidden) Saved() (saved, left []any) { return []any{&h.all, &h.upTo}, nil }

func (i *installKey) Saved() (saved, left []any) { return []any{&i.suiteId, &i.corpId}, nil }

// What a part runs later it finds again by itself, see media.Media.Loaded.
func (n *notice) Saved() (saved, left []any) { return []any{&n.to, &n.payload}, []any{&n.later} }

func (o *owner) Saved() (saved, left []any) {
	return []any{&o.kind, &o.provider, &o.suiteId, &o.corpId}, nil
}

// Nobody tries a push that was just loaded.
func (p *parcel) Saved() (saved, left []any) {
	return []any{&p.url, &p.body, &p.json, &p.tries}, []any{&p.users}
}

func (p *published) Saved() (saved, left []any) { return []any{&p.contentType, &p.body, &p.until}, nil }

func (r *rate) Saved() (saved, left []any) { return []any{&r.path, &r.corpId}, nil }

// The cipher is made of Suite.Command, see Platform.Loaded.
func (x *suite) Saved() (saved, left []any) { return []any{&x.tickets}, []any{&x.cipher} }

func (t *ticket) Saved() (saved, left []any) { return []any{&t.value, &t.made}, nil }

func (t *token) Saved() (saved, left []any) {
	return []any{&t.kind, &t.provider, &t.suite, &t.install, &t.corp, &t.expires, &t.dead}, nil
}
