package purchase_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/purchase"
)

// A list that has one code twice, as pages that shift may, gives no two members one code.
// G: purchase/members
func TestNoTwoMembersGetOneCode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lists := 0
		p := begun(t, "")
		p.Members, p.Step = members(2), purchase.StepNew
		p.Order.AccountCount.BaseCount, p.Order.AccountCount.ExternalContactCount = 2, 0
		p.Progress = purchase.Progress{}
		api := newApi(t.Context(), spectest.Canned(func(path string, _ []byte) string {
			switch path {
			case created:
				return `{"order_id":"ours"}`
			case "/cgi-bin/license/list_order":
				return `{"has_more":0,"order_list":[]}`
			case "/cgi-bin/license/get_order":
				return `{"order":{"order_id":"ours","order_status":1,"order_type":1}}`
			case "/cgi-bin/license/list_order_account":
				second := "code-1"
				if lists++; lists > 1 {
					second = "code-2"
				}
				return fmt.Sprintf(`{"has_more":0,"account_list":[{"active_code":"code-1","type":%d},{"active_code":%q,"type":1}]}`, license.TypeBase, second)
			}
			return `{"errcode":48002}`
		}))
		require.Error(t, purchase.Run(api, p, func(*purchase.Purchase) error { return nil }))
		assert.Equal(t, purchase.StepActivating, p.Step)
		require.Len(t, p.Codes, 2)
		assert.NotEqual(t, p.Codes[0].ActiveCode, p.Codes[1].ActiveCode)
	})
}

// An order that can't be compared with ours may be ours: nothing is ordered.
// G: purchase/own-order
func TestAnOrderThatCannotBeComparedOrdersNothing(t *testing.T) {
	t.Parallel()
	for name, odd := range map[string]string{"no order": `{}`, "no counts": `{"order":{"order_status":1,"order_type":1}}`} {
		id, sent, err := found(t, map[string]string{"ours": odd})
		require.Error(t, err, name)
		assert.Empty(t, id, name)
		assert.NotContains(t, sent, created, name)
	}
}
