package desk

import (
	"fmt"
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMergeExample runs the worked example of the merge rules, row by row, over
// HTTP.
func TestMergeExample(t *testing.T) {
	t.Parallel()
	const bound, oldEnd = 1741485600, 1773626400 // 2025-03-09 10:00, 2026-03-16 10:00 in Beijing
	for _, row := range []struct {
		name           string
		at             int64
		months, days   int
		code           int
		newEnd, oldNow int64
	}{
		{"15 days left", 1772330400, 12, 7, 0, 1806372000, 1772330400},
		{"20 days left", oldEnd - 20*dayInSecs, 12, 7, 0, oldEnd + 379*dayInSecs, oldEnd - 20*dayInSecs},
		{"20 days and a second left", 1772330400 - 5*dayInSecs - 1, 12, 7, codeTooMuchLeft, 0, oldEnd},
		{"expired", 1775008800, 12, 7, 0, 1775008800 + 379*dayInSecs, oldEnd},
		{"above five years", 1772330400, 60, 0, codeAboveFiveYears, 0, oldEnd},
		{"expired, five years", oldEnd, 60, 0, 0, oldEnd + 1860*dayInSecs, oldEnd},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newCounter(t)
			w.at(bound - 60)
			old := w.buy(faketest.Corp, 1, 0, 12, 0)[0]
			w.at(bound)
			w.activate(old, "woAnna")
			require.Equal(t, oldEnd, faketest.Num(w.info(faketest.Corp, old), "expire_time"))
			w.at(row.at)
			next := w.buy(faketest.Corp, 1, 0, row.months, row.days)[0]
			w.refused(row.code, "active_account", obj{"active_code": next, "corpid": faketest.Corp, "userid": "woAnna"})

			was, is := w.info(faketest.Corp, old), w.info(faketest.Corp, next)
			assert.EqualValues(t, row.oldNow, faketest.Num(was, "expire_time"))
			assert.Equal(t, "woAnna", was["userid"])
			if row.code != 0 {
				assert.Equal(t, licBound, faketest.Num(was, "status"))
				assert.Equal(t, licUnbound, faketest.Num(is, "status"))
				assert.NotContains(t, is, "userid")
				assert.NotContains(t, is, "expire_time")
				return
			}
			assert.EqualValues(t, row.newEnd, faketest.Num(is, "expire_time"))
			assert.EqualValues(t, row.at, faketest.Num(is, "active_time"))
			assert.Equal(t, licBound, faketest.Num(is, "status"))
			assert.Equal(t, licMerged, faketest.Num(was, "status"))
			assert.Equal(t, obj{"from_active_code": old}, is["merge_info"])
			assert.Equal(t, obj{"to_active_code": next}, was["merge_info"])
		})
	}
}

func TestMergedExpiry(t *testing.T) {
	t.Parallel()
	p := DefaultLicensePolicy()
	const now = 1_760_000_000
	for _, row := range []struct {
		rest   int64
		days   int
		first  bool // CapBeforeWindow
		code   int
		expire int64
	}{
		{0, 31, false, codeOK, now + 31*dayInSecs},
		{-5 * dayInSecs, 31, false, codeOK, now + 31*dayInSecs},
		{20 * dayInSecs, 1840, false, codeOK, now + 1860*dayInSecs},
		{20*dayInSecs - 1, 1841, false, codeAboveFiveYears, 0},
		{20*dayInSecs + 1, 31, false, codeTooMuchLeft, 0},
		{21 * dayInSecs, 1860, false, codeTooMuchLeft, 0},
		{21 * dayInSecs, 1860, true, codeAboveFiveYears, 0},
		{0, 1860, true, codeOK, now + 1860*dayInSecs},
	} {
		p.CapBeforeWindow = row.first
		expire, code := p.mergedExpiry(now+row.rest, now, row.days)
		assert.Equal(t, row.code, code, "%+v", row)
		assert.Equal(t, row.expire, expire, "%+v", row)
	}
}

func TestActivationRefusals(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	base := w.buy(faketest.Corp, 4, 2, 1, 0)
	interop := base[4:]
	foreign := w.buy(testCorp2, 1, 0, 1, 0)[0]
	w.activate(base[0], "woBo")
	for _, row := range []struct {
		code           int
		active, userId string
	}{
		{codeIllegalCode, noSuchCode, "woAnna"},
		{codeIllegalCode, foreign, "woAnna"},
		{codeBound, base[0], "woAnna"},
		{codeBound, base[0], "woBo"},
		{codeBadUser, base[1], "woNobody"},
		{codeBadUser, base[1], "woEve"},
		{codeNotVisible, base[1], "woCy"},
		{codeNotInInterop, interop[0], "woDi"},
		{codeTooMuchLeft, base[1], "woBo"},
		{codeOK, base[1], "woDi"},
		{codeOK, interop[0], "bo"}, // a plain userid; the types don't meet
	} {
		w.refused(row.code, "active_account", obj{"active_code": row.active, "corpid": faketest.Corp, "userid": row.userId})
	}
	assert.Equal(t, "woBo", w.info(faketest.Corp, interop[0])["userid"], "answers carry the encrypted form")

	w.facts(faketest.Corp, LicenseFacts{NoInteropApp: true})
	w.refused(codeNoInteropApp, "active_account", obj{"active_code": interop[1], "corpid": faketest.Corp, "userid": "woAnna"})
	w.refused(codeIllegalCode, "active_account", obj{"active_code": base[2], "corpid": "wpNobody", "userid": "woAnna"})

	w.Clock.Add(365*day - time.Second)
	w.activate(base[2], "woAnna")
	w.Clock.Add(time.Second)
	w.refused(codeBindTooLate, "active_account", obj{"active_code": base[3], "corpid": faketest.Corp, "userid": "woM00"})
	w.policy(func(p *LicensePolicy) { p.BindDays = 0 })
	w.activate(base[3], "woM00")
}

