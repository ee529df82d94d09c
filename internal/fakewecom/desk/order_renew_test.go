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

func seat(userId string, kind int) obj { return obj{"userid": userId, "type": kind} }

func (w counter) job(seats ...obj) string {
	w.T.Helper()
	return w.ok("create_renew_order_job", obj{"corpid": faketest.Corp, "account_list": seats})["jobid"].(string)
}

func submit(jobId string, duration obj) obj {
	return obj{"jobid": jobId, "buyer_userid": testBuyer, "account_duration": duration}
}

// holding is a counter whose members hold a base account of so many months.
func holding(t *testing.T, months int, userIds ...string) (w counter, codes []string) {
	t.Helper()
	w = newCounter(t)
	codes = w.buy(faketest.Corp, len(userIds), 0, months, 0)
	for i, userId := range userIds {
		w.activate(codes[i], userId)
	}
	return w, codes
}

func TestRenewalJobItems(t *testing.T) {
	t.Parallel()
	w, _ := holding(t, 1, "woAnna", "woBo")
	items := obj{"corpid": faketest.Corp, "account_list": []obj{
		seat("anna", 1), seat("woAnna", 2), seat("woNobody", 1), seat("woBo", 3),
	}}
	out := w.ok("create_renew_order_job", items)
	invalid := faketest.List(out, "invalid_account_list")
	require.Len(t, invalid, 3)
	for i, want := range []int{codeNeverActivated, codeBadUser, codeBadAccountType} {
		assert.Equal(t, want, faketest.Num(invalid[i], "errcode"))
		assert.NotEmpty(t, invalid[i]["errmsg"])
	}
	assert.Equal(t, "woNobody", invalid[1]["userid"])

	more := func(jobId string, seats ...obj) obj {
		return obj{"corpid": faketest.Corp, "jobid": jobId, "account_list": append([]obj{}, seats...)}
	}
	id := out["jobid"].(string)
	out = w.ok("create_renew_order_job", more(id, seat("woAnna", 1), seat("woBo", 1)))
	assert.Equal(t, id, out["jobid"])
	assert.Equal(t, codeSameUser, faketest.Num(faketest.List(out, "invalid_account_list")[0], "errcode"), "already in the job")

	long := make([]obj, 1001)
	for i := range long {
		long[i] = seat(fmt.Sprint("u", i), 1)
	}
	w.refused(codeEmptyList, "create_renew_order_job", more(id))
	w.refused(codeListTooLong, "create_renew_order_job", more(id, long...))
	w.refused(codeSameUser, "create_renew_order_job", more(id, seat("woAnna", 1), seat("anna", 1)))
	w.refused(codeNoSuchOrder, "create_renew_order_job", more("RJ-mine", seat("woAnna", 1)))
	w.refused(codeForeignOrder, "create_renew_order_job", obj{"corpid": testCorp2, "jobid": id, "account_list": []obj{seat("woAnna", 1)}})

	order := w.ok("submit_order_job", submit(id, obj{"months": 1}))["order_id"]
	w.refused(codeSubmitted, "create_renew_order_job", more(id, seat("woM00", 1)))
	w.refused(codeSubmitted, "submit_order_job", submit(id, obj{"months": 1}))
	w.refused(codeNoSuchOrder, "submit_order_job", submit("RJ-mine", obj{"months": 1}))
	detail := w.ok("get_order", obj{"order_id": order})["order"].(obj)
	assert.Equal(t, orderRenewal, faketest.Num(detail, "order_type"))
	assert.Equal(t, obj{"base_count": 2.0, "external_contact_count": 0.0}, detail["account_count"])
	assert.Equal(t, obj{"months": 1.0}, detail["account_duration"])
	accounts := faketest.List(w.ok("list_order_account", obj{"order_id": order}), "account_list")
	assert.Equal(t, []obj{{"userid": "woAnna", "type": 1.0}, {"userid": "woBo", "type": 1.0}}, accounts)

	w.Clock.Add(31 * day)
	expired := w.ok("create_renew_order_job", more("", seat("woBo", 1)))
	assert.Equal(t, codeNotActive, faketest.Num(faketest.List(expired, "invalid_account_list")[0], "errcode"))
	w.refused(codeEmptyList, "submit_order_job", submit(expired["jobid"].(string), obj{"months": 1}))
}

