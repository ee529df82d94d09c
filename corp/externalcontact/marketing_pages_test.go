package externalcontact_test

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// walker is a function that walks pages. Its items differ in one text or number.
type walker struct {
	name             string // of the function
	path, list, item string // item has %s for what differs
	request          string // with %s for the cursor
	walk             func(api *token.Api) iter.Seq2[string, error]
}

// items are what walk gives, as text.
func items[T any](walk iter.Seq2[T, error], text func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range walk {
			if !yield(text(item), err) {
				return
			}
		}
	}
}

func node(n externalcontact.StrategyNode) string       { return n.UserId }
func id(n int64) string                                { return fmt.Sprint(n) }
func customer(c externalcontact.MomentCustomer) string { return c.ExternalUserId }

var (
	byMembers = externalcontact.ByMembers
	month     = externalcontact.MomentQuery{StartTime: 1767200000, EndTime: 1767200000 + 30*24*60*60, Creator: "woLin", FilterType: &byMembers}
)

var walkers = []walker{
	{"AllAcquisitionLinks", "customer_acquisition/list_link", "link_id_list", `%q`, `{%s"limit":100}`, externalcontact.AllAcquisitionLinks},
	{"AllAcquiredCustomers", "customer_acquisition/customer", "customer_list", `{"userid":%q}`, `{"link_id":"l",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllAcquiredCustomers(api, "l"), func(c externalcontact.AcquiredCustomer) string { return c.UserId })
	}},
	{"AllCustomerStrategies", "customer_strategy/list", "strategy", `{"strategy_id":%s}`, `{%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllCustomerStrategies(api), id)
	}},
	{"AllCustomerStrategyRange", "customer_strategy/get_range", "range", `{"type":1,"userid":%q}`, `{"strategy_id":7,%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllCustomerStrategyRange(api, 7), node)
	}},
	{"AllMomentStrategies", "moment_strategy/list", "strategy", `{"strategy_id":%s}`, `{%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllMomentStrategies(api), id)
	}},
	{"AllMomentStrategyRange", "moment_strategy/get_range", "range", `{"type":1,"userid":%q}`, `{"strategy_id":7,%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllMomentStrategyRange(api, 7), node)
	}},
	{"AllGroupMsgs", "get_groupmsg_list_v2", "group_msg_list", `{"msgid":%q}`, `{"chat_type":"group","start_time":1767200000,"end_time":1769878400,"creator":"woLin","filter_type":1,%s"limit":100}`, func(api *token.Api) iter.Seq2[string, error] {
		q := externalcontact.GroupMsgQuery{ChatType: externalcontact.ToGroups, StartTime: 1767200000, EndTime: 1767200000 + 31*24*60*60, Creator: "woLin", FilterType: &byMembers}
		return items(externalcontact.AllGroupMsgs(api, q), func(m externalcontact.GroupMsg) string { return m.MsgId })
	}},
	{"AllGroupMsgTasks", "get_groupmsg_task", "task_list", `{"userid":%q}`, `{"msgid":"m",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllGroupMsgTasks(api, "m"), func(t externalcontact.GroupMsgTask) string { return t.UserId })
	}},
	{"AllGroupMsgSends", "get_groupmsg_send_result", "send_list", `{"chat_id":%q}`, `{"msgid":"m",%s"limit":1000,"userid":"u"}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllGroupMsgSends(api, "m", "u"), func(s externalcontact.GroupMsgSend) string { return s.ChatId })
	}},
	{"AllMoments", "get_moment_list", "moment_list", `{"moment_id":%q}`, `{"start_time":1767200000,"end_time":1769792000,"creator":"woLin","filter_type":1,%s"limit":20}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllMoments(api, month), func(m externalcontact.Moment) string { return m.MomentId })
	}},
	{"AllMomentPublishers", "get_moment_task", "task_list", `{"userid":%q}`, `{"moment_id":"m",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllMomentPublishers(api, "m"), func(p externalcontact.MomentPublisher) string { return p.UserId })
	}},
	{"AllMomentCustomers", "get_moment_customer_list", "customer_list", `{"external_userid":%q}`, `{"moment_id":"m","userid":"u",%s"limit":1000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllMomentCustomers(api, "m", "u"), customer)
	}},
	{"AllMomentViewers", "get_moment_send_result", "customer_list", `{"external_userid":%q}`, `{"moment_id":"m","userid":"u",%s"limit":5000}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllMomentViewers(api, "m", "u"), customer)
	}},
	{"AllProducts", "get_product_album_list", "product_list", `{"product_id":%q}`, `{%s"limit":100}`, func(api *token.Api) iter.Seq2[string, error] {
		return items(externalcontact.AllProducts(api), func(p externalcontact.Product) string { return p.ProductId })
	}},
}

// page is an answer with some of the items, and the cursor of the next page.
func (w walker) page(cursor string, ids ...string) string {
	list := ""
	for i, id := range ids {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprintf(w.item, id)
	}
	return fmt.Sprintf(`{%q:[%s],"next_cursor":%q}`, w.list, list, cursor)
}

// body is that of a request of the walk.
func (w walker) body(cursor string) string {
	if cursor != "" {
		cursor = fmt.Sprintf(`"cursor":%q,`, cursor)
	}
	return fmt.Sprintf(w.request, cursor)
}

// ask is a request of the walk, as corptest.Script has it.
func (w walker) ask(cursor string) string {
	return "/cgi-bin/externalcontact/" + w.path + " " + w.body(cursor)
}

// marketingWalks prove which conditions each page is asked for with.
func marketingWalks() (walks []corptest.Walk) {
	for _, w := range walkers {
		walks = append(walks, corptest.Walk{Go: w.name, Endpoint: "corp/externalcontact/" + strings.ReplaceAll(w.path, "/", "_"), Call: func(api *token.Api) error {
			_, err := collect(w.walk(api))
			return err
		}, Pages: []spectest.Page{{Request: w.body(""), Answer: w.page("c1")}, {Request: w.body("c1"), Answer: w.page("")}}})
	}
	return walks
}

// collect gives the items before the first error, and that.
func collect(walk iter.Seq2[string, error]) (got []string, failed error) {
	for item, err := range walk {
		if err != nil {
			return got, err
		}
		got = append(got, item)
	}
	return got, nil
}

// G: endpoint/pages
func TestMarketingPages(t *testing.T) {
	t.Parallel()
	for _, w := range walkers {
		t.Run(w.path, func(t *testing.T) {
			t.Parallel()
			api, asked := corptest.Script(t, w.page("c1", "1", "2"), w.page("c2"), w.page("", "3"))
			got, err := collect(w.walk(api))
			require.NoError(t, err)
			assert.Equal(t, []string{"1", "2", "3"}, got)
			assert.Equal(t, []string{w.ask(""), w.ask("c1"), w.ask("c2")}, asked())

			api, _ = corptest.Script(t, w.page("c1", "1"), `{"errcode":50100}`)
			got, err = collect(w.walk(api))
			require.ErrorIs(t, err, token.Code(50100))
			assert.Equal(t, []string{"1"}, got)

			api, asked = corptest.Script(t, w.page("c1", "1", "2"))
			for item, err := range w.walk(api) {
				require.NoError(t, err)
				require.Equal(t, "1", item)
				break
			}
			assert.Len(t, asked(), 1)
		})
	}
}

// G: endpoint/cursor
func TestMarketingPagesThatRepeat(t *testing.T) {
	t.Parallel()
	for _, w := range walkers {
		api, asked := corptest.Script(t, w.page("c1", "1"), w.page("c1", "2"))
		got, err := collect(w.walk(api))
		require.ErrorIs(t, err, paging.ErrCursor, w.path)
		assert.Equal(t, []string{"1", "2"}, got, w.path)
		assert.Len(t, asked(), 2, w.path)
	}
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
