package desk

import "github.com/gothird/wecom/internal/fakewecom/platform"

// Licences is what other parts ask of members' accounts. Its methods run under the platform's
// lock.
type Licences struct{ ds *Desks }

// Licences are those of all providers.
func (ds *Desks) Licences() Licences { return Licences{ds} }

// Messaged is an app that sends members a message, which activates accounts where the corp has
// automatic activation. It returns those whom WeCom leaves out, because they have no account
// and the corp needs them.
func (l Licences) Messaged(in *platform.Install, userIds []string) (without []string) {
	if in == nil {
		return nil
	}
	d := l.ds.desk(in.Provider())
	c := d.corp(in.Corp.Id)
	without = d.use(c, SceneSendMsg, userIds)
	if !d.checks(c, in.SuiteId()) {
		return nil
	}
	return without
}

// checks reports whether accounts are needed by now: see [appLicenseInfo]. Test corps and
// migrated ones have no trial.
func (d *desk) checks(c *licenseCorp, suiteId string) bool {
	switch {
	case c.facts.Legacy == LegacyUnmigrated || c.facts.Legacy == LegacyMigrating:
		return false
	case c.facts.Legacy == LegacyMigrated || c.Test:
		return true
	}
	return d.unix() >= d.trialEnd(appKey{suiteId, c.Id})
}
