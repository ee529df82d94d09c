package kf

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (s *Service) Saved() (saved, left []any) {
	return []any{&s.accounts, &s.codes, &s.tokens, &s.names, &s.upgrades, &s.tokenless, &s.minute}, []any{&s.host}
}

func (a *account) Saved() (saved, left []any) {
	return []any{
		&a.corpId, &a.id, &a.name, &a.avatar, &a.managers, &a.page, &a.scenes, &a.servicers, &a.resting, &a.log,
		&a.conversations, &a.msgIds,
	}, nil
}

func (v *conversation) Saved() (saved, left []any) {
	return []any{
		&v.account, &v.customer, &v.round, &v.state, &v.servicer, &v.last, &v.begun, &v.moved, &v.wrote, &v.sent,
		&v.entered, &v.via, &v.welcomed, &v.refusing, &v.messages,
	}, nil
}

func (e *entry) Saved() (saved, left []any) { return []any{&e.at, &e.msg}, nil }

func (code *eventCode) Saved() (saved, left []any) {
	return []any{&code.purpose, &code.about, &code.state, &code.round, &code.made}, nil
}

func (e *eventToken) Saved() (saved, left []any) { return []any{&e.account, &e.suiteId, &e.made}, nil }

func (p *person) Saved() (saved, left []any) { return []any{&p.corpId, &p.externalUserId}, nil }

func (r *reader) Saved() (saved, left []any) { return []any{&r.account, &r.suiteId}, nil }

func (x *servicer) Saved() (saved, left []any) { return []any{&x.userId, &x.department}, nil }
