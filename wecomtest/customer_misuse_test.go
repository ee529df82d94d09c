package wecomtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/wecomtest"
)

// What cannot be done with customers is said.
// G: wecomtest/misuse
func TestMisuseOfCustomers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(w *wecomtest.WeCom, c *wecomtest.Corp, li *wecomtest.Customer)
		want []string
	}{
		"nobody adds": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			c.AddCustomer("woNobody", wecomtest.Customer{})
		}, []string{`no member "woNobody"`, "woBoss"}},
		"nobody at all": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			c.AddHalfCustomer("", wecomtest.Customer{})
		}, []string{`no member ""`}},
		"twice": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, li *wecomtest.Customer) { c.AddCustomer("woBoss", *li) }, []string{"is a customer of woBoss already"}},
		"a way to nowhere": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			c.AddCustomer("", wecomtest.Customer{Way: "cfg"})
		}, []string{`no link "cfg"`, "config_id"}},
		"a stranger": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			c.RemoveCustomer("woBoss", &wecomtest.Customer{ExternalUserId: "wmLi"})
		}, []string{"not of Riverside", "AddCustomer"}},
		"no customer": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			c.RemarkCustomer("woBoss", nil, "x")
		}, []string{"not of Riverside"}},
		"a customer of another": {func(w *wecomtest.WeCom, _ *wecomtest.Corp, li *wecomtest.Customer) {
			w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woX"}}}).AddCustomer("woX", *li)
		}, []string{"customer of Riverside", "ExternalUserId of his own"}},
		"a customer of another WeCom": {func(w *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			far := wecomtest.New(t).Install(wecomtest.Corp{Name: "Far", Members: []wecomtest.Member{{UserId: "woBoss"}}}) // with the same ids
			c.AddCustomer("woBoss", *far.AddCustomer("woBoss", wecomtest.Customer{}))
		}, []string{"customer of Far"}},
		"a customer who is a member": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) {
			c.AddCustomer("woBoss", wecomtest.Customer{ExternalUserId: "woBoss"})
		}, []string{"is a member of Riverside"}},
		"who has left acts": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, li *wecomtest.Customer) {
			c.Change(wecomtest.Member{UserId: "woBoss", Left: true})
			c.RemoveCustomer("woBoss", li)
		}, []string{`no member "woBoss"`}},
		"one who has gone": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, li *wecomtest.Customer) {
			c.RemoveCustomer("woBoss", li)
			li.RemoveMember("woBoss")
		}, []string{"no customer of woBoss", "AddCustomer"}},
		"no transfer": {func(_ *wecomtest.WeCom, _ *wecomtest.Corp, li *wecomtest.Customer) { li.RefuseTransfer("woBoss") }, []string{"24 hours"}},
		"no group":    {func(_ *wecomtest.WeCom, _ *wecomtest.Corp, li *wecomtest.Customer) { li.Join("wrNone") }, []string{`no customer group "wrNone"`}},
		"a group not joined": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, li *wecomtest.Customer) {
			li.Leave(c.NewGroup("Tea", "woBoss"))
		}, []string{"is not in the group"}},
		"a group of nobody":      {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.NewGroup("Tea", "woNobody") }, []string{`no member "woNobody"`}},
		"a group of strangers":   {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.NewGroup("Tea", "woBoss", nil) }, []string{"not of Riverside"}},
		"no group to rename":     {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.RenameGroup("wrNone", "x") }, []string{"no customer group"}},
		"no group to dismiss":    {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.DismissGroup("wrNone") }, []string{"no customer group"}},
		"no group to look up":    {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.OpenGid("wrNone") }, []string{"no customer group", "NewGroup"}},
		"no mass message":        {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.SendGroupMsg("msg") }, []string{`no mass message "msg"`, "msgid"}},
		"no moment":              {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.PublishMoment("mom") }, []string{`no moment "mom"`, "moment_id"}},
		"no moment to like":      {func(_ *wecomtest.WeCom, _ *wecomtest.Corp, li *wecomtest.Customer) { li.LikeMoment("mom", "woBoss") }, []string{`no moment "mom"`}},
		"no mass message of one": {func(_ *wecomtest.WeCom, c *wecomtest.Corp, _ *wecomtest.Customer) { c.SendGroupMsg("msg", "woBoss") }, []string{`no mass message "msg"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wecomtest.Run(func(t testing.TB) {
				w := wecomtest.New(t)
				corp := w.Install(wecomtest.Corp{Name: "Riverside", Members: []wecomtest.Member{{UserId: "woBoss"}}})
				c.do(w, corp, corp.AddCustomer("woBoss", wecomtest.Customer{}))
				t.Error("nothing was said")
			})
			require.Error(t, err)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
			assert.NotContains(t, err.Error(), "nothing was said", "the test ends there")
		})
	}
}

// A Customer that nobody added can do nothing.
// G: wecomtest/misuse
func TestCustomersOfOnesOwn(t *testing.T) {
	t.Parallel()
	for _, x := range []*wecomtest.Customer{nil, {}} {
		assert.PanicsWithValue(t, "wecomtest: this Customer belongs to no corp: use the one that AddCustomer or KfCustomer returns", func() { x.Messages() })
		assert.Panics(t, func() { x.Ask("wk", "?") })
	}
}
