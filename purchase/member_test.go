package purchase_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/order"
	"github.com/gothird/wecom/purchase"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A member whom WeCom does not know is that member's failure; the others are asked about.
// G: purchase/not-done
func TestAMemberWhoIsGoneEndsNothing(t *testing.T) {
	t.Parallel()
	for _, code := range []int{40003, 60111, 701019} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := assignedExactly(t, api)
			bindAll(t, api, p)
			fake.Fault(platform.Fault{Path: userPath, ErrCode: code, Count: 1})
			require.ErrorIs(t, purchase.Run(api, p, (&disk{}).save), token.Code(code))
			require.Len(t, p.Results, 3, "the others were asked about")
			require.ErrorIs(t, p.Results[0].Err(), token.Code(code))
			assert.NoError(t, p.Results[1].Err())
			assert.NoError(t, p.Results[2].Err())
		})
	}
}

// A code that WeCom says it does not know, or whose state it does not tell, is tried all the
// same, and what comes of that counts.
// G: purchase/not-done
func TestACodeOfUnknownStateIsTried(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{`{"invalid_active_code_list":[%q,%q,%q]}`, `{"active_info_list":[{"active_code":%q},{"active_code":%q},{"active_code":%q}]}`} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := newFake(0)
			p := assigned(t, api, wanted(buyer))
			fake.Fault(platform.Fault{Path: detailPath, Count: 1, Body: `{"errcode":0,` + fmt.Sprintf(answer, p.Codes[0].ActiveCode, p.Codes[1].ActiveCode, p.Codes[2].ActiveCode)[1:]})
			require.NoError(t, purchase.Run(api, p, (&disk{}).save))
			assert.Len(t, held(t, api), 3)
			assert.Empty(t, p.Taken, "nor is it taken for somebody else's")
			assert.Zero(t, fake.Count(userPath))
		})
	}
}

// stateOfAll answers what WeCom says of the codes that are asked about.
func stateOfAll(t *testing.T, body []byte, status int) string {
	var in struct {
		Codes []string `json:"active_code_list"`
	}
	assert.NoError(t, json.Unmarshal(body, &in))
	var list []string
	for _, c := range in.Codes {
		list = append(list, fmt.Sprintf(`{"active_code":%q,"type":1,"status":%d}`, c, status))
	}
	return `{"active_info_list":[` + strings.Join(list, ",") + `]}`
}

// allTaken answers that each code to be bound is bound already.
func allTaken(t *testing.T, body []byte) string {
	var in struct {
		Codes []license.ActiveCode `json:"active_list"`
	}
	assert.NoError(t, json.Unmarshal(body, &in))
	var list []string
	for _, c := range in.Codes {
		list = append(list, fmt.Sprintf(`{"active_code":%q,"errcode":701003}`, c.ActiveCode))
	}
	return `{"active_result":[` + strings.Join(list, ",") + `]}`
}

// activating returns a purchase for n members who each have a code that is to be bound; the
// order has more.
func activating(t *testing.T, n int) *purchase.Purchase {
	t.Helper()
	p := wanted("")
	p.Order.AccountCount, p.Members = order.AccountCount{BaseCount: n + 5}, members(n)
	api := newApi(t.Context(), spectest.Canned(func(string, []byte) string { return `{"has_more":0}` }))
	require.ErrorIs(t, purchase.Run(api, p, func(*purchase.Purchase) error { return errCrash }), errCrash)
	p.Step, p.OrderId = purchase.StepActivating, "O1"
	for i, m := range p.Members {
		p.Codes = append(p.Codes, license.ActiveCode{ActiveCode: fmt.Sprint("LC", i), UserId: m.UserId})
	}
	return p
}

// Three hundred members to ask about, because their codes are bound or turn out to be, and
// WeCom says stop.
// G: purchase/failures
func TestPurchaseStopsAtTheFirstRateLimit(t *testing.T) {
	t.Parallel()
	for _, failure := range []string{`{"errcode":45009}`, `{"errcode":60020}`, ""} {
		for status, batches := range map[int]int{license.CodeBound: 0, license.CodeUnbound: 1} {
			synctest.Test(t, func(t *testing.T) {
				asked := map[string]int{}
				p := activating(t, 300)
				api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
					asked[path]++
					switch path {
					case detailPath:
						return stateOfAll(t, body, status)
					case activatePath:
						return allTaken(t, body)
					}
					return failure
				}))
				require.Error(t, purchase.Run(api, p, (&disk{}).save))
				assert.LessOrEqual(t, asked[userPath], 3, "one query, and the repetitions of a lost one: %q", failure)
				assert.Equal(t, batches, asked[activatePath])
				assert.Zero(t, asked[accountsPath], "nor are spares looked for")
			})
		}
	}
}

// What is known when a request fails is kept, and nobody is asked about.
// G: purchase/failures
func TestPurchaseAsksAboutNobodyAfterAFailedBatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := map[string]int{}
		p := activating(t, 1002)
		api := newApi(t.Context(), spectest.Canned(func(path string, body []byte) string {
			asked[path]++
			switch {
			case path == detailPath:
				return stateOfAll(t, body, license.CodeUnbound)
			case path == activatePath && asked[path] == 1:
				return allTaken(t, body)
			}
			return `{"errcode":45009}`
		}))
		require.ErrorIs(t, purchase.Run(api, p, (&disk{}).save), token.Code(45009))
		assert.Len(t, p.Results, 1000)
		assert.Equal(t, map[string]int{detailPath: 2, activatePath: 2}, asked)
	})
}
