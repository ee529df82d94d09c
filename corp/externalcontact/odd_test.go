package externalcontact_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
)

// A page that is not the last and leads nowhere is an error, and not the end.
// G: endpoint/cursor
func TestUnassignedPagesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	for answer, fails := range map[string]bool{
		`{"info":[{"external_userid":"wm1"}],"is_last":false,"next_cursor":""}`: true,
		`{"info":[{"external_userid":"wm1"}],"is_last":false}`:                  true,
		`{"info":[{"external_userid":"wm1"}]}`:                                  false,
		`{"info":[{"external_userid":"wm1"}],"is_last":true,"next_cursor":"c"}`: false,
		`{"info":[{"external_userid":"wm1"}],"next_cursor":""}`:                 false,
	} {
		api, _ := corptest.Script(t, answer)
		n, failed := 0, error(nil)
		for _, err := range externalcontact.AllUnassigned(api) {
			if failed = err; err == nil {
				n++
			}
		}
		assert.Equal(t, 1, n, answer)
		assert.Equal(t, fails, failed != nil, "%s: %v", answer, failed)
	}
}

// Offsets that go back would give what was given before.
// G: endpoint/cursor
func TestOffsetsThatGoBack(t *testing.T) {
	t.Parallel()
	for _, next := range []int{0, 3, 9, 10} {
		api, asked := corptest.Script(t, fmt.Sprintf(`{"items":[{"owner":"lin"}],"total":50,"next_offset":%d}`, next))
		q := externalcontact.GroupChatOwners{GroupChatDays: externalcontact.GroupChatDays{DayBeginTime: 1600272000}, Offset: 10}
		var failed error
		for _, failed = range externalcontact.AllOwnerData(api, q) {
		}
		require.Error(t, failed)
		assert.Len(t, asked(), 1)
	}
}

// A write whose answer says nothing of its items has an unknown outcome.
func TestTransfersWithoutAnOutcome(t *testing.T) {
	t.Parallel()
	h := externalcontact.Handover{HandoverUserId: "lin", TakeoverUserId: "wang"}
	for _, answer := range []string{`{"errcode":0}`, `{"errcode":0,"customer":null}`, `{"errcode":0,"customer":[]}`} {
		api, _ := corptest.Script(t, answer)
		_, err := externalcontact.TransferCustomer(api, h, []string{"wm1", "wm2"}, "")
		var partial *token.PartialError
		require.ErrorAs(t, err, &partial)
		assert.Equal(t, 2, partial.Unknown)
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	}
	api, _ := corptest.Script(t, `{"errcode":0,"customer":[{"external_userid":"wm2","errcode":0}]}`, `{"errcode":0,"customer":[{"external_userid":"wm2","errcode":40100},{"errcode":0,"external_userid":"wm9"}]}`)
	got, err := externalcontact.ResignedTransferCustomer(api, h, []string{"wm1", "wm2"})
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.TransferStart{{ExternalUserId: "wm2"}, {ExternalUserId: "wm1", ErrCode: externalcontact.TransferMissing}}, got)
	got, err = externalcontact.TransferCustomer(api, h, []string{"wm1", "wm2"}, "")
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.TransferStart{{ExternalUserId: "wm2", ErrCode: 40100}, {ExternalUserId: "wm9"}, {ExternalUserId: "wm1", ErrCode: externalcontact.TransferMissing}}, got)
}

// A job with a status that nobody knows may never end: waiting for it does.
func TestMomentJobsWithAnUnknownStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"9", `"finished"`} {
		api, _ := corptest.Script(t, `{"errcode":0,"status":`+status+`}`)
		got, err := externalcontact.WaitMomentTask(api, "job", 0)
		require.ErrorContains(t, err, "unknown status")
		assert.Nil(t, got)
	}
}
