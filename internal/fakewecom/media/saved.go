package media

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (m *Media) Saved() (saved, left []any) {
	return []any{&m.files, &m.jobs, &m.queue, &m.delay, &m.images}, []any{&m.host}
}

func (j *job) Saved() (saved, left []any) {
	return []any{
		&j.id, &j.corpId, &j.suiteId, &j.kind, &j.url, &j.name, &j.md5, &j.made, &j.due, &j.status, &j.code,
		&j.mediaId, &j.ended,
	}, nil
}

func (m *month) Saved() (saved, left []any) { return []any{&m.corpId, &m.year, &m.month}, nil }

func (f *temporary) Saved() (saved, left []any) {
	return []any{&f.corpId, &f.name, &f.kind, &f.use, &f.data, &f.made}, nil
}
