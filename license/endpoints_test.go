package license_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
	"github.com/gothird/wecom/token"
)

const corp = testworld.Corp

// sampleApi is bound to the corp of the sample requests.
func sampleApi(ctx context.Context, rt http.RoundTripper) *token.Api {
	return testworld.Api(ctx, rt).WithCorp("wpRiverside0000000000000001")
}

type row = spectest.Row[*token.Api]

var rows = []row{
	{Go: "LICActiveAccount", Endpoint: "license/active_account", Call: func(api *token.Api) (any, error) {
		return nil, license.LICActiveAccount(api, "LC7Q2M9X4T1B8K", "woLinQing00000000000000001")
	}},
	{Go: "LICBatchActiveAccount", Endpoint: "license/batch_active_account", Renamed: map[string]string{
		// Results that nobody asked for come after those that the answer leaves out.
		"active_result[0]": "[2]", "active_result[1]": "[3]",
	}, Call: func(api *token.Api) (any, error) {
		return license.LICBatchActiveAccount(api, []license.ActiveCode{
			{ActiveCode: "LC7Q2M9X4T1B8K", UserId: "woLinQing00000000000000001"},
			{ActiveCode: "LC8R3N0Y5U2C9L", UserId: "woZhouYan00000000000000002"},
		})
	}},
	{Go: "LICActiveAccountByType", Endpoint: "license/active_account_by_type", Call: func(api *token.Api) (any, error) {
		return nil, license.LICActiveAccountByType(api, license.TypeInterop, "woZhouYan00000000000000002")
	}},
	{Go: "LICActiveCodeDetail", Endpoint: "license/get_active_info_by_code", Call: func(api *token.Api) (any, error) {
		return license.LICActiveCodeDetail(api, "LC8R3N0Y5U2C9L")
	}},
	{Go: "LICBatchActiveCodeDetail", Endpoint: "license/batch_get_active_info_by_code", Call: func(api *token.Api) (any, error) {
		return license.LICBatchActiveCodeDetail(api, []string{"LC8R3N0Y5U2C9L", "LC1A0B9C8D7E6F", "LC5V1W7X3Y9Z2A", "NO-SUCH-CODE"})
	}},
	{
		Go: "LICListActived", Endpoint: "license/list_actived_account",
		Call: func(api *token.Api) (any, error) {
			return license.LICListActived(api, license.Cursor{Cursor: "cur-0001", Limit: 200})
		},
	},
	{Go: "LICAllActived", Endpoint: "license/list_actived_account", Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(license.LICAllActived(api))
	}},
	{Go: "LICGetActiveByUser", Endpoint: "license/get_active_info_by_user", Call: func(api *token.Api) (any, error) {
		return license.LICGetActiveByUser(api, "woZhouYan00000000000000002")
	}},
	{Go: "LICBatchTransfer", Endpoint: "license/batch_transfer_license", Renamed: map[string]string{
		"transfer_result[0]": "[1]", "transfer_result[1]": "[2]", // as above
	}, Call: func(api *token.Api) (any, error) {
		return license.LICBatchTransfer(api, []license.Transfer{{HandoverUserId: "woLeaver000000000000000009", TakeoverUserId: "woJoiner00000000000000010"}})
	}},
	{Go: "LICBatchShareActiveCode", Endpoint: "license/batch_share_active_code", Call: func(api *token.Api) (any, error) {
		return license.LICBatchShareActiveCode(api.WithCorp("wpUpstream00000000000000020"), "wpDownstream000000000000021", license.LinkChain,
			[]license.ShareActiveCode{{ActiveCode: "LC5V1W7X3Y9Z2A"}, {ActiveCode: "LC6W2X8Y4Z0A3B"}})
	}},
	{Go: "LICGetAppInfo", Endpoint: "license/get_app_license_info", Call: func(api *token.Api) (any, error) {
		return license.LICGetAppInfo(api, "wwSuiteDemo0001", "")
	}},
	{Go: "LICGetAppInfo", Endpoint: "license/get_app_license_info", Sample: spectest.NoSample, Call: func(api *token.Api) (any, error) {
		return license.LICGetAppInfo(api, "wwSuiteDemo0001", "3")
	}},
	{Go: "LICSetAutoActiveStatus", Endpoint: "license/set_auto_active_status", Call: func(api *token.Api) (any, error) {
		return nil, license.LICSetAutoActiveStatus(api, 0)
	}},
	{Go: "LICGetAutoActiveStatue", Endpoint: "license/get_auto_active_status", Call: func(api *token.Api) (any, error) {
		return license.LICGetAutoActiveStatue(api)
	}},
	{Go: "LICGetAutoActiveStatus", Endpoint: "license/get_auto_active_status", Call: func(api *token.Api) (any, error) {
		return license.LICGetAutoActiveStatus(api)
	}},
	{Go: "LICGetAccountBalance", Endpoint: "license/get_account_balance", Call: func(api *token.Api) (any, error) {
		return license.LICGetAccountBalance(api)
	}},
	{Go: "LICGetAccountBalance", Endpoint: "service/get_account_balance", Call: func(api *token.Api) (any, error) {
		return license.LICGetAccountBalance(api)
	}},
	{Go: "LICSupportPolicy", Endpoint: "license/support_policy_query", Call: func(api *token.Api) (any, error) {
		return license.LICSupportPolicy(api.WithCorp("wpSchool000000000000000030"))
	}},
}

// last walks seq to its end and returns the error it ended with.
func last[T any](seq func(func(T, error) bool)) (err error) {
	for _, e := range seq {
		err = e
	}
	return err
}

// G: request/failure request/one-of-two endpoint/documented
func TestEndpoints(t *testing.T) {
	spectest.Run(t, sampleApi, rows)
	spectest.Unlisted(t, ".", rows, walks...)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }
