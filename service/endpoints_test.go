package service

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/clock/clocktest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

// What the samples use.
const (
	demoCorp     = "wpDEMOcorp0001"
	demoSuite    = "ww00demo00suite01"
	demoAuthCode = "demo-auth-code-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	heldToken    = "TOKEN-corp-held" // a corp token that the caller holds
)

// newApi makes an Api that is bound to an installed corp and sends through rt.
func newApi(t testing.TB) func(context.Context, http.RoundTripper) *token.Api {
	return func(ctx context.Context, rt http.RoundTripper) *token.Api {
		api, err := token.New(token.Config{
			CorpId: "wwprov00demo0001", ProviderSecret: "demo-provider-secret-0001",
			SuiteId: demoSuite, SuiteSecret: "demo-suite-secret",
			HTTPClient: &http.Client{Transport: rt},
		})
		require.NoError(t, err)
		require.NoError(t, api.SetSuiteTicket("demo-ticket-0007", time.Now()))
		api = api.WithCorp(demoCorp)
		require.NoError(t, api.SetInstallation(token.Installation{CorpId: demoCorp, PermanentCode: "demo-permanent-code-1", AgentId: 1000012}))
		return api.WithContext(ctx)
	}
}

// walk collects what a sequence yields.
func walk[T any](seq func(func(T, error) bool)) (items []T, err error) {
	for item, e := range seq {
		if e != nil {
			err = e
			continue
		}
		items = append(items, item)
	}
	return items, err
}

type row = spectest.Row[*token.Api]

// G: request/failure request/one-of-two endpoint/documented
func TestEndpoints(t *testing.T) {
	clocktest.Hold(t) // the rows know what is left of a token
	spectest.Run(t, newApi(t), rows)
	spectest.Unlisted(t, ".", rows, walks...)
}

// The fetchers reach WeCom through their handles.
var fetchRows = []row{
	{Go: "GetProviderToken", Endpoint: "service/get_provider_token", Renamed: map[string]string{"provider_access_token": "AcsToken"}, Call: func(api *token.Api) (any, error) {
		return GetProviderToken(api.Provider(), nil)
	}},
	{Go: "GetSuiteToken", Endpoint: "service/get_suite_token", Renamed: map[string]string{"suite_access_token": "AcsToken"}, Call: func(api *token.Api) (any, error) {
		return GetSuiteToken(api.Suite(), nil)
	}},
	{Go: "GetCorpToken", Endpoint: "service/get_corp_token", Renamed: acsToken, Call: func(api *token.Api) (any, error) {
		return GetCorpToken(api.Corp(), nil)
	}},
	{Go: "GetCorpToken", Endpoint: "service/gettoken", Renamed: acsToken, Query: url.Values{"corpid": {demoCorp}, "corpsecret": {"a+b/c"}},
		Call: func(api *token.Api) (any, error) {
			in := token.Installation{CorpId: demoCorp, PermanentCode: "a+b/c", Customized: true}
			if err := api.WithContext(context.Background()).SetInstallation(in); err != nil {
				return nil, err
			}
			return GetCorpToken(api.Corp(), nil)
		}},
}

// G: endpoint/documented
func TestFetchEndpoints(t *testing.T) {
	clocktest.Hold(t) // the rows know what is left of a token
	spectest.Run(t, newApi(t), fetchRows)
}

// acsToken: access tokens of all kinds have one name in Go.
var acsToken = map[string]string{"access_token": "AcsToken"}

func ptr[T any](v T) *T { return &v }

// jsTicketDrops: the ticket only signs, and is renewed like a token.
var jsTicketDrops = spectest.Why{"ticket": "is never shown", "expires_in": "is the cache's"}

var rows = slices.Concat(installRows, loginRows, registerRows, contactRows, idRows, infraRows, groupRows, chainRows, deviceRows, optionalRows)