func TestRenewalJobLimit(t *testing.T) {
	t.Parallel()
	w, _ := holding(t, 1, "woAnna")
	id := w.job(seat("woAnna", 1))
	w.host.Locked(func() {
		j := w.desk("").jobs[id]
		j.seats = make([]licenseSeat, licMaxCount)
		for i := range j.seats {
			j.seats[i].kind = licBase
		}
	})
	w.refused(codeJobFull, "create_renew_order_job", obj{"corpid": faketest.Corp, "jobid": id, "account_list": []obj{seat("woBo", 1)}})
	w.ok("create_renew_order_job", obj{"corpid": faketest.Corp, "jobid": id, "account_list": []obj{seat("woBo", 2)}})
}

func TestRenewalByMonths(t *testing.T) {
	t.Parallel()
	w, codes := holding(t, 1, "woAnna", "woBo")
	end := faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time")
	id := w.ok("submit_order_job", submit(w.job(seat("woAnna", 1), seat("woBo", 1)), obj{"months": 6}))["order_id"].(string)
	assert.Equal(t, end, faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time"), "moves when paid")
	w.Clock.Add(5 * day)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Equal(t, end+6*31*dayInSecs, faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time"), "no 20-day rule, same code")
	assert.Len(t, w.told("license_pay_success"), 2)

	require.NoError(t, w.RequestRefund(t.Context(), id))
	require.NoError(t, w.DecideRefund(t.Context(), id, true))
	assert.Equal(t, end, faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time"), "a refund takes the time back")
}

func TestRenewalOfAnAccountThatExpiresBeforePayment(t *testing.T) {
	t.Parallel()
	w, codes := holding(t, 1, "woAnna", "woBo")
	w.policy(func(p *LicensePolicy) { p.RenewExpired = true })
	w.Clock.Add(30 * day)
	id := w.ok("submit_order_job", submit(w.job(seat("woAnna", 1), seat("woBo", 1)), obj{"months": 1}))["order_id"].(string)
	w.hand(codeOK, "woBo", "woM00")
	w.Clock.Add(3 * day)
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.EqualValues(t, w.unix()+31*dayInSecs, faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time"), "from the payment on")
	assert.Equal(t, licExpired, faketest.Num(w.info(faketest.Corp, codes[1]), "status"), "handed over meanwhile: not renewed")
	w.Clock.Add(40 * day)
	w.job(seat("woAnna", 1)) // the policy takes expired accounts
}

func TestRenewalByDate(t *testing.T) {
	t.Parallel()
	const start, early, late, target = 1772330400, 1806372000, 1811822400, 1806508800
	w := newCounter(t)
	w.at(start)
	codes := w.buy(faketest.Corp, 2, 0, 12, 7)
	w.activate(codes[0], "woAnna")
	w.activate(codes[1], "woBo")
	w.host.Locked(func() {
		w.desk("").codes[codes[0]].expire, w.desk("").codes[codes[1]].expire = early, late
	})
	both := w.job(seat("woAnna", 1), seat("woBo", 1))

	for _, row := range []struct {
		code     int
		duration obj
	}{
		{platform.CodeBadParam, obj{}},
		{platform.CodeBadParam, obj{"months": 1, "new_expire_time": target}},
		{platform.CodeBadParam, obj{"months": 61}},
		{platform.CodeBadParam, obj{"months": -1}},
		{platform.CodeBadParam, obj{"days": 31}},
		{platform.CodeBadParam, obj{"months": 1, "days": 31}},
		{platform.CodeBadParam, obj{"new_expire_time": start - 1}},
		{platform.CodeBadParam, obj{"new_expire_time": licEndOfDay(start)}}, // today
		{platform.CodeBadParam, obj{"new_expire_time": start + 1860*dayInSecs + 1}},
		{codeNothingToExtend, obj{"new_expire_time": licEndOfDay(start) + 1}},
		{codeAboveFiveYears, obj{"months": 60}},
	} {
		w.refused(row.code, "submit_order_job", submit(both, row.duration))
	}
	id := w.ok("submit_order_job", submit(both, obj{"new_expire_time": target - 80000}))["order_id"].(string)
	detail := w.ok("get_order", obj{"order_id": id})["order"].(obj)
	assert.Equal(t, obj{"new_expire_time": float64(target)}, detail["account_duration"], "the end of its day in Beijing")
	assert.Equal(t, 2*5000/372+1, faketest.Num(detail, "price"), "two days of one account")
	require.NoError(t, w.PayOrder(t.Context(), id))
	assert.Equal(t, target, faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time"))
	assert.Equal(t, late, faketest.Num(w.info(faketest.Corp, codes[1]), "expire_time"), "already there")
}

func TestEndOfDay(t *testing.T) {
	t.Parallel()
	const midnight = 1806508800 // 2027-04-01 00:00 in Beijing
	for _, t0 := range []int64{midnight - dayInSecs + 1, midnight - 1, midnight} {
		assert.EqualValues(t, midnight, licEndOfDay(t0))
	}
	assert.EqualValues(t, midnight+dayInSecs, licEndOfDay(midnight+1))
}

func TestRenewalInATestCorp(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	require.NoError(t, w.SetTestCorp(faketest.Corp, true))
	w.activate(w.buy(faketest.Corp, 1, 0, 1, 0)[0], "woAnna")
	id := w.job(seat("woAnna", 1))
	second := w.job(seat("woAnna", 1))
	w.refused(codeTestDuration, "submit_order_job", submit(id, obj{"months": 2}))
	w.refused(codeTestDuration, "submit_order_job", submit(id, obj{"new_expire_time": w.unix() + 60*dayInSecs}))
	w.refused(codeOK, "submit_order_job", submit(id, obj{"months": 1}))
	w.refused(codeUnpaidOrder, "submit_order_job", submit(second, obj{"months": 1}))
	orders := faketest.List(w.ok("list_order", obj{"corpid": faketest.Corp}), "order_list")
	require.NoError(t, w.PayOrder(t.Context(), orders[1]["order_id"].(string)))
	w.refused(codeTestRenewal, "submit_order_job", submit(second, obj{"months": 1}))
	w.refused(codeTestRenewal, "create_renew_order_job", obj{"corpid": faketest.Corp, "account_list": []obj{seat("woAnna", 1)}})
}

func TestRenewalRules(t *testing.T) {
	t.Parallel()
	w, _ := holding(t, 1, "woAnna")
	id := w.job(seat("woAnna", 1))
	for _, row := range []struct {
		code  int
		facts LicenseFacts
	}{
		{codeLivelihoodRenew, LicenseFacts{Livelihood: true}},
		{codeAppOrderMissing, LicenseFacts{AppOrders: AppOrders{State: AppOrdersNone}}},
		{codeTrialDuration, LicenseFacts{AppOrders: AppOrders{State: AppOrdersTrial, TrialHeads: 1}}},
		{codeBelowAppOrder, LicenseFacts{AppOrders: AppOrders{State: AppOrdersValid, Days: 365}}},
		{codeMustMigrate, LicenseFacts{Legacy: LegacyUnmigrated}},
		{codeOK, LicenseFacts{NoInteropApp: true}},
	} {
		w.facts(faketest.Corp, row.facts)
		w.refused(row.code, "submit_order_job", submit(id, obj{"months": 6}))
	}
	w.Clock.Add(time.Hour)
}
