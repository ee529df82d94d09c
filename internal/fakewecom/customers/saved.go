package customers

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (cs *Customers) Saved() (saved, left []any) {
	return []any{&cs.books}, []any{&cs.host, &cs.files}
}

// Saved is for package snapshot.
func (r *Relation) Saved() (saved, left []any) { return []any{&r.welcomed}, nil }

func (b *book) Saved() (saved, left []any) {
	return []any{
		&b.corp, &b.known, &b.relations, &b.groups, &b.ways, &b.links, &b.chats, &b.joinWays, &b.transfers,
		&b.masses, &b.moments, &b.messages, &b.welcomes, &b.pending,
	}, nil
}

func (c *chat) Saved() (saved, left []any) {
	return []any{&c.id, &c.name, &c.owner, &c.made, &c.people, &c.version, &c.inherited, &c.dismissed}, nil
}

func (i *inChat) Saved() (saved, left []any) {
	return []any{&i.kind, &i.id, &i.at, &i.scene, &i.state, &i.invitor}, nil
}

func (j *joinWay) Saved() (saved, left []any) { return []any{&j.suite}, nil }

func (l *link) Saved() (saved, left []any) { return []any{&l.id, &l.suite, &l.made}, nil }

func (m *mass) Saved() (saved, left []any) {
	return []any{&m.id, &m.suite, &m.kind, &m.text, &m.attachments, &m.parts, &m.made, &m.cancelled, &m.reminders, &m.tasks}, nil
}

func (m *massSend) Saved() (saved, left []any) { return []any{&m.id, &m.status}, nil }

func (m *massTask) Saved() (saved, left []any) { return []any{&m.userId, &m.sent, &m.to}, nil }

func (m *moment) Saved() (saved, left []any) {
	return []any{&m.id, &m.job, &m.text, &m.parts, &m.made, &m.toAll, &m.cancelled, &m.tasks, &m.wrong}, nil
}

func (m *momentTask) Saved() (saved, left []any) {
	return []any{&m.userId, &m.published, &m.to, &m.reactions}, nil
}

func (p *part) Saved() (saved, left []any) { return []any{&p.kind, &p.content}, nil }

func (p *pending) Saved() (saved, left []any) { return []any{&p.id, &p.made}, nil }

func (r *reaction) Saved() (saved, left []any) { return []any{&r.externalId, &r.at, &r.like}, nil }

func (t *tag) Saved() (saved, left []any) {
	return []any{&t.id, &t.name, &t.order, &t.made, &t.suite, &t.deleted}, nil
}

func (g *tagGroup) Saved() (saved, left []any) { return []any{&g.tag, &g.strategy, &g.tags}, nil }

func (t *transfer) Saved() (saved, left []any) {
	return []any{&t.from, &t.to, &t.externalId, &t.at, &t.status, &t.resigned}, nil
}

func (w *way) Saved() (saved, left []any) { return []any{&w.made}, nil }

func (w *welcome) Saved() (saved, left []any) { return []any{&w.relation, &w.suite, &w.expires}, nil }