var installRows = []row{
	{Go: "ExchangeAuthCode", Endpoint: "service/get_permanent_code", Renamed: acsToken, Call: func(api *token.Api) (any, error) {
		return ExchangeAuthCode(api, demoAuthCode)
	}},
	{Go: "GetPermanentCode", Endpoint: "service/get_permanent_code", Renamed: acsToken, Call: func(api *token.Api) (any, error) {
		return GetPermanentCode(api.Suite(), data.D{"auth_code": demoAuthCode})
	}},
	{Go: "GetPermanentCodeV2", Endpoint: "service/get_permanent_code_v2", Call: func(api *token.Api) (any, error) {
		return GetPermanentCodeV2(api.Suite(), data.D{"auth_code": demoAuthCode})
	}},
	{Go: "GetAuthInfo", Endpoint: "service/get_auth_info", Call: func(api *token.Api) (any, error) {
		return GetAuthInfo(api, demoCorp, "demo-permanent-code-1")
	}},
	{Go: "GetAuthInfoV2", Endpoint: "service/get_auth_info_v2", Call: func(api *token.Api) (any, error) {
		return GetAuthInfoV2(api, demoCorp, "demo-permanent-code-1")
	}},
	{Go: "GetPreAuthCode", Endpoint: "service/get_pre_auth_code", Call: func(api *token.Api) (any, error) {
		return GetPreAuthCode(api)
	}},
	{Go: "SetSessionInfo", Endpoint: "service/set_session_info", Call: func(api *token.Api) (any, error) {
		return nil, SetSessionInfo(api, "demo-pre-auth-code", SessionInfo{AuthType: 1})
	}},
	{Go: "GetAdminList", Endpoint: "service/get_admin_list", Renamed: map[string]string{"admin": "Admins"}, Call: func(api *token.Api) (any, error) {
		return GetAdminList(api, demoCorp, 1000012)
	}},
	{Go: "GetAgentAdminList", Endpoint: "service/agent_get_admin_list", Renamed: map[string]string{"admin": "Admins"}, Call: func(api *token.Api) (any, error) {
		return GetAgentAdminList(api)
	}},
	{Go: "GetPermissions", Endpoint: "service/agent_get_permissions", Call: func(api *token.Api) (any, error) {
		return GetPermissions(api)
	}},
	{Go: "GetAppQrCode", Endpoint: "service/get_app_qrcode", Call: func(api *token.Api) (any, error) {
		return GetAppQrCode(api, QRCodeReq{State: "booth12", Style: ptr(2), ResultType: 2})
	}},
	{Go: "GetCustomizedAuthUrl", Endpoint: "service/get_customized_auth_url", Call: func(api *token.Api) (any, error) {
		return GetCustomizedAuthUrl(api, "booth12", []string{"dk00demo1", "dk00demo2"})
	}},
}

var loginRows = []row{
	{Go: "GetuserInfo3rd", Endpoint: "service/getuserinfo3rd", Query: url.Values{"code": {"c+1"}}, Call: func(api *token.Api) (any, error) {
		return GetuserInfo3rd(api, "c+1")
	}},
	{Go: "GetUserInfo3rd", Endpoint: "service/getuserinfo3rd", Query: url.Values{"code": {"c+1"}}, Call: func(api *token.Api) (any, error) {
		return GetUserInfo3rd(api, "c+1")
	}},
	{Go: "GetUserInfo3rdLegacy", Endpoint: "service/getuserinfo3rd_legacy", Query: url.Values{"code": {"c1"}}, Call: func(api *token.Api) (any, error) {
		return GetUserInfo3rdLegacy(api, "c1")
	}},
	{Go: "GetSchoolUserInfo3rd", Endpoint: "service/school_getuserinfo3rd", Query: url.Values{"code": {"c1"}}, Call: func(api *token.Api) (any, error) {
		return GetSchoolUserInfo3rd(api, "c1")
	}},
	{Go: "GetUserDetail3rd", Endpoint: "service/getuserdetail3rd", Call: func(api *token.Api) (any, error) {
		return GetUserDetail3rd(api, "demo-ticket")
	}},
	{Go: "GetLoginInfo", Endpoint: "service/get_login_info", Call: func(api *token.Api) (any, error) {
		return GetLoginInfo(api, "demo-login-code")
	}},
	{Go: "GetUserInfo", Endpoint: "service/auth_getuserinfo", Query: url.Values{"code": {"c1"}}, Call: func(api *token.Api) (any, error) {
		return GetUserInfo(api, "c1")
	}},
	{Go: "GetUserDetail", Endpoint: "service/auth_getuserdetail", Call: func(api *token.Api) (any, error) {
		return GetUserDetail(api, "demo-ticket")
	}},
	{Go: "JsCode2Session", Endpoint: "service/miniprogram_jscode2session",
		Query: url.Values{"js_code": {"j1"}, "grant_type": {"authorization_code"}}, Call: func(api *token.Api) (any, error) {
			return JsCode2Session(api, "j1")
		}},
	{Go: "CorpJsCode2Session", Endpoint: "service/miniprogram_jscode2session_corp",
		Query: url.Values{"js_code": {"j1"}, "grant_type": {"authorization_code"}}, Call: func(api *token.Api) (any, error) {
			return CorpJsCode2Session(api, "j1")
		}},
	{Go: "TransferSession", Endpoint: "service/miniprogram_transfer_session", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return TransferSession(api, heldToken, "wmDEMO", "ZGVtbw==")
	}},
}

