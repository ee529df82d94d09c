package desk

import (
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func share(kind int, codes ...string) obj {
	items := []obj{}
	for _, c := range codes {
		items = append(items, obj{"active_code": c})
	}
	return obj{"from_corpid": faketest.Corp, "to_corpid": testCorp2, "share_list": items, "corp_link_type": kind}
}

func TestShare(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 6, 0, 1, 0)
	own := w.buy(testCorp2, 1, 0, 1, 0)[0]
	w.activate(codes[5], "woAnna")
	send := func(code int, in obj) []obj {
		return faketest.List(w.refused(code, "batch_share_active_code", in), "share_result")
	}
	link := func(l CorpLink) { require.NoError(t, w.LinkCorps("", faketest.Corp, testCorp2, l)) }

	send(codeNotLinked, share(0, codes[0]))
	link(CorpLink{HeadCount: 2})
	send(codeAppNotShared, share(0, codes[0]))
	link(CorpLink{HeadCount: 2, AppShared: true})
	send(codeNotLinked, share(1, codes[0]))
	send(platform.CodeBadParam, share(2, codes[0]))
	send(codeEmptyList, share(0))
	send(codeListTooLong, share(0, make1001()...))
	send(codeSameCode, share(0, codes[0], codes[0]))
	send(codeShareCap, share(0, codes[:5]...))

	assert.Nil(t, send(codeOK, share(0, codes[:2]...)), "only failures are listed")
	failed := send(codeOK, share(0, codes[0], codes[5], own, codes[2]))
	require.Len(t, failed, 3)
	for i, want := range []int{codeShared, codeBound, codeIllegalCode} {
		assert.Equal(t, want, faketest.Num(failed[i], "errcode"))
		assert.NotEmpty(t, failed[i]["errmsg"])
	}
	assert.Len(t, send(codeAllFailed, share(0, codes[0])), 1)

	up, down := w.info(faketest.Corp, codes[0]), w.info(testCorp2, codes[0])
	assert.Equal(t, licGiven, faketest.Num(up, "status"))
	assert.Equal(t, obj{"to_corpid": testCorp2}, up["share_info"])
	assert.Equal(t, licUnbound, faketest.Num(down, "status"))
	assert.Equal(t, obj{"from_corpid": faketest.Corp}, down["share_info"])
	assert.NotContains(t, up, "userid")

	w.policy(func(p *LicensePolicy) { p.ShareCountsAll = true })
	send(codeShareCap, share(0, codes[3], codes[4]))
	back := obj{"from_corpid": testCorp2, "to_corpid": faketest.Corp, "share_list": []obj{{"active_code": codes[0]}}}
	require.NoError(t, w.LinkCorps("", testCorp2, faketest.Corp, CorpLink{HeadCount: 9, AppShared: true}))
	assert.Equal(t, codeReceived, faketest.Num(send(codeAllFailed, back)[0], "errcode"))
}

func make1001() []string {
	out := make([]string, 1001)
	for i := range out {
		out[i] = "c" + string(rune('A'+i%26)) + string(rune('A'+i/26))
	}
	return out
}

func TestSharedCodesBelongToTheReceiver(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	code := w.buy(faketest.Corp, 1, 0, 1, 0)[0]
	require.NoError(t, w.LinkCorps("", faketest.Corp, testCorp2, CorpLink{HeadCount: 2, AppShared: true, Kind: 1}))
	w.ok("batch_share_active_code", share(1, code))
	w.refused(codeShared, "active_account", obj{"active_code": code, "corpid": faketest.Corp, "userid": "woAnna"})
	w.refused(codeNoUnusedCode, "active_account_by_type", obj{"type": 1, "corpid": faketest.Corp, "userid": "woAnna"})
	w.ok("active_account_by_type", obj{"type": 1, "corpid": testCorp2, "userid": "woAnna"})
	assert.Empty(t, faketest.List(w.ok("list_actived_account", obj{"corpid": faketest.Corp}), "account_list"))
	assert.Len(t, faketest.List(w.ok("list_actived_account", obj{"corpid": testCorp2}), "account_list"), 1)
	assert.Equal(t, licGiven, faketest.Num(w.info(faketest.Corp, code), "status"))
	assert.Equal(t, licBound, faketest.Num(w.info(testCorp2, code), "status"))
}

func TestShareNeedsTheUpstreamCorp(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	code := w.buy(faketest.Corp, 1, 0, 1, 0)[0]
	require.NoError(t, w.LinkCorps("", faketest.Corp, testCorp2, CorpLink{HeadCount: 2, AppShared: true}))
	require.NoError(t, w.SetTestCorp(testCorp2, true))
	w.refused(codeTestNoShare, "batch_share_active_code", share(0, code))
	require.NoError(t, w.SetTestCorp(testCorp2, false))
	require.NoError(t, w.AddCorp(platform.Corp{Id: "wpBare"}))
	in := share(0, code)
	in["from_corpid"] = "wpBare"
	w.refused(codeUpstreamNoAuth, "batch_share_active_code", in)
	assert.Error(t, w.LinkCorps("", faketest.Corp, "wpNobody", CorpLink{}))
}
