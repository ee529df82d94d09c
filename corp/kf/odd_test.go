package kf_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/token"
)

// A write whose answer says nothing of its items has an unknown outcome.
func TestServicersWithoutAnOutcome(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{"errcode":0}`, `{"errcode":0,"result_list":[]}`} {
		api, _ := corptest.Script(t, answer)
		_, err := kf.ServicerAdd(api, account, []string{"lin"}, []int64{7})
		require.ErrorIs(t, err, token.ErrOutcomeUnknown)
	}
	api, asked := corptest.Script(t, `{"errcode":0,"result_list":[{"userid":"lin"},{"department_id":7}]}`)
	got, err := kf.ServicerAdd(api, account, []string{"Lin"}, []int64{7})
	require.NoError(t, err)
	assert.Equal(t, []kf.ServicerResult{{UserId: "lin"}, {DepartmentId: 7}}, got)
	_, err = kf.ServicerDel(api, account, []string{"lin", ""}, nil)
	require.ErrorContains(t, err, "userid_list[1] is empty")
	assert.Len(t, asked(), 1)
}

// A server that gives the same full page whatever the offset would be walked for ever.
// G: endpoint/cursor
func TestAccountsThatNeverEnd(t *testing.T) {
	t.Parallel()
	page := `{"errcode":0,"account_list":[` + strings.TrimSuffix(strings.Repeat(`{"open_kfid":"wk1"},`, 100), ",") + `]}`
	api, _ := corptest.Script(t, page, page)
	n, failed := 0, error(nil)
	for _, err := range kf.AllAccounts(api) {
		if failed = err; err == nil {
			n++
		}
	}
	assert.Equal(t, 100, n)
	require.ErrorContains(t, failed, "repeated")
}
