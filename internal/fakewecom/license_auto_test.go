package fakewecom

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAutoActiveStatus(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	set := func(v int) obj { return obj{"corpid": testCorp, "auto_active_status": v} }
	w.refused(codeNeverBought, "set_auto_active_status", set(1))
	w.refused(codeNeverBought, "get_auto_active_status", obj{"corpid": testCorp})
	w.refused(CodeBadCorp, "get_auto_active_status", obj{"corpid": "wpNobody"})
	id := w.place(testCorp, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Equal(t, 0, num(w.ok("get_auto_active_status", obj{"corpid": testCorp}), "auto_active_status"))
	w.refused(codeBadAutoStatus, "set_auto_active_status", set(2))
	w.ok("set_auto_active_status", set(1))
	require.NoError(t, w.RequestRefund(t.Context(), id))
	require.NoError(t, w.DecideRefund(t.Context(), id, true))
	assert.Equal(t, 1, num(w.ok("get_auto_active_status", obj{"corpid": testCorp}), "auto_active_status"), "refunded purchases count")
	w.ok("set_auto_active_status", set(0))
	assert.Equal(t, 0, num(w.ok("get_auto_active_status", obj{"corpid": testCorp}), "auto_active_status"))
}

func TestAutoActivation(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	use := func(scene int, userIds ...string) {
		require.NoError(t, w.UseApp(t.Context(), testSuite, testCorp, scene, userIds...))
	}
	codes := w.buy(testCorp, 4, 1, 1, 0)
	w.activate(codes[0], "woAnna")
	w.activate(codes[1], "woBo")
	use(SceneOpenApp, "woDi")
	assert.Empty(t, w.told("auto_activate"), "switched off")
	w.ok("set_auto_active_status", obj{"corpid": testCorp, "auto_active_status": 1})

	w.clock.add(24*day - time.Second)
	use(SceneOpenApp, "woAnna", "woCy", "woNobody")
	assert.Empty(t, w.told("auto_activate"), "more than 7 days left, out of range, unknown")
	w.clock.add(time.Second)
	use(SceneSendMsg, "woAnna", "woDi")
	told := w.told("auto_activate")
	require.Len(t, told, 1, "one notice for all accounts")
	expire := num(w.info(testCorp, codes[2]), "expire_time")
	assert.EqualValues(t, w.unix()+38*dayInSecs, expire, "merged")
	assert.Equal(t, xmlOf(
		Text("ServiceCorpId", testProvider), Text("InfoType", "auto_activate"), Text("AuthCorpId", testCorp),
		Number("Scene", 2),
		Group("AccountList",
			Text("ActiveCode", codes[2]), Number("Type", 1), Number("ExpireTime", int64(expire)),
			Text("UserId", "woAnna"), Number("PreviousStatus", wasEndingSoon), Text("PreviousActiveCode", codes[0]),
		),
		Group("AccountList",
			Text("ActiveCode", codes[3]), Number("Type", 1), Number("ExpireTime", w.unix()+31*dayInSecs),
			Text("UserId", "woDi"), Number("PreviousStatus", wasNeverActive),
		),
		Number("TimeStamp", w.unix()),
	), told[0])

	w.clock.add(10 * day)
	use(SceneOpenApp, "woBo") // expired, but no code is left
	require.Len(t, w.told("auto_activate"), 1)
	use(SceneInteropAPI, "woDi", "woBo")
	told = w.told("auto_activate")
	require.Len(t, told, 2)
	assert.Contains(t, told[1], "<Type>2</Type>")
	assert.Contains(t, told[1], "woBo")
	assert.NotContains(t, told[1], "woDi", "outside the interop apps")

	w.buy(testCorp, 1, 0, 1, 0)
	use(SceneOpenApp, "woBo")
	require.Len(t, w.told("auto_activate"), 2, "the interop account covers it")
	w.clock.add(24 * day)
	use(SceneOpenApp, "woBo")
	assert.Contains(t, w.told("auto_activate")[2], "<PreviousStatus>3</PreviousStatus>")
	assert.Error(t, w.UseApp(t.Context(), testSuite, "wpNobody", SceneOpenApp, "woBo"))
}

func TestAutoActivationWaitsForTheTrial(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.AutoAfterTrial = true })
	w.buy(testCorp, 1, 0, 1, 0)
	w.ok("set_auto_active_status", obj{"corpid": testCorp, "auto_active_status": 1})
	w.clock.add(83*day - time.Second)
	require.NoError(t, w.UseApp(t.Context(), testSuite, testCorp, SceneOpenApp, "woBo"))
	assert.Empty(t, w.told("auto_activate"))
	w.clock.add(time.Second)
	require.NoError(t, w.UseApp(t.Context(), testSuite, testCorp, SceneOpenApp, "woBo"))
	assert.Len(t, w.told("auto_activate"), 1)
}

func TestUnlicensedNotify(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	open := func() { require.NoError(t, w.UseApp(t.Context(), testSuite, testCorp, SceneOpenApp, "woBo", "woCy")) }
	open()
	w.mu.Lock()
	before := len(w.pushes)
	w.mu.Unlock()
	assert.Zero(t, before, "the trial runs")
	w.clock.add(90 * day)
	open()
	p := w.lastPush()
	assert.Equal(t, testCorp, p.Receive)
	assert.Contains(t, p.Payload, "<Event><![CDATA[unlicensed_notify]]></Event>")
	assert.Contains(t, p.Payload, "<FromUserName><![CDATA[woBo]]></FromUserName>")
	assert.NotContains(t, p.Payload, "woCy", "outside the visible range")
}

func TestWaitingForAnHeir(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.at(1772330400) // 2026-03-01 10:00 in Beijing
	code := w.buy(testCorp, 1, 0, 12, 0)[0]
	w.activate(code, "woAnna")
	end := num(w.info(testCorp, code), "expire_time")
	require.NoError(t, w.UpdateMember(testCorp, Member{UserId: "woAnna", Left: true}))
	require.NoError(t, w.SettleLicenses(t.Context(), ""))
	w.clock.add(17 * time.Hour)
	assert.Equal(t, licBound, num(w.info(testCorp, code), "status"), "automatic activation is off")
	w.ok("set_auto_active_status", obj{"corpid": testCorp, "auto_active_status": 1})
	assert.Equal(t, licWaiting, num(w.info(testCorp, code), "status"), "03:00 of the next day")
	w.clock.add(-time.Second)
	assert.Equal(t, licBound, num(w.info(testCorp, code), "status"))
	w.clock.add(time.Second)
	w.hand(codeOK, "woAnna", "woBo")
	info := w.info(testCorp, code)
	assert.Equal(t, licBound, num(info, "status"))
	assert.Equal(t, end, num(info, "expire_time"))
}
