package license_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// sent is a request of any batch.
type sent struct {
	ActiveList []license.ActiveCode      `json:"active_list"`
	Transfers  []license.Transfer        `json:"transfer_list"`
	ShareList  []license.ShareActiveCode `json:"share_list"`
	Codes      []string                  `json:"active_code_list"`
}

// answer is WeCom's answer to it: each item succeeds but for those in errcodes, told by
// their code or giver, and those in absent are left out.
func (s sent) answer(errcodes map[string]int, absent ...string) string {
	var active, transfer, share []string
	for _, c := range s.ActiveList {
		if !slices.Contains(absent, c.ActiveCode) {
			active = append(active, fmt.Sprintf(`{"active_code":%q,"userid":"enc-%s","errcode":%d}`, c.ActiveCode, c.UserId, errcodes[c.ActiveCode]))
		}
	}
	for _, p := range s.Transfers {
		if !slices.Contains(absent, p.HandoverUserId) {
			transfer = append(transfer, fmt.Sprintf(`{"handover_userid":%q,"takeover_userid":%q,"errcode":%d}`, p.HandoverUserId, p.TakeoverUserId, errcodes[p.HandoverUserId]))
		}
	}
	for _, c := range s.ShareList {
		if code := errcodes[c.ActiveCode]; code != 0 {
			share = append(share, fmt.Sprintf(`{"active_code":%q,"errcode":%d,"errmsg":"m"}`, c.ActiveCode, code))
		}
	}
	info, invalid := s.details(errcodes, absent)
	for _, list := range [][]string{active, transfer, share, info, invalid} {
		slices.Reverse(list) // in another order than asked
	}
	return fmt.Sprintf(`{"errcode":%d,"active_result":[%s],"transfer_result":[%s],"share_result":[%s],"active_info_list":[%s],"invalid_active_code_list":[%s]}`,
		errcodes[""], strings.Join(active, ","), strings.Join(transfer, ","), strings.Join(share, ","), strings.Join(info, ","), strings.Join(invalid, ","))
}

// failing is WeCom's answer to activations that all fail with the errcode of items, below that
// of the whole.
func (s sent) failing(whole, items int) string {
	errcodes := map[string]int{"": whole}
	for _, c := range s.ActiveList {
		errcodes[c.ActiveCode] = items
	}
	return s.answer(errcodes)
}

// details is the part of the answer about states.
func (s sent) details(errcodes map[string]int, absent []string) (info, invalid []string) {
	for _, c := range s.Codes {
		switch {
		case slices.Contains(absent, c):
		case errcodes[c] != 0:
			invalid = append(invalid, fmt.Sprintf("%q", c))
		default:
			info = append(info, fmt.Sprintf(`{"active_code":%q,"status":1}`, c))
		}
	}
	return info, invalid
}

// apiOf answers the numbered request of a batch with what reply says.
func apiOf(t *testing.T, reply func(call int, in sent) string) *token.Api {
	calls := 0
	return testworld.Api(t.Context(), spectest.Canned(func(_ string, body []byte) string {
		var in sent
		assert.NoError(t, json.Unmarshal(body, &in))
		calls++
		return reply(calls, in)
	}))
}

// item is what the results of all batches have in common.
type item struct {
	key string
	err error
}

// batchCalls calls each batch function for n items named after their number.
var batchCalls = map[string]struct {
	write bool
	call  func(api *token.Api, n int) ([]item, error)
}{
	"LICBatchActiveAccount": {true, func(api *token.Api, n int) (items []item, err error) {
		results, err := license.LICBatchActiveAccount(api, some(n))
		for _, r := range results {
			items = append(items, item{r.ActiveCode, r.Err()})
		}
		return items, err
	}},
	"LICBatchTransfer": {true, func(api *token.Api, n int) (items []item, err error) {
		var pairs []license.Transfer
		for _, c := range some(n) {
			pairs = append(pairs, license.Transfer{c.ActiveCode, "to-" + c.ActiveCode})
		}
		results, err := license.LICBatchTransfer(api, pairs)
		for _, r := range results {
			items = append(items, item{r.HandoverUserId, r.Err()})
		}
		return items, err
	}},
	"LICBatchShareActiveCode": {true, func(api *token.Api, n int) (items []item, err error) {
		var codes []license.ShareActiveCode
		for _, c := range some(n) {
			codes = append(codes, license.ShareActiveCode{c.ActiveCode})
		}
		results, err := license.LICBatchShareActiveCode(api, "wpDown", license.LinkChain, codes)
		for _, r := range results {
			items = append(items, item{r.ActiveCode, r.Err()})
		}
		return items, err
	}},
	"LICBatchActiveCodeDetail": {false, func(api *token.Api, n int) (items []item, err error) {
		details, err := license.LICBatchActiveCodeDetail(api, codesOf(n))
		if details == nil {
			return nil, err
		}
		for _, info := range details.ActiveInfoList {
			items = append(items, item{info.ActiveCode, nil})
		}
		return items, err
	}},
}

// some returns n activations.
func some(n int) (codes []license.ActiveCode) {
	for i := range n {
		codes = append(codes, license.ActiveCode{fmt.Sprintf("LC%05d", i), fmt.Sprintf("u%05d", i)})
	}
	return codes
}

func codesOf(n int) (codes []string) {
	for _, c := range some(n) {
		codes = append(codes, c.ActiveCode)
	}
	return codes
}
