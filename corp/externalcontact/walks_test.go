package externalcontact_test

import (
	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

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
	}
}
