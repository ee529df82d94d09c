package chatdata_test

import (
	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

var pages = []spectest.Page{
	{
		Request: `{"limit":1000}`,
		Answer:  `{"has_more":1,"next_cursor":"c2"}`,
	},
	{
		Request: `{"cursor":"c2","limit":1000}`,
		Answer:  `{"has_more":0}`,
	},
}

var walks = []corptest.Walk{
	{Go: "AllAuthUsers", Endpoint: "corp/chatdata/get_auth_user_list", Call: func(api *token.Api) error {
		return last(chatdata.AllAuthUsers(api))
	}, Pages: pages},
	{Go: "AllDocAuthUsers", Endpoint: "corp/chatdata/docdata_get_auth_user_list", Call: func(api *token.Api) error {
		return last(chatdata.AllDocAuthUsers(api))
	}, Pages: pages},
}
