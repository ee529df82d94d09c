package externalcontact_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/require"
)

// walker is a function that walks pages.
type walker struct {
	name, endpoint string
	list, item     string // of an answer: the name of its list, and an item with %s for its id
	request        string // with %s for the cursor
	walk           func(api *token.Api) iter.Seq2[string, error]
}

func node(n externalcontact.StrategyNode) string       { return n.UserId }
func id(n int64) string                                { return fmt.Sprint(n) }
func customer(c externalcontact.MomentCustomer) string { return c.ExternalUserId }

var (
	byMembers = externalcontact.ByMembers
	month     = externalcontact.MomentQuery{StartTime: 1767200000, EndTime: 1767200000 + 30*24*60*60, Creator: "woLin", FilterType: &byMembers}
)

var walkers = []walker{
	{"AllAcquisitionLinks", "customer_acquisition_list_link", "link_id_list", `"%s"`, `{%s"limit":100}`, externalcontact.AllAcquisitionLinks},
	{"AllAcquiredCustomers", "customer_acquisition_customer", "customer_list", `{"userid":"%s"}`, `{"link_id":"l",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllAcquiredCustomers(api, "l"), func(c externalcontact.AcquiredCustomer) string { return c.UserId })
	}},
	{"AllCustomerStrategies", "customer_strategy_list", "strategy", `{"strategy_id":%s}`, `{%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllCustomerStrategies(api), id)
	}},
	{"AllCustomerStrategyRange", "customer_strategy_get_range", "range", `{"type":1,"userid":"%s"}`, `{"strategy_id":7,%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllCustomerStrategyRange(api, 7), node)
	}},
	{"AllMomentStrategies", "moment_strategy_list", "strategy", `{"strategy_id":%s}`, `{%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllMomentStrategies(api), id)
	}},
	{"AllMomentStrategyRange", "moment_strategy_get_range", "range", `{"type":1,"userid":"%s"}`, `{"strategy_id":7,%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllMomentStrategyRange(api, 7), node)
	}},
	{"AllGroupMsgs", "get_groupmsg_list_v2", "group_msg_list", `{"msgid":"%s"}`, `{"chat_type":"group","start_time":1767200000,"end_time":1769878400,"creator":"woLin","filter_type":1,%s"limit":100}`, func(api *token.Api) iter.Seq2[string, error] {
		q := externalcontact.GroupMsgQuery{ChatType: externalcontact.ToGroups, StartTime: 1767200000, EndTime: 1767200000 + 31*24*60*60, Creator: "woLin", FilterType: &byMembers}
		return idsOf(externalcontact.AllGroupMsgs(api, q), func(m externalcontact.GroupMsg) string { return m.MsgId })
	}},
	{"AllGroupMsgTasks", "get_groupmsg_task", "task_list", `{"userid":"%s"}`, `{"msgid":"m",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllGroupMsgTasks(api, "m"), func(t externalcontact.GroupMsgTask) string { return t.UserId })
	}},
	{"AllGroupMsgSends", "get_groupmsg_send_result", "send_list", `{"chat_id":"%s"}`, `{"msgid":"m",%s"limit":1000,"userid":"u"}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllGroupMsgSends(api, "m", "u"), func(s externalcontact.GroupMsgSend) string { return s.ChatId })
	}},
	{"AllMoments", "get_moment_list", "moment_list", `{"moment_id":"%s"}`, `{"start_time":1767200000,"end_time":1769792000,"creator":"woLin","filter_type":1,%s"limit":20}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllMoments(api, month), func(m externalcontact.Moment) string { return m.MomentId })
	}},
	{"AllMomentPublishers", "get_moment_task", "task_list", `{"userid":"%s"}`, `{"moment_id":"m",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllMomentPublishers(api, "m"), func(p externalcontact.MomentPublisher) string { return p.UserId })
	}},
	{"AllMomentCustomers", "get_moment_customer_list", "customer_list", `{"external_userid":"%s"}`, `{"moment_id":"m","userid":"u",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllMomentCustomers(api, "m", "u"), customer)
	}},
	{"AllMomentViewers", "get_moment_send_result", "customer_list", `{"external_userid":"%s"}`, `{"moment_id":"m","userid":"u",%s"limit":5000}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllMomentViewers(api, "m", "u"), customer)
	}},
	{"AllProducts", "get_product_album_list", "product_list", `{"product_id":"%s"}`, `{%s"limit":100}`, func(api *token.Api) iter.Seq2[string, error] {
		return idsOf(externalcontact.AllProducts(api), func(p externalcontact.Product) string { return p.ProductId })
	}},
}

// marketingWalks prove which conditions each page is asked for with.
func marketingWalks() (walks []corptest.Walk) {
	for _, w := range walkers {
		first, second := fmt.Sprintf(w.request, ""), fmt.Sprintf(w.request, `"cursor":"c2",`)
		walks = append(walks, corptest.Walk{
			Go: w.name, Endpoint: "corp/externalcontact/" + w.endpoint, Call: func(api *token.Api) error { return last(w.walk(api)) },
			Pages: []spectest.Page{{Request: first, Answer: `{"next_cursor":"c2"}`}, {Request: second, Answer: `{}`}},
		})
	}
	return walks
}

// G: endpoint/checked
func TestMarketingPagesTooLarge(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	groups := externalcontact.GroupMsgQuery{ChatType: externalcontact.ToGroups, StartTime: 1, EndTime: 1}
	for i, call := range []func(limit int) error{
		func(n int) error { _, err := externalcontact.CustomerAcquisitionListLink(api, "", 100+n); return err },
		func(n int) error {
			_, err := externalcontact.CustomerAcquisitionCustomer(api, "l", "", 1000+n)
			return err
		},
		func(n int) error { _, err := externalcontact.CustomerStrategyList(api, "", 1000+n); return err },
		func(n int) error { _, err := externalcontact.CustomerStrategyGetRange(api, 7, "", 1000+n); return err },
		func(n int) error { _, err := externalcontact.MomentStrategyList(api, "", 1000+n); return err },
		func(n int) error { _, err := externalcontact.MomentStrategyGetRange(api, 7, "", 1000+n); return err },
		func(n int) error { _, err := externalcontact.GetGroupMsgListV2(api, groups, "", 100+n); return err },
		func(n int) error { _, err := externalcontact.GetGroupMsgTask(api, "m", "", 1000+n); return err },
		func(n int) error {
			_, err := externalcontact.GetGroupMsgSendResult(api, "m", "u", "", 1000+n)
			return err
		},
		func(n int) error { _, err := externalcontact.GetMomentList(api, month, "", 20+n); return err },
		func(n int) error { _, err := externalcontact.GetMomentTask(api, "m", "", 1000+n); return err },
		func(n int) error {
			_, err := externalcontact.GetMomentCustomerList(api, "m", "u", "", 1000+n)
			return err
		},
		func(n int) error {
			_, err := externalcontact.GetMomentSendResult(api, "m", "u", "", 5000+n)
			return err
		},
		func(n int) error { _, err := externalcontact.GetProductAlbumList(api, "", 100+n); return err },
	} {
		require.ErrorContains(t, call(1), "limit is", i)
		require.ErrorContains(t, call(-10_000), "limit is", i)
	}
}
