package order_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jobs is a WeCom that keeps renewal jobs. fail answers the request of that number.
type jobs struct {
	t      *testing.T
	added  []order.ReOrder
	orders []order.SubOrder
	calls  int
	failAt int
	fail   string
}

func (j *jobs) api() *token.Api {
	return testworld.Api(j.t.Context(), spectest.Canned(func(path string, body []byte) string {
		if j.calls++; j.calls == j.failAt {
			return j.fail
		}
		if path == "/cgi-bin/license/submit_order_job" {
			var in order.SubOrder
			assert.NoError(j.t, json.Unmarshal(body, &in))
			j.orders = append(j.orders, in)
			return `{"order_id":"O1"}`
		}
		var in order.ReOrder
		assert.NoError(j.t, json.Unmarshal(body, &in))
		j.added = append(j.added, in)
		first := in.AccountList[0].UserId
		return fmt.Sprintf(`{"jobid":"J1","invalid_account_list":[{"errcode":701004,"userid":%q,"type":1}]}`, first)
	}))
}

// G: batch/parts
func TestRenewalJobGoesInParts(t *testing.T) {
	t.Parallel()
	j := &jobs{t: t}
	done, err := order.ORReCreateJob(j.api(), &order.ReOrder{AccountList: members(2500)})
	require.NoError(t, err)
	assert.Equal(t, "J1", done.Jobid)
	require.Len(t, j.added, 3)
	var invalid []string
	for i, size := range []int{1000, 1000, 500} {
		assert.Len(t, j.added[i].AccountList, size)
		assert.Equal(t, map[bool]string{true: "", false: "J1"}[i == 0], j.added[i].Jobid, "one job for all")
		assert.Equal(t, corp, j.added[i].CorpId)
		invalid = append(invalid, done.InvalidAccountList[i].UserId)
	}
	assert.Equal(t, []string{"u0", "u1000", "u2000"}, invalid)
}

// G: batch/how-far
func TestRenewalJobSaysHowFarItCame(t *testing.T) {
	t.Parallel()
	for failAt, want := range map[int]token.PartialError{1: {Unknown: 1000}, 2: {Done: 1000, Unknown: 1000}, 3: {Done: 2000, Unknown: 500}} {
		for _, fail := range []string{"", `{"errcode":0}`, `{"errcode":45009}`} {
			j := &jobs{t: t, failAt: failAt, fail: fail}
			done, err := order.ORReCreateJob(j.api(), &order.ReOrder{AccountList: members(2500)})
			want := want
			if fail == `{"errcode":45009}` {
				want.Unknown = 0
			}
			assert.Equal(t, want, endOf(t, err), "request %d: %q", failAt, fail)
			assert.Equal(t, want.Unknown > 0, errors.Is(err, token.ErrOutcomeUnknown))
			assert.Equal(t, failAt, j.calls, "nothing is repeated, nothing follows")
			if failAt == 1 {
				assert.Nil(t, done)
				continue
			}
			assert.Equal(t, "J1", done.Jobid)
			assert.Len(t, done.InvalidAccountList, failAt-1)
		}
	}
}

// endOf tells how far a batch came, without the reason why it ended.
func endOf(t *testing.T, err error) token.PartialError {
	t.Helper()
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	return token.PartialError{Done: partial.Done, Unknown: partial.Unknown}
}

// G: batch/resumed
func TestJobGoesOnFromItsId(t *testing.T) {
	t.Parallel()
	j := &jobs{t: t, failAt: 2, fail: `{"errcode":701126}`}
	done, err := order.ORReCreateJob(j.api(), &order.ReOrder{Jobid: "J0", AccountList: members(1001)})
	require.ErrorIs(t, err, token.Code(701126))
	assert.Equal(t, "J0", j.added[0].Jobid)
	assert.Equal(t, "J1", done.Jobid)

	j = &jobs{t: t, failAt: 1, fail: `{"errcode":701126}`}
	done, err = order.ORReCreateJob(j.api(), &order.ReOrder{Jobid: "J0", AccountList: members(1)})
	require.ErrorIs(t, err, token.Code(701126))
	assert.Nil(t, done)

	j = &jobs{t: t, failAt: 1, fail: `{"errcode":0}`}
	done, err = order.ORReCreateJob(j.api(), &order.ReOrder{AccountList: members(1)})
	require.ErrorIs(t, err, token.ErrOutcomeUnknown, "an answer without a job")
	assert.Nil(t, done)
}

func TestCodesAreNotSentInAJob(t *testing.T) {
	t.Parallel()
	j := &jobs{t: t}
	list := []order.Account{{UserId: "u", Type: order.TypeBase, ActiveCode: "LC1"}}
	_, err := order.ORReCreateJob(j.api(), &order.ReOrder{AccountList: list})
	require.NoError(t, err)
	assert.Empty(t, j.added[0].AccountList[0].ActiveCode)
	assert.Equal(t, "LC1", list[0].ActiveCode, "the caller's list is as it was")
}

