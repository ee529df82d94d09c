package externalcontact_test

import (
	"iter"
	"slices"
	"strings"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
)

// marketingRows are the rows about messages, moments and links.
func marketingRows() []corptest.Row {
	return slices.Concat(acquisitionRows(), customerStrategyRows(), momentStrategyRows(), interceptRows(), messageRows(), groupMsgRows(),
		groupWelcomeRows(), schoolRows(), momentTaskRows(), momentRows(), productRows())
}

// sweep is a row of a function that walks pages of an endpoint.
func sweep[T any](name, endpoint string, walk func(api *token.Api) iter.Seq2[T, error]) []corptest.Row {
	return []corptest.Row{{Go: name, Endpoint: "corp/externalcontact/" + endpoint, Sweep: true, Call: func(api *token.Api) (any, error) {
		return nil, last(walk(api))
	}}}
}

// someIds are n different ids.
func someIds(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = "wo" + string(rune('a'+i%26)) + strings.Repeat("x", i%7)
	}
	return ids
}

// failure is the error of a call.
func failure[T any](_ T, err error) error { return err }

// page is how sample requests ask for one.
type page struct {
	Cursor string
	Limit  int
}

type link struct {
	LinkId string `json:"link_id"`
}

func acquisitionRows() []corptest.Row {
	return slices.Concat(corptest.Rows("CustomerAcquisitionListLink", "corp/externalcontact/customer_acquisition_list_link", func(api *token.Api, in page) (any, error) {
		return externalcontact.CustomerAcquisitionListLink(api, in.Cursor, in.Limit)
	}), sweep("AllAcquisitionLinks", "customer_acquisition_list_link", externalcontact.AllAcquisitionLinks), corptest.Rows("CustomerAcquisitionGet", "corp/externalcontact/customer_acquisition_get", func(api *token.Api, in link) (any, error) {
		return externalcontact.CustomerAcquisitionGet(api, in.LinkId)
	}), corptest.Rows("CustomerAcquisitionCreateLink", "corp/externalcontact/customer_acquisition_create_link", func(api *token.Api, in externalcontact.AcquisitionEdit) (any, error) {
		return externalcontact.CustomerAcquisitionCreateLink(api, in)
	}), corptest.Rows("CustomerAcquisitionUpdateLink", "corp/externalcontact/customer_acquisition_update_link", func(api *token.Api, in struct {
		link
		externalcontact.AcquisitionEdit
	}) (any, error) {
		return nil, externalcontact.CustomerAcquisitionUpdateLink(api, in.LinkId, in.AcquisitionEdit)
	}), corptest.Rows("CustomerAcquisitionDeleteLink", "corp/externalcontact/customer_acquisition_delete_link", func(api *token.Api, in link) (any, error) {
		return nil, externalcontact.CustomerAcquisitionDeleteLink(api, in.LinkId)
	}), acquiredRows(), []corptest.Row{{Go: "CustomerAcquisitionGetCompAuthInfo", Endpoint: "corp/externalcontact/customer_acquisition_get_comp_auth_info", Call: func(api *token.Api) (any, error) {
		return externalcontact.CustomerAcquisitionGetCompAuthInfo(api)
	}}}, corptest.Rows("CustomerAcquisitionCreateOnceKey", "corp/externalcontact/customer_acquisition_create_once_key", func(api *token.Api, in struct {
		link
		KeyNum int `json:"key_num"`
	}) (any, error) {
		return externalcontact.CustomerAcquisitionCreateOnceKey(api, in.LinkId, in.KeyNum)
	}))
}

func acquiredRows() []corptest.Row {
	return slices.Concat(corptest.Rows("CustomerAcquisitionCustomer", "corp/externalcontact/customer_acquisition_customer", func(api *token.Api, in struct {
		link
		page
	}) (any, error) {
		return externalcontact.CustomerAcquisitionCustomer(api, in.LinkId, in.Cursor, in.Limit)
	}), sweep("AllAcquiredCustomers", "customer_acquisition_customer", func(api *token.Api) iter.Seq2[externalcontact.AcquiredCustomer, error] {
		return externalcontact.AllAcquiredCustomers(api, "l")
	}), corptest.Rows("CustomerAcquisitionStatistic", "corp/externalcontact/customer_acquisition_statistic", func(api *token.Api, in struct {
		link
		StartTime int64 `json:"start_time"`
		EndTime   int64 `json:"end_time"`
	}) (any, error) {
		return externalcontact.CustomerAcquisitionStatistic(api, in.LinkId, in.StartTime, in.EndTime)
	}), corptest.Rows("CustomerAcquisitionGetChatInfo", "corp/externalcontact/customer_acquisition_get_chat_info", func(api *token.Api, in struct {
		ChatKey string `json:"chat_key"`
	}) (any, error) {
		return externalcontact.CustomerAcquisitionGetChatInfo(api, in.ChatKey)
	}), []corptest.Row{
		{Go: "CustomerAcquisitionQuota", Endpoint: "corp/externalcontact/customer_acquisition_quota", Call: func(api *token.Api) (any, error) {
			return externalcontact.CustomerAcquisitionQuota(api)
		}},
		{Go: "CustomerAcquisitionAppGetPermit", Endpoint: "corp/externalcontact/customer_acquisition_app_get_permit", Call: func(api *token.Api) (any, error) {
			return externalcontact.CustomerAcquisitionAppGetPermit(api)
		}},
	})
}

