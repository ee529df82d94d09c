package kf_test

import (
	"iter"
	"net/url"
	"slices"
	"testing"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

const account = "wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw"

type servicers struct {
	OpenKfId         string   `json:"open_kfid"`
	UserIdList       []string `json:"userid_list"`
	DepartmentIdList []int64  `json:"department_id_list"`
}

// conversation is how requests name one.
type conversation struct {
	OpenKfId       string `json:"open_kfid"`
	ExternalUserId string `json:"external_userid"`
}

func last[T any](seq iter.Seq2[T, error]) (last error) {
	for _, err := range seq {
		last = err
	}
	return last
}

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, slices.Concat(accountRows, servicerRows, customerRows, messageRows, statisticRows), walks...)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }

var accountRows = slices.Concat(corptest.Rows("AccountAdd", "corp/kf/account_add", func(api *token.Api, in struct {
	Name    string
	MediaId string `json:"media_id"`
}) (any, error) {
	return kf.AccountAdd(api, in.Name, in.MediaId)
}), corptest.Rows("AccountList", "corp/kf/account_list", func(api *token.Api, in struct{ Offset, Limit int }) (any, error) {
	return kf.AccountList(api, in.Offset, in.Limit)
}), []corptest.Row{{Go: "AllAccounts", Endpoint: "corp/kf/account_list", Sweep: true, Call: func(api *token.Api) (any, error) {
	return nil, last(kf.AllAccounts(api))
}}}, corptest.Rows("AccountUpdate", "corp/kf/account_update", func(api *token.Api, in struct {
	OpenKfId string `json:"open_kfid"`
	Name     string
	MediaId  string `json:"media_id"`
}) (any, error) {
	return nil, kf.AccountUpdate(api, in.OpenKfId, in.Name, in.MediaId)
}), corptest.Rows("AccountDel", "corp/kf/account_del", func(api *token.Api, in struct {
	OpenKfId string `json:"open_kfid"`
}) (any, error) {
	return nil, kf.AccountDel(api, in.OpenKfId)
}), corptest.Rows("AddContactWay", "corp/kf/add_contact_way", func(api *token.Api, in struct {
	OpenKfId string `json:"open_kfid"`
	Scene    string
}) (any, error) {
	return kf.AddContactWay(api, in.OpenKfId, in.Scene)
}))

var servicerRows = slices.Concat(corptest.Rows("ServicerAdd", "corp/kf/servicer_add", func(api *token.Api, in servicers) (any, error) {
	return kf.ServicerAdd(api, in.OpenKfId, in.UserIdList, in.DepartmentIdList)
}), corptest.Rows("ServicerDel", "corp/kf/servicer_del", func(api *token.Api, in servicers) (any, error) {
	return kf.ServicerDel(api, in.OpenKfId, in.UserIdList, in.DepartmentIdList)
}), []corptest.Row{{Go: "ServicerList", Endpoint: "corp/kf/servicer_list", Query: url.Values{"open_kfid": {account}}, Call: func(api *token.Api) (any, error) {
	return kf.ServicerList(api, account)
}}}, corptest.Rows("ServiceStateGet", "corp/kf/service_state_get", func(api *token.Api, in conversation) (any, error) {
	return kf.ServiceStateGet(api, in.OpenKfId, in.ExternalUserId)
}), corptest.Rows("ServiceStateTrans", "corp/kf/service_state_trans", func(api *token.Api, in struct {
	conversation
	kf.State
}) (any, error) {
	return kf.ServiceStateTrans(api, in.OpenKfId, in.ExternalUserId, in.State)
}))

var customerRows = slices.Concat(corptest.Rows("CustomerBatchGet", "corp/kf/customer_batchget", func(api *token.Api, in struct {
	ExternalUserIdList      []string `json:"external_userid_list"`
	NeedEnterSessionContext int      `json:"need_enter_session_context"`
}) (any, error) {
	return kf.CustomerBatchGet(api, in.ExternalUserIdList, in.NeedEnterSessionContext == 1)
}), []corptest.Row{{Go: "CustomerGetUpgradeServiceConfig", Endpoint: "corp/kf/customer_get_upgrade_service_config", Call: func(api *token.Api) (any, error) {
	return kf.CustomerGetUpgradeServiceConfig(api)
}}}, corptest.Rows("CustomerUpgradeService", "corp/kf/customer_upgrade_service", func(api *token.Api, in struct {
	conversation
	Type int
	kf.Upgrade
}) (any, error) {
	return nil, kf.CustomerUpgradeService(api, in.OpenKfId, in.ExternalUserId, in.Upgrade)
}), corptest.Rows("CustomerCancelUpgradeService", "corp/kf/customer_cancel_upgrade_service", func(api *token.Api, in conversation) (any, error) {
	return nil, kf.CustomerCancelUpgradeService(api, in.OpenKfId, in.ExternalUserId)
}))

var messageRows = slices.Concat(corptest.Rows("SendMsg", "corp/kf/send_msg", func(api *token.Api, in struct {
	MsgType string
	kf.Message
}) (any, error) {
	return kf.SendMsg(api, in.Message)
}), corptest.Rows("SendMsgOnEvent", "corp/kf/send_msg_on_event", func(api *token.Api, in struct {
	MsgType string
	kf.EventMessage
}) (any, error) {
	return kf.SendMsgOnEvent(api, in.EventMessage)
}), corptest.Rows("SyncMsg", "corp/kf/sync_msg", func(api *token.Api, in kf.Sync) (any, error) {
	return kf.SyncMsg(api, in)
}), []corptest.Row{{Go: "AllMsg", Endpoint: "corp/kf/sync_msg", Sweep: true, Call: func(api *token.Api) (any, error) {
	return nil, last(kf.AllMsg(api, kf.Sync{OpenKfId: account}))
}}})

var statisticRows = slices.Concat(corptest.Rows("GetCorpStatistic", "corp/kf/get_corp_statistic", func(api *token.Api, in struct {
	OpenKfId string `json:"open_kfid"`
	kf.Days
}) (any, error) {
	return kf.GetCorpStatistic(api, in.OpenKfId, in.Days)
}), corptest.Rows("GetServicerStatistic", "corp/kf/get_servicer_statistic", func(api *token.Api, in struct {
	OpenKfId       string `json:"open_kfid"`
	ServicerUserId string `json:"servicer_userid"`
	kf.Days
}) (any, error) {
	return kf.GetServicerStatistic(api, in.OpenKfId, in.ServicerUserId, in.Days)
}), corptest.Rows("GetStatistic", "corp/kf/get_statistic", func(api *token.Api, in kf.Days) (any, error) {
	return kf.GetStatistic(api, in)
}), []corptest.Row{{Go: "GetCorpQualification", Endpoint: "corp/kf/get_corp_qualification", Call: func(api *token.Api) (any, error) {
	return kf.GetCorpQualification(api)
}}})
