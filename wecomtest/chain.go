package wecomtest

import "github.com/gothird/wecom/internal/fakewecom/desk"

// Share lets an administrator share the app with a downstream corp (上下游). From then on that
// corp can get licence codes of c (license.LICBatchShareActiveCode), one for each member.
func (c *Corp) Share(down *Corp) {
	w := c.wecom()
	w.t.Helper()
	w.own(down)
	if down.Id == c.Id {
		w.t.Fatalf("wecomtest: Share: %s has the app itself: give another corp", c.Name)
	}
	w.do(w.engine.LinkCorps(w.provider, c.Id, down.Id, desk.CorpLink{HeadCount: len(down.Members), AppShared: true}))
}
