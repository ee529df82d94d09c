package license_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

// G: endpoint/checked batch/duplicates
func TestRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	codes := func(codes ...string) (list []license.ActiveCode) {
		for i, c := range codes {
			list = append(list, license.ActiveCode{ActiveCode: c, UserId: "u" + strconv.Itoa(i)})
		}
		return list
	}
	api := testworld.Api(t.Context(), spectest.Refuse(t))
	for want, call := range map[string]func() error{
		"active_code is empty": func() error { return license.LICActiveAccount(api, "", "u") },
		"userid is empty":      func() error { return license.LICActiveAccount(api, "c", "") },
		"type is 3: it must be 1 to 2": func() error {
			return license.LICActiveAccountByType(api, 3, "u")
		},
		"wecom: userid is empty": func() error { return license.LICActiveAccountByType(api, license.TypeBase, "") },
		"wecom: active_code is empty": func() error {
			_, err := license.LICActiveCodeDetail(api, "")
			return err
		},
		"wecom: userid is": func() error { _, err := license.LICGetActiveByUser(api, ""); return err },
		"active_code_list[1]: active_code is empty": func() error {
			_, err := license.LICBatchActiveCodeDetail(api, []string{"a", ""})
			return err
		},
		"transfer_list[0]: handover_userid is empty": func() error {
			_, err := license.LICBatchTransfer(api, []license.Transfer{{"", "a"}})
			return err
		},
		"share_list[0]: active_code is empty": func() error {
			_, err := license.LICBatchShareActiveCode(api, "wp2", license.LinkGroup, []license.ShareActiveCode{{""}})
			return err
		},
		"active_list is empty": func() error { _, err := license.LICBatchActiveAccount(api, nil); return err },
		"active_list[1]: active_code is empty": func() error {
			_, err := license.LICBatchActiveAccount(api, codes("a", ""))
			return err
		},
		"active_list[0] and active_list[2] are the same: a": func() error {
			_, err := license.LICBatchActiveAccount(api, codes("a", "b", "a"))
			return err
		},
		"active_list[0] and active_list[1] are the same: u": func() error {
			_, err := license.LICBatchActiveAccount(api, []license.ActiveCode{{"a", "u"}, {"b", "u"}})
			return err
		},
		"active_code_list is empty": func() error { _, err := license.LICBatchActiveCodeDetail(api, nil); return err },
		"active_code_list[0] and active_code_list[1] are the same": func() error {
			_, err := license.LICBatchActiveCodeDetail(api, []string{"a", "a"})
			return err
		},
		"limit is 1001: it must be 0 to 1000": func() error { _, err := license.LICListActived(api, license.Cursor{Limit: 1001}); return err },
		"transfer_list is empty":              func() error { _, err := license.LICBatchTransfer(api, nil); return err },
		"takeover_userid is empty":            func() error { _, err := license.LICBatchTransfer(api, []license.Transfer{{"a", ""}}); return err },
		"are the same member":                 func() error { _, err := license.LICBatchTransfer(api, []license.Transfer{{"a", "a"}}); return err },
		"transfer_list[0] and transfer_list[1] are the same: a": func() error {
			_, err := license.LICBatchTransfer(api, []license.Transfer{{"a", "b"}, {"a", "c"}})
			return err
		},
		"to_corpid is empty": func() error {
			_, err := license.LICBatchShareActiveCode(api, "", license.LinkChain, []license.ShareActiveCode{{"a"}})
			return err
		},
		"corp_link_type is 2: it must be 0 to 1": func() error {
			_, err := license.LICBatchShareActiveCode(api, "wp2", 2, []license.ShareActiveCode{{"a"}})
			return err
		},
		"share_list[0] and share_list[1] are the same: a": func() error {
			_, err := license.LICBatchShareActiveCode(api, "wp2", license.LinkGroup, []license.ShareActiveCode{{"a"}, {"a"}})
			return err
		},
		"suite_id is empty": func() error { _, err := license.LICGetAppInfo(api, "", ""); return err },
		`appid is "x"`:      func() error { _, err := license.LICGetAppInfo(api, "s", "x"); return err },
		"auto_active_status is 2: it must be 0 to 1":  func() error { return license.LICSetAutoActiveStatus(api, 2) },
		"auto_active_status is -1: it must be 0 to 1": func() error { return license.LICSetAutoActiveStatus(api, -1) },
	} {
		assert.ErrorContains(t, call(), want)
	}
}

// G: endpoint/corp
func TestNoCorpBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	unbound := testworld.Api(t.Context(), spectest.Refuse(t)).WithCorp("")
	for _, row := range rows {
		if row.Go == "LICGetAccountBalance" || row.Go == "LICBatchShareActiveCode" || row.Go == "LICSupportPolicy" {
			continue // the first needs no corp, the rows of the others bind one
		}
		value, err := row.Call(unbound)
		assert.ErrorIs(t, err, token.ErrNoCorp, row.Go)
		assert.Empty(t, value, row.Go)
	}
	_, err := license.LICBatchShareActiveCode(unbound, "wp2", license.LinkChain, []license.ShareActiveCode{{"a"}})
	require.ErrorIs(t, err, token.ErrNoCorp)
	_, err = license.LICSupportPolicy(unbound)
	require.ErrorIs(t, err, token.ErrNoCorp)
}

// G: error/nil
func TestNoApiIsAnError(t *testing.T) {
	t.Parallel()
	for _, api := range []*token.Api{nil, {}} {
		assert.Error(t, license.LICActiveAccount(api, "a", "b"))
		_, err := license.LICGetAccountBalance(api)
		assert.Error(t, err)
		assert.Error(t, last(license.LICAllActived(api)))
	}
}
