package messages

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (sent *Message) Saved() (saved, left []any) {
	return []any{&sent.to, &sent.shown, &sent.changed, &sent.request, &sent.recalled}, nil
}

// Saved is for package snapshot.
func (m *Messages) Saved() (saved, left []any) {
	return []any{&m.sent, &m.answers, &m.tickets, &m.tasks, &m.lastMsgId}, []any{&m.host, &m.around}
}

func (a *answer) Saved() (saved, left []any) { return []any{&a.sent, &a.until}, nil }

func (s *selected) Saved() (saved, left []any) {
	return []any{&s.corpId, &s.suiteId, &s.by, &s.userIds}, nil
}

func (t *task) Saved() (saved, left []any) { return []any{&t.suiteId, &t.corpId, &t.id}, nil }