// buysOf is what n corps buy, which are named after their number.
func buysOf(n int) (buys []order.BuyInfo) {
	for i := range n {
		buys = append(buys, order.BuyInfo{strconv.Itoa(i), order.AccountCount{BaseCount: 1}, order.AccountDuration{Months: 1}, nil})
	}
	return buys
}

// G: batch/parts batch/how-far
func TestUnionJobGoesInPartsOfTen(t *testing.T) {
	t.Parallel()
	var sent []order.NewJob
	fail := false
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in order.NewJob
		assert.NoError(t, json.Unmarshal(body, &in))
		sent = append(sent, in)
		if fail && len(sent) == 2 {
			return ""
		}
		return fmt.Sprintf(`{"jobid":"N1","invalid_list":[{"corpid":%q,"errcode":701015}]}`, in.BuyList[0].CorpId)
	}))
	api = api.WithCorp("")
	buys := buysOf(21)
	job, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: buys})
	require.NoError(t, err)
	require.Len(t, sent, 3)
	assert.Len(t, sent[0].BuyList, 10)
	assert.Len(t, sent[2].BuyList, 1)
	assert.Equal(t, []string{"", "N1", "N1"}, []string{sent[0].Jobid, sent[1].Jobid, sent[2].Jobid})
	assert.Len(t, job.InvalidList, 3)

	sent, fail = nil, true
	job, err = order.ORNewJobCreate(api, &order.NewJob{BuyList: buys})
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	assert.Equal(t, token.PartialError{Done: 10, Unknown: 10}, endOf(t, err))
	assert.Equal(t, "N1", job.Jobid)
	assert.Len(t, job.InvalidList, 1)
	assert.Len(t, sent, 2)

	sent = []order.NewJob{{}}
	job, err = order.ORNewJobCreate(api, &order.NewJob{BuyList: buys})
	require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	assert.Nil(t, job)
}

// A part of which WeCom takes nobody ends nothing: the corps before and after it are in the
// job, and all that are not are named.
// G: batch/missing-item batch/goes-on
func TestUnionJobGoesOnPastAPartThatNobodyIsIn(t *testing.T) {
	t.Parallel()
	var sent []order.NewJob
	refused := map[int]bool{2: true}
	api := testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in order.NewJob
		assert.NoError(t, json.Unmarshal(body, &in))
		sent = append(sent, in)
		if refused[len(sent)] {
			return fmt.Sprintf(`{"errcode":701122,"invalid_list":[{"corpid":%q,"errcode":701015}]}`, in.BuyList[0].CorpId)
		}
		return `{"jobid":"N1"}`
	}))
	api = api.WithCorp("")
	buys := buysOf(21)
	job, err := order.ORNewJobCreate(api, &order.NewJob{BuyList: buys})
	require.NoError(t, err)
	assert.Len(t, sent, 3)
	assert.Equal(t, "N1", sent[2].Jobid)
	require.Len(t, job.InvalidList, 10)
	assert.Equal(t, order.InvalidCorp{CorpId: "10", ErrCode: 701015}, job.InvalidList[0])
	require.ErrorIs(t, job.InvalidList[9].Err(), token.Code(701122), "the answer leaves it out")

	sent, refused = nil, map[int]bool{1: true, 2: true, 3: true}
	job, err = order.ORNewJobCreate(api, &order.NewJob{BuyList: buys})
	require.ErrorIs(t, err, token.Code(701122))
	assert.Len(t, job.InvalidList, 21)
	assert.Empty(t, job.Jobid)
}

// What is in the job is reported though its id is the one that was given, and though a later
// answer lacks it.
// G: batch/how-far
func TestJobKeepsItsIdWhenAPartFails(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]error{`{"errcode":701126}`: token.Code(701126), `{}`: token.ErrOutcomeUnknown} {
		calls := 0
		api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string {
			if calls++; calls%2 == 0 {
				return answer
			}
			return `{"jobid":"J1"}`
		}))
		free := api.WithCorp("")
		buys := buysOf(11)
		for _, jobid := range []string{"", "J1"} {
			job, err := order.ORNewJobCreate(free, &order.NewJob{BuyList: buys, Jobid: jobid})
			require.ErrorIs(t, err, want)
			assert.Equal(t, &order.NewJobResult{Jobid: "J1"}, job)
			renewal, err := order.ORReCreateJob(api, &order.ReOrder{AccountList: members(1001), Jobid: jobid})
			require.ErrorIs(t, err, want)
			assert.Equal(t, &order.ReOrderResult{Jobid: "J1"}, renewal)
		}
	}
}
