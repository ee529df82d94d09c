package token

import (
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/redact"
)

// IsTemplate reports whether a suite id is that of a customised-app template (代开发模板):
// they begin with dk.
func IsTemplate(suiteId string) bool { return strings.HasPrefix(suiteId, "dk") }

// Installation is the data of an authorised corp that must be stored.
type Installation struct {
	CorpId        string `json:"corp_id"`
	PermanentCode string `json:"permanent_code"` // 永久授权码
	Customized    bool   `json:"customized"`     // 代开发: the corp token comes from gettoken
	AgentId       int64  `json:"agent_id,omitempty"`
	CorpName      string `json:"corp_name,omitempty"`

	SavedAt time.Time `json:"saved_at"` // filled in when it is saved
}

// Format prints the Installation without its permanent code, whatever the verb.
func (in Installation) Format(s fmt.State, verb rune) {
	type plain Installation
	in.PermanentCode = redact.Mask(in.PermanentCode)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(in))
}

// LogValue logs the Installation without its permanent code.
func (in Installation) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", in)) }

// fingerprint differs between installations: it covers the permanent code and the token
// endpoint.
func (in Installation) fingerprint() string {
	if in.Customized {
		return "customized " + fingerprint(in.PermanentCode)
	}
	return fingerprint(in.PermanentCode)
}

// installationRecord is the Store's value for a corp. Its version counts the writes, so that
// a late write can see what it would overwrite, without comparing clocks. A removed
// installation leaves a record with its version.
type installationRecord struct {
	V            int          `json:"v"`
	Version      int64        `json:"version"`
	Removed      bool         `json:"removed,omitempty"`
	CancelledAt  int64        `json:"cancelled_at,omitempty"` // Unix seconds by WeCom's clock, of the last cancel_auth
	Exchange     string       `json:"exchange,omitempty"`     // fingerprint of the auth code that brought it
	Installation Installation `json:"installation,omitzero"`
}

const removedKept = 30 * 24 * time.Hour // longer than anything is retried

func (r installationRecord) installed() bool { return !r.Removed && r.Installation.PermanentCode != "" }

// knownInstallation is what this process knows of a corp. It is immutable: a change replaces
// it as a whole.
type knownInstallation struct {
	installationRecord
	unsaved bool  // not in the Store yet
	base    int64 // version that an unsaved one replaces
}

// unknownBase is the base when the Store could not be read.
const unknownBase = -1