type strategyPage struct {
	externalcontact.StrategyId
	page
}

func customerStrategyRows() []corptest.Row {
	return slices.Concat(corptest.Rows("CustomerStrategyList", "corp/externalcontact/customer_strategy_list", func(api *token.Api, in page) (any, error) {
		return externalcontact.CustomerStrategyList(api, in.Cursor, in.Limit)
	}), sweep("AllCustomerStrategies", "customer_strategy_list", externalcontact.AllCustomerStrategies), corptest.Rows("CustomerStrategyGet", "corp/externalcontact/customer_strategy_get", func(api *token.Api, in externalcontact.StrategyId) (any, error) {
		return externalcontact.CustomerStrategyGet(api, in.StrategyId)
	}), corptest.Rows("CustomerStrategyGetRange", "corp/externalcontact/customer_strategy_get_range", func(api *token.Api, in strategyPage) (any, error) {
		return externalcontact.CustomerStrategyGetRange(api, in.StrategyId.StrategyId, in.Cursor, in.Limit)
	}), sweep("AllCustomerStrategyRange", "customer_strategy_get_range", func(api *token.Api) iter.Seq2[externalcontact.StrategyNode, error] {
		return externalcontact.AllCustomerStrategyRange(api, 1)
	}), corptest.Rows("CustomerStrategyCreate", "corp/externalcontact/customer_strategy_create", func(api *token.Api, in externalcontact.NewStrategy[externalcontact.CustomerPrivilege]) (any, error) {
		return externalcontact.CustomerStrategyCreate(api, in)
	}), corptest.Rows("CustomerStrategyEdit", "corp/externalcontact/customer_strategy_edit", func(api *token.Api, in externalcontact.StrategyEdit[externalcontact.CustomerPrivilege]) (any, error) {
		return nil, externalcontact.CustomerStrategyEdit(api, in)
	}), corptest.Rows("CustomerStrategyDel", "corp/externalcontact/customer_strategy_del", func(api *token.Api, in externalcontact.StrategyId) (any, error) {
		return nil, externalcontact.CustomerStrategyDel(api, in.StrategyId)
	}))
}

func momentStrategyRows() []corptest.Row {
	return slices.Concat(corptest.Rows("MomentStrategyList", "corp/externalcontact/moment_strategy_list", func(api *token.Api, in page) (any, error) {
		return externalcontact.MomentStrategyList(api, in.Cursor, in.Limit)
	}), sweep("AllMomentStrategies", "moment_strategy_list", externalcontact.AllMomentStrategies), corptest.Rows("MomentStrategyGet", "corp/externalcontact/moment_strategy_get", func(api *token.Api, in externalcontact.StrategyId) (any, error) {
		return externalcontact.MomentStrategyGet(api, in.StrategyId)
	}), corptest.Rows("MomentStrategyGetRange", "corp/externalcontact/moment_strategy_get_range", func(api *token.Api, in strategyPage) (any, error) {
		return externalcontact.MomentStrategyGetRange(api, in.StrategyId.StrategyId, in.Cursor, in.Limit)
	}), sweep("AllMomentStrategyRange", "moment_strategy_get_range", func(api *token.Api) iter.Seq2[externalcontact.StrategyNode, error] {
		return externalcontact.AllMomentStrategyRange(api, 1)
	}), corptest.Rows("MomentStrategyCreate", "corp/externalcontact/moment_strategy_create", func(api *token.Api, in externalcontact.NewStrategy[externalcontact.MomentPrivilege]) (any, error) {
		return externalcontact.MomentStrategyCreate(api, in)
	}), corptest.Rows("MomentStrategyEdit", "corp/externalcontact/moment_strategy_edit", func(api *token.Api, in externalcontact.StrategyEdit[externalcontact.MomentPrivilege]) (any, error) {
		return nil, externalcontact.MomentStrategyEdit(api, in)
	}), corptest.Rows("MomentStrategyDel", "corp/externalcontact/moment_strategy_del", func(api *token.Api, in externalcontact.StrategyId) (any, error) {
		return nil, externalcontact.MomentStrategyDel(api, in.StrategyId)
	}))
}

type rule struct {
	RuleId string `json:"rule_id"`
}

func interceptRows() []corptest.Row {
	return slices.Concat(corptest.Rows("AddInterceptRule", "corp/externalcontact/add_intercept_rule", func(api *token.Api, in externalcontact.NewInterceptRule) (any, error) {
		return externalcontact.AddInterceptRule(api, in)
	}), []corptest.Row{{Go: "GetInterceptRuleList", Endpoint: "corp/externalcontact/get_intercept_rule_list", Call: func(api *token.Api) (any, error) {
		return externalcontact.GetInterceptRuleList(api)
	}}}, corptest.Rows("GetInterceptRule", "corp/externalcontact/get_intercept_rule", func(api *token.Api, in rule) (any, error) {
		return externalcontact.GetInterceptRule(api, in.RuleId)
	}), corptest.Rows("UpdateInterceptRule", "corp/externalcontact/update_intercept_rule", func(api *token.Api, in externalcontact.InterceptRuleEdit) (any, error) {
		return nil, externalcontact.UpdateInterceptRule(api, in)
	}), corptest.Rows("DelInterceptRule", "corp/externalcontact/del_intercept_rule", func(api *token.Api, in rule) (any, error) {
		return nil, externalcontact.DelInterceptRule(api, in.RuleId)
	}))
}