var registerRows = []row{
	{Go: "GetRegisterCode", Endpoint: "service/get_register_code", Call: func(api *token.Api) (any, error) {
		return GetRegisterCode(api, RegisterCodeReq{TemplateId: "tplDEMO", State: "channel7"})
	}},
	{Go: "GetRegisterInfo", Endpoint: "service/get_register_info", Renamed: map[string]string{"contact_sync.access_token": "ContactSync.AcsToken"}, Call: func(api *token.Api) (any, error) {
		return GetRegisterInfo(api, "demoRegCode")
	}},
	{Go: "SetScope", Endpoint: "service/agent_set_scope", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return SetScope(api, heldToken, Scope{AgentId: 1000012, AllowParty: []int64{2}})
	}},
	{Go: "ContactSyncSuccess", Endpoint: "service/contact_sync_success", Token: heldToken, Call: func(api *token.Api) (any, error) {
		return nil, ContactSyncSuccess(api, heldToken)
	}},
}

var infraRows = []row{
	{Go: "GetCallbackIp", Endpoint: "service/getcallbackip", Call: func(api *token.Api) (any, error) { return GetCallbackIp(api) }},
	{Go: "GetApiDomainIp", Endpoint: "service/get_api_domain_ip", Call: func(api *token.Api) (any, error) { return GetApiDomainIp(api) }},
	{Go: "GetJsapiTicket", Endpoint: "service/get_jsapi_ticket", Call: func(api *token.Api) (any, error) { return GetJsapiTicket(api) }},
	{Go: "GetAgentConfigTicket", Endpoint: "service/ticket_get", Query: url.Values{"type": {"agent_config"}},
		Call: func(api *token.Api) (any, error) { return GetAgentConfigTicket(api) }},
	{Go: "JsConfig", Endpoint: "service/get_jsapi_ticket", Drops: jsTicketDrops, Call: func(api *token.Api) (any, error) {
		return JsConfig(api, "https://crm.example.com/")
	}},
	{Go: "JsAgentConfig", Endpoint: "service/ticket_get", Query: url.Values{"type": {"agent_config"}}, Drops: jsTicketDrops, Call: func(api *token.Api) (any, error) {
		return JsAgentConfig(api, "https://crm.example.com/")
	}},
	{Go: "GetAcquisitionBillList", Endpoint: "service/customer_acquisition_get_bill_list", Call: func(api *token.Api) (any, error) {
		return GetAcquisitionBillList(api, BillQuery{BeginTime: 1700000000, EndTime: 1700086400})
	}},
	{Go: "AllAcquisitionBills", Endpoint: "service/customer_acquisition_get_bill_list", Sweep: true, Call: func(api *token.Api) (any, error) {
		return walk(AllAcquisitionBills(api, BillQuery{BeginTime: 1700000000, EndTime: 1700086400}))
	}},
}
