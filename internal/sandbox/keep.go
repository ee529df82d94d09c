package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	saveEvery = time.Second
	saveShare = 20 // saving may take one of so many parts of the time
)

// Saved is for package snapshot.
func (w *World) Saved() (saved, left []any) {
	return []any{&w.people, &w.contacts, &w.ticketed, &w.missed, &w.checks}, []any{&w.engine, &w.cfg, &w.provider, &w.folder, &w.saving, &w.savedAt, &w.mu, &w.base}
}

// Saved is for package snapshot.
func (c *checkOf) Saved() (saved, left []any) { return []any{&c.url}, nil }

// state is the state of the world at this moment.
func (w *World) state() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.engine.Save(w)
}

// load replaces the state of the world.
func (w *World) load(state []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.engine.Load(state, w)
}

// head tells whose state it is.
func (w *World) head() stateHead {
	head := stateHead{Seed: w.cfg.Seed, CorpId: w.provider}
	for _, a := range w.cfg.Apps {
		head.Suites = append(head.Suites, a.SuiteId)
	}
	return head
}

// restore goes on with the state in the folder, if there is one. What given says counts, also where
// the state says something else; what it leaves out is as it was.
func (w *World) restore(given Config) error {
	state, err := w.folder.read(w.head())
	if state == nil || err != nil {
		return err
	}
	if err := w.load(state); err != nil {
		return fmt.Errorf("sandbox: the state in %s is of another version of wecom: use that version, or give another folder: %w", w.folder.path(), err)
	}
	w.savedAt = w.engine.LastChange()
	return errors.Join(w.insist(given), w.insistOnChoices(given.Choices))
}

// insist sets the secrets and callback URLs of a config that are given.
func (w *World) insist(given Config) error {
	p := w.theProvider()
	p.Secret = cmp.Or(given.ProviderSecret, p.Secret)
	given.System.over(&p.System)
	wrong := w.engine.AddProvider(p)
	for i, a := range given.Apps {
		x, err := w.suite(w.cfg.Apps[i].SuiteId)
		if err != nil {
			return err
		}
		x.Secret, x.Name, x.DataURL = cmp.Or(a.Secret, x.Secret), cmp.Or(a.Name, x.Name), cmp.Or(a.DataURL, x.DataURL)
		a.over(&x.Command)
		wrong = errors.Join(wrong, w.engine.AddSuite(x))
	}
	return wrong
}

func (w *World) insistOnChoices(c Choices) error {
	old, err := w.ShowChoices(context.Background(), none{})
	if err != nil {
		return err
	}
	if c.AllowedIPs == nil {
		c.AllowedIPs = old.AllowedIPs
	}
	c.NewSuiteToken, c.NewCorpToken = c.NewSuiteToken || old.NewSuiteToken, c.NewCorpToken || old.NewCorpToken
	c.TokenLife, c.Tries, c.PerMinute = cmp.Or(c.TokenLife, old.TokenLife), cmp.Or(c.Tries, old.Tries), cmp.Or(c.PerMinute, old.PerMinute)
	c.JSON, c.EditContacts = c.JSON || old.JSON, c.EditContacts || old.EditContacts
	_, err = w.Choose(context.Background(), c)
	return err
}

// save writes the state, in any case or if anything has changed since it was written last.
func (w *World) save(always bool) error {
	w.saving.Lock()
	defer w.saving.Unlock()
	now := w.engine.LastChange() // before what is saved
	if now == w.savedAt && !always {
		return nil
	}
	state, err := w.state()
	if err == nil {
		err = w.folder.write(w.head(), state)
	}
	if err == nil {
		w.savedAt = now
	}
	return err
}

// keep saves the state now and then, until ctx ends. An error is told once, until it has worked
// again.
func (w *World) keep(ctx context.Context) {
	told := false
	for wait := saveEvery; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		begun := time.Now()
		err := w.save(false)
		wait = max(saveEvery, saveShare*time.Since(begun))
		if err != nil && !told && w.cfg.NotSaved != nil {
			w.cfg.NotSaved(err)
		}
		told = err != nil
	}
}

// Close saves the state, if it is kept, and lets go of its folder. Nothing may call the world any
// longer. Without a folder it does nothing.
func (w *World) Close() error {
	if w.folder == nil {
		return nil
	}
	defer w.folder.held.Unlock()
	return w.save(true) // there may be changes that the feed does not tell
}

// Reset begins the world anew, as it was configured: ids and secrets are those of its beginning.
// Callback URLs with their Tokens and keys stay, for there the servers still are, and get a new
// suite_ticket. Requests that are under way end before it or come after it.
func (w *World) Reset(ctx context.Context, _ none) (Outcome, error) {
	c := w.cfg
	p := w.theProvider()
	c.System = callbackOf(p.System)
	c.Apps = nil
	for _, a := range w.cfg.Apps {
		x, err := w.suite(a.SuiteId)
		if err != nil {
			return Outcome{}, err
		}
		a.Callback, a.DataURL = callbackOf(x.Command), x.DataURL
		c.Apps = append(c.Apps, a)
	}
	fresh, err := begin(c)
	if err != nil {
		return Outcome{}, err
	}
	state, err := fresh.state()
	if err == nil {
		err = w.load(state)
	}
	if err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { w.tickets(ctx); return nil })
}

// aside runs what goes on beside the clock: pushes that were cut short, and the saving.
func (w *World) aside(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	all.Go(func() { w.engine.Resume(ctx) })
	if w.folder != nil {
		all.Go(func() { w.keep(ctx) })
	}
	return &all
}
