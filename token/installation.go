package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/redact"
)

// IsTemplate reports whether a suite id is that of a customised-app template (代开发模板):
// they begin with dk.
func IsTemplate(suiteId string) bool { return strings.HasPrefix(suiteId, "dk") }

// Installation is what must be kept of an authorised corp.
type Installation struct {
	CorpId        string `json:"corp_id"`
	PermanentCode string `json:"permanent_code"` // 永久授权码
	Customized    bool   `json:"customized"`     // 代开发: the corp token comes from gettoken
	AgentId       int64  `json:"agent_id,omitempty"`
	CorpName      string `json:"corp_name,omitempty"`

	SavedAt time.Time `json:"saved_at"` // filled in by SetInstallation
}

// savedAt is the time in a form that is the same after it was stored.
func savedAt() time.Time { return time.Now().UTC().Round(0) }

// Format prints the Installation without its permanent code, whatever the verb.
func (in Installation) Format(s fmt.State, verb rune) {
	type plain Installation
	in.PermanentCode = redact.Mask(in.PermanentCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(in))
}

// LogValue logs the Installation without its permanent code.
func (in Installation) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", in)) }

// installationCell is what this process knows of a corp's installation.
type installationCell struct {
	writing sync.Mutex // held while the store is written, so that an older one never comes last

	mu      sync.Mutex
	in      Installation // the last one seen; zero: none
	unsaved bool         // the store does not have it yet
}

func (c *installationCell) load() (Installation, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.in, c.unsaved
}

// seen notes what the store holds, unless there has been a change since was.
func (c *installationCell) seen(was, in Installation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.in == was && !c.unsaved {
		c.in = in
	}
}

// swap reports whether in is another installation than the one before.
func (c *installationCell) swap(in Installation, unsaved bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := c.in.PermanentCode != in.PermanentCode || c.in.Customized != in.Customized
	c.in, c.unsaved = in, unsaved
	return changed
}

// SetInstallation saves the permanent code of a corp that has installed the bound suite,
// in place of an older one. If it cannot be saved this process goes on with it and saves
// it at the next occasion; the error says that a restart before that would lose it.
func (a *Api) SetInstallation(in Installation) error {
	in.SavedAt = savedAt()
	return a.setInstallation(in)
}

func (a *Api) setInstallation(in Installation) error {
	if in.CorpId == "" || in.PermanentCode == "" {
		return errors.New("wecom: SetInstallation needs CorpId and PermanentCode")
	}
	if a.CorpId() != "" && a.CorpId() != in.CorpId {
		return fmt.Errorf("wecom: SetInstallation: the Api is bound to corp %q, the installation is of %q", a.CorpId(), in.CorpId)
	}
	b := a.WithCorp(in.CorpId)
	if _, err := b.cell(Corp); err != nil {
		return err
	}
	if err := b.core.saveInstallation(b.ctx, b.suite, b.corp, in); err != nil {
		return fmt.Errorf("wecom: the installation of corp %s could not be saved: %w", in.CorpId, err)
	}
	return nil
}

// Installation returns what is stored of the bound corp, or ErrNotInstalled.
func (a *Api) Installation() (Installation, error) {
	if _, err := a.cell(Corp); err != nil {
		return Installation{}, err
	}
	return a.core.installationOf(a.ctx, a.suite, a.corp)
}

// RemoveInstallation forgets the bound corp: it has cancelled the authorisation. Its
// tokens go with it. A corp without an installation is no error. Other processes notice
// when they need a new token, at the latest when WeCom refuses the one they have.
func (a *Api) RemoveInstallation() error {
	if _, err := a.cell(Corp); err != nil {
		return err
	}
	c, key := a.core, a.core.installationKey(a.suite, a.corp)
	in, err := c.installationOf(a.ctx, a.suite, a.corp)
	unlock, _ := c.lock(a.ctx, key, lockTimeout)
	defer unlock()
	a.corp.known.writing.Lock()
	defer a.corp.known.writing.Unlock()
	if err := c.delete(a.ctx, key); err != nil {
		return fmt.Errorf("wecom: the installation of corp %s could not be removed: %w", a.CorpId(), err)
	}
	a.corp.known.swap(Installation{}, false)
	a.corp.cell.reset()
	if err == nil {
		tokenKey := c.corpTokenKey(a.suite, in)
		if err := c.delete(a.ctx, tokenKey); err != nil {
			c.warn(a.ctx, "removing a token", tokenKey, err) // it ends by itself
		}
	}
	return nil
}

func (c *core) installationKey(s *suite, p *corp) string {
	return storeKey("installation", c.corpId, s.id, p.id)
}

// installationOf reads the installation from the store, which another process may have
// changed, and falls back to what this process knows.
func (c *core) installationOf(ctx context.Context, s *suite, p *corp) (Installation, error) {
	key := c.installationKey(s, p)
	known, unsaved := p.known.load()
	if unsaved {
		if err := c.saveInstallation(ctx, s, p, known); err != nil {
			c.warn(ctx, "saving an installation", key, err)
		}
		known, _ = p.known.load() // what is newest
		return known, nil
	}
	var in Installation
	err := c.get(ctx, key, &in)
	switch {
	case err == nil && in.CorpId == p.id && in.PermanentCode != "":
		p.known.seen(known, in)
		return in, nil
	case errors.Is(err, ErrNotFound):
		p.known.seen(known, Installation{})
		return Installation{}, ErrNotInstalled
	case known.PermanentCode != "":
		c.warn(ctx, "reading an installation", key, err)
		return known, nil
	case err == nil:
		err = errDamaged
	}
	return Installation{}, fmt.Errorf("wecom: the installation of corp %s could not be read: %w", p.id, err)
}

// saveInstallation puts an installation into the store and to use, unless there is a newer
// one: repeats of old pushes and of failed writes come late.
func (c *core) saveInstallation(ctx context.Context, s *suite, p *corp, in Installation) error {
	key := c.installationKey(s, p)
	unlock, _ := c.lock(ctx, key, lockTimeout)
	defer unlock()
	p.known.writing.Lock()
	defer p.known.writing.Unlock()
	var there Installation
	if c.get(ctx, key, &there) == nil && there.PermanentCode != "" && there.SavedAt.After(in.SavedAt) {
		if p.known.swap(there, false) {
			p.cell.reset()
		}
		return nil
	}
	err := c.put(ctx, key, in, 0)
	if p.known.swap(in, err != nil) {
		p.cell.reset()
	}
	return err
}
