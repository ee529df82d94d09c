package desk

import (
	"fmt"
	"testing"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCodeInfo(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 2, 1, 1, 0)
	w.activate(codes[0], "woAnna")
	assert.Equal(t, obj{"active_code": codes[1], "type": 1.0, "status": 1.0, "create_time": float64(w.unix())}, w.info(faketest.Corp, codes[1]))
	assert.Equal(t, 2, faketest.Num(w.info(faketest.Corp, codes[2]), "type"))
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"corpid": testCorp2, "active_code": codes[0]})
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"corpid": faketest.Corp, "active_code": noSuchCode})
	w.refused(platform.CodeBadCorp, "get_active_info_by_code", obj{"corpid": "wpNobody", "active_code": codes[0]})

	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprint("c", i)
	}
	for _, row := range []struct {
		code int
		list []string
	}{
		{codeEmptyList, []string{}},
		{codeListTooLong, many},
		{codeSameCode, []string{codes[0], codes[0]}},
		{codeAllCodesIllegal, []string{"x", "y"}},
	} {
		w.refused(row.code, "batch_get_active_info_by_code", obj{"corpid": faketest.Corp, "active_code_list": row.list})
	}
	out := w.ok("batch_get_active_info_by_code", obj{"corpid": faketest.Corp, "active_code_list": []string{codes[1], "x", codes[0]}})
	infos := faketest.List(out, "active_info_list")
	require.Len(t, infos, 2)
	assert.Equal(t, w.info(faketest.Corp, codes[1]), infos[0])
	assert.Equal(t, w.info(faketest.Corp, codes[0]), infos[1])
	assert.Equal(t, []any{"x"}, out["invalid_active_code_list"])

	w.policy(func(p *LicensePolicy) { p.UnknownCodesSplit = true })
	out = w.ok("batch_get_active_info_by_code", obj{"corpid": faketest.Corp, "active_code_list": []string{"x"}})
	assert.Equal(t, []any{}, out["active_info_list"])
}

func TestActivedAccounts(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 3, 1, 1, 0)
	for i, userId := range []string{"woAnna", "woBo", "woDi"} {
		w.activate(codes[i], userId)
	}
	w.activate(codes[3], "woAnna")
	first := w.ok("list_actived_account", obj{"corpid": faketest.Corp, "limit": 3})
	assert.Equal(t, 1, faketest.Num(first, "has_more"))
	next := w.ok("list_actived_account", obj{"corpid": faketest.Corp, "limit": 3, "cursor": first["next_cursor"]})
	assert.Equal(t, 0, faketest.Num(next, "has_more"))
	assert.Empty(t, next["next_cursor"])
	all := append(faketest.List(first, "account_list"), faketest.List(next, "account_list")...)
	require.Len(t, all, 4, "a member with both types appears twice")
	for _, a := range all {
		assert.Equal(t, int(w.unix())+monthDays*dayInSecs, faketest.Num(a, "expire_time"))
		assert.EqualValues(t, w.unix(), faketest.Num(a, "active_time"))
		assert.NotContains(t, a, "active_code")
	}
	for _, bad := range []obj{
		{"corpid": faketest.Corp, "limit": 1001},
		{"corpid": faketest.Corp, "limit": -1},
		{"corpid": faketest.Corp, "cursor": "nonsense"},
		{"corpid": testCorp2, "cursor": first["next_cursor"]}, // of another query
	} {
		w.refused(platform.CodeBadParam, "list_actived_account", bad)
	}
}

func TestActiveInfoByUser(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 2, 1, 1, 0)
	ask := func(userId string) obj { return obj{"corpid": faketest.Corp, "userid": userId} }
	out := w.ok("get_active_info_by_user", ask("woAnna"))
	assert.Equal(t, 0, faketest.Num(out, "active_status"))
	assert.Equal(t, []any{}, out["active_info_list"])
	w.refused(codeBadUser, "get_active_info_by_user", ask("woNobody"))

	w.activate(codes[0], "woAnna")
	w.Clock.Add(15 * day)
	w.activate(codes[1], "woAnna")
	w.activate(codes[2], "woAnna")
	out = w.ok("get_active_info_by_user", ask("anna"))
	assert.Equal(t, 1, faketest.Num(out, "active_status"))
	infos := faketest.List(out, "active_info_list")
	require.Len(t, infos, 2, "one per type, merged codes left out")
	assert.Equal(t, obj{
		"active_code": codes[1], "type": 1.0, "userid": "woAnna",
		"active_time": float64(w.unix()), "expire_time": float64(w.unix() + (31+16)*dayInSecs),
	}, infos[0])
}
