package agents

// What is saved of the state: see package snapshot. Left is what New is given and makes.

// Saved is for package snapshot.
func (a *Agents) Saved() (saved, left []any) { return []any{&a.benches}, []any{&a.host, &a.within} }

func (a *app) Saved() (saved, left []any) { return []any{&a.suiteId, &a.corpId}, nil }

func (w *workbench) Saved() (saved, left []any) { return []any{&w.template, &w.data}, nil }
