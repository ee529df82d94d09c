package externalcontact_test

import (
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

var toWang = externalcontact.Handover{HandoverUserId: "woLin", TakeoverUserId: "woWang"}

func customerWalks() []corptest.Walk {
	return []corptest.Walk{
		{Go: "AllFollowUsers", Endpoint: "corp/externalcontact/get", Call: func(api *token.Api) error {
			return last(externalcontact.AllFollowUsers(api, "wmLi"))
		}, Pages: []spectest.Page{
			{Request: `external_userid=wmLi`, Answer: `{"external_contact":{"name":"Li"},"next_cursor":"c2"}`},
			{Request: `cursor=c2&external_userid=wmLi`, Answer: `{"follow_user":[{}]}`},
		}},
		{Go: "AllByUser", Endpoint: "corp/externalcontact/batch_get_by_user", Call: func(api *token.Api) error {
			return last(externalcontact.AllByUser(api, []string{"woLin", "woWang"}))
		}, Pages: []spectest.Page{
			{Request: `{"userid_list":["woLin","woWang"],"limit":100}`, Answer: `{"next_cursor":"c2"}`},
			{Request: `{"userid_list":["woLin","woWang"],"cursor":"c2","limit":100}`, Answer: `{"next_cursor":""}`},
		}},
		{Go: "AllCustomers", Endpoint: "corp/externalcontact/batch_get_by_user", Call: func(api *token.Api) error {
			return last(externalcontact.AllCustomers(api))
		}, Pages: []spectest.Page{
			{Endpoint: "corp/externalcontact/get_follow_user_list", Answer: `{"follow_user":["woLin"]}`},
			{Request: `{"userid_list":["woLin"],"limit":100}`, Answer: `{"next_cursor":"c2"}`},
			{Request: `{"userid_list":["woLin"],"cursor":"c2","limit":100}`, Answer: `{}`},
		}},
		{Go: "AllContactWays", Endpoint: "corp/externalcontact/list_contact_way", Call: func(api *token.Api) error {
			return last(externalcontact.AllContactWays(api, 1767196800, 1767283200))
		}, Pages: []spectest.Page{
			{Request: `{"start_time":1767196800,"end_time":1767283200,"limit":1000}`, Answer: `{"next_cursor":"c2"}`},
			{Request: `{"start_time":1767196800,"end_time":1767283200,"limit":1000,"cursor":"c2"}`, Answer: `{}`},
		}},
		{Go: "AllGroupChats", Endpoint: "corp/externalcontact/groupchat_list", Call: func(api *token.Api) error {
			return last(externalcontact.AllGroupChats(api, externalcontact.GroupChatInherited, []string{"woLin"}))
		}, Pages: []spectest.Page{
			{Request: `{"status_filter":3,"owner_filter":{"userid_list":["woLin"]},"limit":1000}`, Answer: `{"next_cursor":"c2"}`},
			{Request: `{"status_filter":3,"owner_filter":{"userid_list":["woLin"]},"limit":1000,"cursor":"c2"}`, Answer: `{}`},
		}},
		{Go: "AllTransfers", Endpoint: "corp/externalcontact/transfer_result", Call: func(api *token.Api) error {
			return last(externalcontact.AllTransfers(api, toWang))
		}, Pages: []spectest.Page{
			{Request: `{"handover_userid":"woLin","takeover_userid":"woWang"}`, Answer: `{"next_cursor":"c2"}`},
			{Request: `{"handover_userid":"woLin","takeover_userid":"woWang","cursor":"c2"}`, Answer: `{}`},
		}},
		{Go: "AllResignedTransfers", Endpoint: "corp/externalcontact/resigned_transfer_result", Call: func(api *token.Api) error {
			return last(externalcontact.AllResignedTransfers(api, toWang))
		}, Pages: []spectest.Page{
			{Request: `{"handover_userid":"woLin","takeover_userid":"woWang"}`, Answer: `{"next_cursor":"c2"}`},
			{Request: `{"handover_userid":"woLin","takeover_userid":"woWang","cursor":"c2"}`, Answer: `{}`},
		}},
		{Go: "AllUnassigned", Endpoint: "corp/externalcontact/get_unassigned_list", Call: func(api *token.Api) error {
			return last(externalcontact.AllUnassigned(api))
		}, Except: spectest.Why{"page_id": "the older way, beside the cursor"}, Pages: []spectest.Page{
			{Request: `{"page_size":1000}`, Answer: `{"is_last":false,"next_cursor":"c2"}`},
			{Request: `{"page_size":1000,"cursor":"c2"}`, Answer: `{"is_last":true,"next_cursor":"c3"}`},
		}},
		{Go: "AllOwnerData", Endpoint: "corp/externalcontact/groupchat_statistic", Call: func(api *token.Api) error {
			return last(externalcontact.AllOwnerData(api, externalcontact.GroupChatOwners{GroupChatDays: externalcontact.GroupChatDays{
				DayBeginTime: 1767196800, DayEndTime: 1767283200, OwnerFilter: &externalcontact.OwnerFilter{UserIdList: []string{"woLin"}},
			}, OrderBy: externalcontact.OrderByMembers, OrderAsc: 1, Offset: 7}))
		}, Pages: []spectest.Page{
			{
				Request: `{"day_begin_time":1767196800,"day_end_time":1767283200,"owner_filter":{"userid_list":["woLin"]},"order_by":4,"order_asc":1,"offset":7,"limit":1000}`,
				Answer:  `{"items":[{}],"total":9,"next_offset":8}`,
			},
			{
				Request: `{"day_begin_time":1767196800,"day_end_time":1767283200,"owner_filter":{"userid_list":["woLin"]},"order_by":4,"order_asc":1,"offset":8,"limit":1000}`,
				Answer:  `{"items":[{}],"total":9,"next_offset":9}`,
			},
		}},
	}
}