func TestMergedCodeIsDead(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 2, 0, 1, 0)
	w.activate(codes[0], "woAnna")
	w.Clock.Add(12 * day) // 19 left
	w.activate(codes[1], "woAnna")
	w.refused(codeNoSuchCode, "active_account", obj{"active_code": codes[0], "corpid": faketest.Corp, "userid": "woBo"})
	w.Clock.Add(51 * day)
	assert.Equal(t, licExpired, faketest.Num(w.info(faketest.Corp, codes[1]), "status"))
	assert.Equal(t, licMerged, faketest.Num(w.info(faketest.Corp, codes[0]), "status"))
}

func TestBatchActivation(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 6, 1, 1, 0)
	item := func(code, userId string) obj { return obj{"active_code": code, "userid": userId} }
	batch := func(items ...obj) obj { return obj{"corpid": faketest.Corp, "active_list": append([]obj{}, items...)} }
	long := make([]obj, 1001)
	for i := range long {
		long[i] = item(fmt.Sprint("c", i), fmt.Sprint("u", i))
	}
	for _, row := range []struct {
		name string
		code int
		in   obj
		want []int // of the items
	}{
		{"empty", codeEmptyList, batch(), nil},
		{"too long", codeListTooLong, batch(long...), nil},
		{"same code", codeSameCode, batch(item(codes[0], "woAnna"), item(codes[0], "woBo")), nil},
		{"same user in both forms", codeSameUser, batch(item(codes[0], "woAnna"), item(codes[6], "anna")), nil},
		{"all unknown", codeAllCodesIllegal, batch(item("x", "woAnna"), item("y", "woBo")), []int{codeIllegalCode, codeIllegalCode}},
		{"all failed", codeAllFailed, batch(item("x", "woAnna"), item(codes[0], "woCy")), []int{codeIllegalCode, codeNotVisible}},
		{"some failed", codeOK, batch(item(codes[0], "anna"), item(codes[1], "woNobody")), []int{codeOK, codeBadUser}},
		{"all well", codeOK, batch(item(codes[1], "woBo"), item(codes[2], "woM01")), []int{codeOK, codeOK}},
	} {
		out := w.refused(row.code, "batch_active_account", row.in)
		results := faketest.List(out, "active_result")
		require.Len(t, results, len(row.want), row.name)
		for i, want := range row.want {
			assert.Equal(t, want, faketest.Num(results[i], "errcode"), row.name)
			assert.NotContains(t, results[i], "errmsg", row.name)
			assert.Equal(t, row.in["active_list"].([]obj)[i]["active_code"], results[i]["active_code"], row.name)
		}
	}
	assert.Equal(t, "woAnna", w.info(faketest.Corp, codes[0])["userid"])
	w.policy(func(p *LicensePolicy) { p.SameUserTwice = true })
	w.ok("batch_active_account", batch(item(codes[3], "woM02"), item(codes[6], "woM02")))
	w.refused(platform.CodeBadCorp, "batch_active_account", obj{"corpid": "wpNobody", "active_list": []obj{item("c", "u")}})
}

func TestActivationByType(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	late := w.buy(faketest.Corp, 1, 1, 1, 0)
	w.Clock.Add(day)
	later := w.buy(faketest.Corp, 1, 0, 1, 0)
	ask := func(kind int, userId string) obj { return obj{"type": kind, "corpid": faketest.Corp, "userid": userId} }

	w.refused(codeBadAccountType, "active_account_by_type", ask(3, "woAnna"))
	w.refused(codeBadUser, "active_account_by_type", ask(1, "woNobody"))
	w.refused(codeNotInInterop, "active_account_by_type", ask(2, "woDi"))
	w.refused(platform.CodeBadCorp, "active_account_by_type", obj{"type": 1, "corpid": "wpNobody", "userid": "u"})
	w.ok("active_account_by_type", ask(1, "woAnna"))
	assert.Equal(t, "woAnna", w.info(faketest.Corp, late[0])["userid"], "the code whose last binding day is nearest")
	w.refused(codeUserBound, "active_account_by_type", ask(1, "woAnna"))
	w.ok("active_account_by_type", ask(2, "woAnna"))
	w.Clock.Add(31 * day)
	w.ok("active_account_by_type", ask(1, "woAnna"))
	assert.Equal(t, obj{"from_active_code": late[0]}, w.info(faketest.Corp, later[0])["merge_info"])
	w.refused(codeNoUnusedCode, "active_account_by_type", ask(1, "woBo"))
}
