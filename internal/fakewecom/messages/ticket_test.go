package messages

import (
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Template messages reach whom a member has selected, also outside the visible range.
func TestSelectedMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Select(faketest.Suite, faketest.Corp, "woAnna", "woCy")
	require.ErrorContains(t, err, "authorised")
	_, err = w.Install(t.Context(), faketest.Suite, faketest.Corp, platform.InstallOptions{MemberMode: true, FromProviderSite: true})
	require.NoError(t, err)
	_, err = w.Select(faketest.Suite, faketest.Corp, "woAnna", "woNobody")
	require.ErrorContains(t, err, `no member "woNobody"`)
	ticket, err := w.Select(faketest.Suite, faketest.Corp, "woCy", "woCy", "woBo")
	require.NoError(t, err)
	second, err := w.Select(faketest.Suite, faketest.Corp, "woAnna", "woCy", "woBo")
	require.NoError(t, err)
	message := func(more obj) obj {
		in := w.text(obj{"msgtype": templated, templated: obj{"template_id": "t", "url": "https://a", "content_item": []any{obj{"key": "k", "value": "v"}}}})
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	w.sentOut(message(obj{"selected_ticket_list": []string{ticket}}))
	assert.Equal(t, []int{0, 0, 0}, w.counts("woAnna", "woBo", "woCy"), "not who selected, not who has authorised")
	w.sentOut(message(obj{"selected_ticket_list": []string{ticket, second}, "touser": "woBo"}))
	assert.Equal(t, []int{0, 1, 1}, w.counts("woAnna", "woBo", "woCy"))
	w.sentOut(message(obj{"selected_ticket_list": []string{second}, "touser": "woBo", "only_unauth": true}))
	assert.Equal(t, []int{0, 1, 2}, w.counts("woAnna", "woBo", "woCy"))
	assert.Equal(t, 60233, w.code(message(obj{"selected_ticket_list": []string{"none"}})))
	assert.Equal(t, platform.CodeBadParam, w.code(message(obj{"selected_ticket_list": make([]string, maxTickets+1)})))
	w.AuthCode(faketest.Template)
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpOther", Members: []platform.Member{{UserId: "woCy", Hidden: true}}}))
	_, err = w.Install(t.Context(), faketest.Suite, "wpOther", platform.InstallOptions{FromProviderSite: true, MemberMode: true})
	require.NoError(t, err)
	for _, by := range [][]string{{faketest.Template, faketest.Corp}, {faketest.Suite, "wpOther"}} {
		in := message(obj{"selected_ticket_list": []string{second}, "agentid": w.Installed(by[0], by[1]).AgentId})
		assert.Equal(t, 60233, faketest.Errcode(w.CallAs("send", by[0], by[1], in)), by)
	}
	assert.Equal(t, 81012, w.code(message(obj{"only_unauth": true, "touser": "woBo"})))
	assert.Equal(t, 81012, w.code(w.text(obj{"selected_ticket_list": []string{second}})), "of no other messages")
}