// SetInstallation saves the permanent code of a corp that has installed the bound suite, and
// replaces what is stored. If it cannot be saved, this process uses it and tries to save it
// again later; the error says that a restart before that would lose it.
func (a *Api) SetInstallation(in Installation) error {
	if err := a.checkInstallation(in); err != nil {
		return err
	}
	if a.corp == nil {
		a = a.WithCorp(in.CorpId)
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	a, unlock, err := a.lockInstallation()
	if err != nil {
		return err
	}
	defer unlock()
	return a.writeInstallation(in, "")
}

func (a *Api) checkInstallation(in Installation) error {
	switch {
	case a == nil || a.core == nil:
		return errZeroApi
	case in.CorpId == "" || in.PermanentCode == "":
		return errors.New("wecom: SetInstallation needs CorpId and PermanentCode")
	case a.CorpId() != "" && a.CorpId() != in.CorpId:
		return fmt.Errorf("wecom: SetInstallation: the Api is bound to corp %q, the installation is of %q", a.CorpId(), in.CorpId)
	}
	return a.missing(Suite)
}

// Installation returns the installation of the bound corp, or ErrNotInstalled.
func (a *Api) Installation() (Installation, error) {
	if err := a.missing(Corp); err != nil {
		return Installation{}, err
	}
	a, unpin := a.pin(Corp)
	defer unpin()
	r, err := a.installed()
	return r.Installation, err
}

// Installations yields the installations of the bound suite, in no order. It needs a Store
// that is a [Lister]. An installation that can't be read is yielded as an error, and the
// loop goes on. It ends with the context.
func (a *Api) Installations() iter.Seq2[Installation, error] {
	return func(yield func(Installation, error) bool) {
		if err := a.missing(Suite); err != nil {
			yield(Installation{}, err)
			return
		}
		if _, ok := a.core.store.store.(Lister); !ok {
			yield(Installation{}, errors.New("wecom: Installations: the Store is no token.Lister, so that it can't say which keys it has"))
			return
		}
		for key, err := range a.core.store.walk(a.ctx, a.installationKeyOf("")) {
			var r installationRecord
			if err == nil {
				r, err = a.findInstallation(key)
			}
			if err == nil && !r.installed() {
				continue // removed in the meantime
			}
			if err != nil {
				err = fmt.Errorf("wecom: Installations: %w", err)
			}
			if !yield(r.Installation, err) || a.ctx.Err() != nil {
				return
			}
		}
	}
}

func (a *Api) installationKey() string { return a.installationKeyOf(a.corp.id) }

func (a *Api) installationKeyOf(corpId string) string {
	return storeKey("installation", a.core.corpId, a.suite.id, corpId)
}

// lockInstallation allows one write at a time, in this process and, if the Store has locks,
// in all processes. Hooks of calls through the returned Api are deferred until the locks are
// released: they may read the installation themselves.
func (a *Api) lockInstallation() (locked *Api, unlock func(), err error) {
	here, err := a.core.writing.Lock(a.ctx, a.installationKey())
	if err != nil {
		return nil, nil, err
	}
	locked, runHooks := a.withHooksLater()
	everywhere, _ := a.core.store.lock(locked.ctx, a.installationKey(), lockTimeout)
	return locked, func() {
		everywhere()
		here()
		runHooks()
	}, nil
}

// readInstallation returns the stored record; the zero record if there is none.
func (a *Api) readInstallation() (installationRecord, error) {
	r, err := a.findInstallation(a.installationKey())
	if r.installed() {
		r.Installation.CorpId = a.corp.id // share one copy of the text
	}
	return r, err
}

// findInstallation reads the installation record under a key.
func (a *Api) findInstallation(key string) (r installationRecord, err error) {
	err = a.core.store.find(a.ctx, key, &r)
	if err == nil && r.V != 0 && !r.Removed && (r.Installation.PermanentCode == "" || key != a.installationKeyOf(r.Installation.CorpId)) {
		err = errDamaged
	}
	if err != nil {
		return installationRecord{}, err
	}
	return r, nil
}

func (p *corp) knowledge() knownInstallation {
	if k := p.known.Load(); k != nil {
		return *k
	}
	return knownInstallation{}
}

// installed reads the installation from the Store, where another process may have changed
// it. If the Store fails, it returns what this process knows, or an error if that is nothing.
func (a *Api) installed() (installationRecord, error) {
	r, err := a.record()
	if err != nil {
		return installationRecord{}, err
	}
	return r.result()
}

// record is like installed, but a removed installation is not an error: its record says so.
func (a *Api) record() (installationRecord, error) {
	seen := a.corp.known.Load()
	if seen != nil && seen.unsaved {
		if err := a.saveLate(); err != nil {
			a.core.store.warn(a.ctx, "saving an installation", a.installationKey(), err)
		}
		return a.corp.knowledge().installationRecord, nil
	}
	r, err := a.readInstallation()
	switch {
	case err == nil:
		if seen == nil || seen.installationRecord != r {
			a.corp.known.CompareAndSwap(seen, &knownInstallation{installationRecord: r}) // unless it has changed meanwhile
		}
		return r, nil
	case seen != nil && seen.installed() && a.ctx.Err() == nil:
		a.core.store.warn(a.ctx, "reading an installation", a.installationKey(), err)
		return seen.installationRecord, nil
	}
	return installationRecord{}, fmt.Errorf("wecom: the installation of corp %s could not be read: %w", a.CorpId(), err)
}

func (r installationRecord) result() (installationRecord, error) {
	if !r.installed() {
		return installationRecord{}, ErrNotInstalled
	}
	return r, nil
}

// writeInstallation replaces the stored installation and uses the new one. The locks are
// held.
func (a *Api) writeInstallation(in Installation, exchange string) error {
	in.Customized = in.Customized || IsTemplate(a.suite.id)
	in.SavedAt = clock.Now().UTC().Round(0)
	there, err := a.readInstallation()
	base := there.Version
	if err != nil {
		base = unknownBase
	}
	known := a.corp.knowledge()
	r := installationRecord{V: recordVersion, Version: max(there.Version, known.Version) + 1, Exchange: exchange, CancelledAt: max(there.CancelledAt, known.CancelledAt), Installation: in}
	if !unusable(err) { // a value that can't be read is not overwritten
		err = a.core.store.put(a.ctx, a.installationKey(), r, 0, true)
	}
	a.use(knownInstallation{r, err != nil, base})
	if err != nil {
		return fmt.Errorf("wecom: the installation of corp %s could not be saved: %w", in.CorpId, err)
	}
	return nil
}

// use makes an installation the current one. A new one gets a new cell.
func (a *Api) use(k knownInstallation) {
	a.corp.known.Store(&k)
	if c := a.corp.current.Load(); c != nil && c.bound() == k.Installation.fingerprint() {
		return
	}
	c := a.corp.newCell()
	c.bind(k.Installation)
	a.corp.current.Store(c)
}

// newCell makes a cell that looks up its installation when a token is needed.
func (p *corp) newCell() *cell {
	c := &p.first
	if !p.began.CompareAndSwap(false, true) {
		c = new(cell)
	}
	c.kind = Corp.String()
	c.bindSource = func(a *Api) (source, error) {
		r, err := a.installed()
		switch {
		case errors.Is(err, ErrNotInstalled):
			if p.current.CompareAndSwap(c, nil) && c.bound() != "" {
				return source{}, errReplaced
			}
			return source{}, err
		case err != nil:
			return source{}, err
		case !c.bind(r.Installation):
			next := p.newCell()
			next.bind(r.Installation)
			p.current.CompareAndSwap(c, next)
			return source{}, errReplaced
		}
		return a.corpSource(r.Installation), nil
	}
	return c
}
