package desk

import (
	"testing"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAutoActiveStatus(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	set := func(v int) obj { return obj{"corpid": faketest.Corp, "auto_active_status": v} }
	w.refused(codeNeverBought, "set_auto_active_status", set(1))
	w.refused(codeNeverBought, "get_auto_active_status", obj{"corpid": faketest.Corp})
	w.refused(platform.CodeBadCorp, "get_auto_active_status", obj{"corpid": "wpNobody"})
	id := w.place(faketest.Corp, 1, 0, 1, 0)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Equal(t, 0, faketest.Num(w.ok("get_auto_active_status", obj{"corpid": faketest.Corp}), "auto_active_status"))
	w.refused(codeBadAutoStatus, "set_auto_active_status", set(2))
	w.ok("set_auto_active_status", set(1))
	require.NoError(t, w.RequestRefund(t.Context(), id))
	require.NoError(t, w.DecideRefund(t.Context(), id, true))
	assert.Equal(t, 1, faketest.Num(w.ok("get_auto_active_status", obj{"corpid": faketest.Corp}), "auto_active_status"), "refunded purchases count")
	w.ok("set_auto_active_status", set(0))
	assert.Equal(t, 0, faketest.Num(w.ok("get_auto_active_status", obj{"corpid": faketest.Corp}), "auto_active_status"))
}

func TestAutoActivation(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	use := func(scene int, userIds ...string) {
		require.NoError(t, w.UseApp(t.Context(), faketest.Suite, faketest.Corp, scene, userIds...))
	}
	codes := w.buy(faketest.Corp, 4, 1, 1, 0)
	w.activate(codes[0], "woAnna")
	w.activate(codes[1], "woBo")
	use(SceneOpenApp, "woDi")
	assert.Empty(t, w.told("auto_activate"), "switched off")
	w.ok("set_auto_active_status", obj{"corpid": faketest.Corp, "auto_active_status": 1})

	w.Clock.Add(24*day - time.Second)
	use(SceneOpenApp, "woAnna", "woCy", "woNobody")
	assert.Empty(t, w.told("auto_activate"), "more than 7 days left, out of range, unknown")
	w.Clock.Add(time.Second)
	use(SceneSendMsg, "woAnna", "woDi")
	told := w.told("auto_activate")
	require.Len(t, told, 1, "one notice for all accounts")
	expire := faketest.Num(w.info(faketest.Corp, codes[2]), "expire_time")
	assert.EqualValues(t, w.unix()+38*dayInSecs, expire, "merged")
	assert.Equal(t, xmlOf(
		platform.Text("ServiceCorpId", faketest.Provider), platform.Text("InfoType", "auto_activate"), platform.Text("AuthCorpId", faketest.Corp),
		platform.Number("Scene", 2),
		platform.Group("AccountList",
			platform.Text("ActiveCode", codes[2]), platform.Number("Type", 1), platform.Number("ExpireTime", int64(expire)),
			platform.Text("UserId", "woAnna"), platform.Number("PreviousStatus", wasEndingSoon), platform.Text("PreviousActiveCode", codes[0]),
		),
		platform.Group("AccountList",
			platform.Text("ActiveCode", codes[3]), platform.Number("Type", 1), platform.Number("ExpireTime", w.unix()+31*dayInSecs),
			platform.Text("UserId", "woDi"), platform.Number("PreviousStatus", wasNeverActive),
		),
		platform.Number("TimeStamp", w.unix()),
	), told[0])

	w.Clock.Add(10 * day)
	use(SceneOpenApp, "woBo") // expired, but no code is left
	require.Len(t, w.told("auto_activate"), 1)
	use(SceneInteropAPI, "woDi", "woBo")
	told = w.told("auto_activate")
	require.Len(t, told, 2)
	assert.Contains(t, told[1], "<Type>2</Type>")
	assert.Contains(t, told[1], "woBo")
	assert.NotContains(t, told[1], "woDi", "outside the interop apps")

	w.buy(faketest.Corp, 1, 0, 1, 0)
	use(SceneOpenApp, "woBo")
	require.Len(t, w.told("auto_activate"), 2, "the interop account covers it")
	w.Clock.Add(24 * day)
	use(SceneOpenApp, "woBo")
	assert.Contains(t, w.told("auto_activate")[2], "<PreviousStatus>3</PreviousStatus>")
	assert.Error(t, w.UseApp(t.Context(), faketest.Suite, "wpNobody", SceneOpenApp, "woBo"))
}

func TestAutoActivationWaitsForTheTrial(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.policy(func(p *LicensePolicy) { p.AutoAfterTrial = true })
	w.buy(faketest.Corp, 1, 0, 1, 0)
	w.ok("set_auto_active_status", obj{"corpid": faketest.Corp, "auto_active_status": 1})
	w.Clock.Add(83*day - time.Second)
	require.NoError(t, w.UseApp(t.Context(), faketest.Suite, faketest.Corp, SceneOpenApp, "woBo"))
	assert.Empty(t, w.told("auto_activate"))
	w.Clock.Add(time.Second)
	require.NoError(t, w.UseApp(t.Context(), faketest.Suite, faketest.Corp, SceneOpenApp, "woBo"))
	assert.Len(t, w.told("auto_activate"), 1)
}

func TestUnlicensedNotify(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	open := func() {
		require.NoError(t, w.UseApp(t.Context(), faketest.Suite, faketest.Corp, SceneOpenApp, "woBo", "woCy"))
	}
	open()
	assert.Empty(t, w.Pushes(), "the trial runs")
	w.Clock.Add(90 * day)
	open()
	p := w.LastPush()
	assert.Equal(t, faketest.Corp, p.Receive)
	assert.Contains(t, p.Payload, "<Event><![CDATA[unlicensed_notify]]></Event>")
	assert.Contains(t, p.Payload, "<FromUserName><![CDATA[woBo]]></FromUserName>")
	assert.NotContains(t, p.Payload, "woCy", "outside the visible range")
}

func TestWaitingForAnHeir(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	w.at(1772330400) // 2026-03-01 10:00 in Beijing
	code := w.buy(faketest.Corp, 1, 0, 12, 0)[0]
	w.activate(code, "woAnna")
	end := faketest.Num(w.info(faketest.Corp, code), "expire_time")
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woAnna", Left: true}))
	require.NoError(t, w.Settle(t.Context()))
	w.Clock.Add(17 * time.Hour)
	assert.Equal(t, licBound, faketest.Num(w.info(faketest.Corp, code), "status"), "automatic activation is off")
	w.ok("set_auto_active_status", obj{"corpid": faketest.Corp, "auto_active_status": 1})
	assert.Equal(t, licWaiting, faketest.Num(w.info(faketest.Corp, code), "status"), "03:00 of the next day")
	w.Clock.Add(-time.Second)
	assert.Equal(t, licBound, faketest.Num(w.info(faketest.Corp, code), "status"))
	w.Clock.Add(time.Second)
	w.hand(codeOK, "woAnna", "woBo")
	info := w.info(faketest.Corp, code)
	assert.Equal(t, licBound, faketest.Num(info, "status"))
	assert.Equal(t, end, faketest.Num(info, "expire_time"))
}
