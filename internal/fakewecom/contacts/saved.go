package contacts

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (cs *Contacts) Saved() (saved, left []any) {
	return []any{&cs.books, &cs.jobs, &cs.queue, &cs.delay}, []any{&cs.host, &cs.uploaded}
}

func (b *book) Saved() (saved, left []any) {
	return []any{&b.departments, &b.lastId, &b.tags, &b.profiles, &b.doomed}, nil
}

func (e *exported) Saved() (saved, left []any) { return []any{&e.path, &e.md5, &e.size}, nil }

func (j *job) Saved() (saved, left []any) {
	return []any{
		&j.id, &j.kind, &j.corpId, &j.suiteId, &j.due, &j.done, &j.code, &j.text, &j.data, &j.own, &j.results,
		&j.key, &j.size, &j.tagId, &j.files,
	}, nil
}

func (p *profile) Saved() (saved, left []any) { return []any{&p.maker, &p.fields}, nil }

func (t *tag) Saved() (saved, left []any) {
	return []any{&t.id, &t.name, &t.maker, &t.users, &t.departments}, nil
}
