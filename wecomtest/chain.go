package wecomtest

import "github.com/gothird/wecom/internal/fakewecom/desk"

// Share is an administrator who shares the app with a downstream corp (上下游), which can get
// license codes of c from then on (license.LICBatchShareActiveCode), one a member.
func (c *Corp) Share(down *Corp) {
	w := c.wecom()
	w.t.Helper()
	if down == nil {
		w.t.Fatalf("wecomtest: the Corp is nil: give one that Install returned")
	}
	w.do(w.engine.LinkCorps(w.provider, c.Id, down.Id, desk.CorpLink{HeadCount: len(down.Members), AppShared: true}))
}
