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

func pair(from, to string) obj { return obj{"handover_userid": from, "takeover_userid": to} }

func (w counter) transfer(code int, pairs ...obj) []obj {
	w.T.Helper()
	out := w.refused(code, "batch_transfer_license", obj{"corpid": faketest.Corp, "transfer_list": append([]obj{}, pairs...)})
	return faketest.List(out, "transfer_result")
}

// hand transfers between two members and wants the item's code.
func (w counter) hand(code int, from, to string) {
	w.T.Helper()
	whole := codeOK
	if code != codeOK {
		whole = codeAllFailed
	}
	results := w.transfer(whole, pair(from, to))
	require.Len(w.T, results, 1, "701024 comes with its list")
	assert.Equal(w.T, code, faketest.Num(results[0], "errcode"), "%s to %s", from, to)
}

func TestTransferRefusals(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 2, 0, 2, 0)
	w.activate(codes[0], "woAnna")
	w.activate(codes[1], "woBo")
	long := make([]obj, 1001)
	for i := range long {
		long[i] = pair(fmt.Sprint("a", i), fmt.Sprint("b", i))
	}
	w.transfer(codeEmptyList)
	w.transfer(codeListTooLong, long...)
	w.transfer(codeSameUser, pair("woAnna", "woM00"), pair("woBo", "woM00"))
	w.transfer(codeSameUser, pair("woAnna", "anna"))
	w.refused(platform.CodeBadCorp, "batch_transfer_license", obj{"corpid": "wpNobody", "transfer_list": []obj{pair("a", "b")}})

	w.hand(codeBadUser, "woNobody", "woM00")
	w.hand(codeBadUser, "woAnna", "woNobody")
	w.hand(codeBadUser, "woAnna", "woEve") // has left
	w.hand(codeNotVisible, "woAnna", "woCy")
	w.hand(codeNotActive, "woM00", "woM01")
	w.hand(codeReceiverHasOne, "woAnna", "woBo")
	w.Clock.Add(62 * day)
	w.hand(codeNotActive, "woAnna", "woM00")
}

func TestTransfer(t *testing.T) {
	t.Parallel()
	w := newCounter(t)
	codes := w.buy(faketest.Corp, 1, 1, 4, 0)
	w.activate(codes[0], "woAnna")
	w.activate(codes[1], "woAnna")
	end := faketest.Num(w.info(faketest.Corp, codes[0]), "expire_time")
	results := w.transfer(codeOK, pair("anna", "woM00"), pair("woBo", "woM01"))
	assert.Equal(t, obj{"handover_userid": "woAnna", "takeover_userid": "woM00", "errcode": 0.0}, results[0])
	assert.Equal(t, codeNotActive, faketest.Num(results[1], "errcode"))
	for _, code := range codes {
		info := w.info(faketest.Corp, code)
		assert.Equal(t, "woM00", info["userid"], "all types move together")
		assert.Equal(t, end, faketest.Num(info, "expire_time"))
	}
	assert.Equal(t, 0, faketest.Num(w.ok("get_active_info_by_user", obj{"corpid": faketest.Corp, "userid": "woAnna"}), "active_status"))

	w.Clock.Add(30*day - time.Second)
	w.hand(codeJustTransferred, "woM00", "woM01")
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woM00", Hidden: true}))
	w.hand(codeOK, "woM00", "woM01") // out of range: no waiting
	require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: "woM01", Left: true}))
	w.hand(codeOK, "woM01", "woM02") // has left: no waiting
	w.Clock.Add(30 * day)
	w.hand(codeOK, "woM02", "woM03")
}

func TestTransferOntoAnEndingAccount(t *testing.T) {
	t.Parallel()
	for _, adds := range []bool{false, true} {
		w := newCounter(t)
		w.policy(func(p *LicensePolicy) { p.TransferAddsRest = adds })
		short := w.buy(faketest.Corp, 1, 0, 1, 0)[0]
		long := w.buy(faketest.Corp, 1, 0, 3, 0)[0]
		w.activate(short, "woBo")
		w.activate(long, "woAnna")
		end := faketest.Num(w.info(faketest.Corp, long), "expire_time")
		w.Clock.Add(11*day - time.Second)
		w.hand(codeReceiverHasOne, "woAnna", "woBo")
		w.Clock.Add(time.Second)
		w.hand(codeOK, "woAnna", "woBo")
		if adds {
			end += 20 * dayInSecs
		}
		assert.Equal(t, end, faketest.Num(w.info(faketest.Corp, long), "expire_time"))
		assert.Equal(t, licMerged, faketest.Num(w.info(faketest.Corp, short), "status"))
		assert.EqualValues(t, w.unix(), faketest.Num(w.info(faketest.Corp, short), "expire_time"))
	}
}
