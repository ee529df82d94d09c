package fakewecom

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCodeInfo(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(testCorp, 2, 1, 1, 0)
	w.activate(codes[0], "woAnna")
	assert.Equal(t, obj{"active_code": codes[1], "type": 1.0, "status": 1.0, "create_time": float64(w.unix())}, w.info(testCorp, codes[1]))
	assert.Equal(t, 2, num(w.info(testCorp, codes[2]), "type"))
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"corpid": testCorp2, "active_code": codes[0]})
	w.refused(codeIllegalCode, "get_active_info_by_code", obj{"corpid": testCorp, "active_code": noSuchCode})
	w.refused(CodeBadCorp, "get_active_info_by_code", obj{"corpid": "wpNobody", "active_code": codes[0]})

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
		w.refused(row.code, "batch_get_active_info_by_code", obj{"corpid": testCorp, "active_code_list": row.list})
	}
	out := w.ok("batch_get_active_info_by_code", obj{"corpid": testCorp, "active_code_list": []string{codes[1], "x", codes[0]}})
	infos := list(out, "active_info_list")
	require.Len(t, infos, 2)
	assert.Equal(t, w.info(testCorp, codes[1]), infos[0])
	assert.Equal(t, w.info(testCorp, codes[0]), infos[1])
	assert.Equal(t, []any{"x"}, out["invalid_active_code_list"])

	w.policy(func(p *LicensePolicy) { p.UnknownCodesSplit = true })
	out = w.ok("batch_get_active_info_by_code", obj{"corpid": testCorp, "active_code_list": []string{"x"}})
	assert.Equal(t, []any{}, out["active_info_list"])
}

func TestActivedAccounts(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(testCorp, 3, 1, 1, 0)
	for i, userId := range []string{"woAnna", "woBo", "woDi"} {
		w.activate(codes[i], userId)
	}
	w.activate(codes[3], "woAnna")
	first := w.ok("list_actived_account", obj{"corpid": testCorp, "limit": 3})
	assert.Equal(t, 1, num(first, "has_more"))
	next := w.ok("list_actived_account", obj{"corpid": testCorp, "limit": 3, "cursor": first["next_cursor"]})
	assert.Equal(t, 0, num(next, "has_more"))
	assert.Empty(t, next["next_cursor"])
	all := append(list(first, "account_list"), list(next, "account_list")...)
	require.Len(t, all, 4, "a member with both types appears twice")
	for _, a := range all {
		assert.Equal(t, int(w.unix())+monthDays*dayInSecs, num(a, "expire_time"))
		assert.EqualValues(t, w.unix(), num(a, "active_time"))
		assert.NotContains(t, a, "active_code")
	}
	for _, bad := range []obj{
		{"corpid": testCorp, "limit": 1001},
		{"corpid": testCorp, "limit": -1},
		{"corpid": testCorp, "cursor": "nonsense"},
		{"corpid": testCorp2, "cursor": first["next_cursor"]}, // of another query
	} {
		w.refused(CodeBadParam, "list_actived_account", bad)
	}
}

func TestActiveInfoByUser(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(testCorp, 2, 1, 1, 0)
	ask := func(userId string) obj { return obj{"corpid": testCorp, "userid": userId} }
	out := w.ok("get_active_info_by_user", ask("woAnna"))
	assert.Equal(t, 0, num(out, "active_status"))
	assert.Equal(t, []any{}, out["active_info_list"])
	w.refused(codeBadUser, "get_active_info_by_user", ask("woNobody"))

	w.activate(codes[0], "woAnna")
	w.clock.add(15 * day)
	w.activate(codes[1], "woAnna")
	w.activate(codes[2], "woAnna")
	out = w.ok("get_active_info_by_user", ask("anna"))
	assert.Equal(t, 1, num(out, "active_status"))
	infos := list(out, "active_info_list")
	require.Len(t, infos, 2, "one per type, merged codes left out")
	assert.Equal(t, obj{
		"active_code": codes[1], "type": 1.0, "userid": "woAnna",
		"active_time": float64(w.unix()), "expire_time": float64(w.unix() + (31+16)*dayInSecs),
	}, infos[0])
}
