package contact_test

import (
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

const departments = `{"department_id":[{"id":7},{"id":8}]}`

var walks = []corptest.Walk{
	{Go: "AllUserIds", Endpoint: "corp/contact/user_list_id", Call: func(api *token.Api) error {
		return last(contact.AllUserIds(api))
	}, Pages: []spectest.Page{
		{
			Request: `{"limit":10000}`,
			Answer:  `{"next_cursor":"c2"}`,
		},
		{
			Request: `{"cursor":"c2","limit":10000}`,
			Answer:  `{"next_cursor":""}`,
		},
	}},
	{Go: "AllMemberAuths", Endpoint: "corp/contact/user_list_member_auth", Call: func(api *token.Api) error {
		return last(contact.AllMemberAuths(api))
	}, Pages: []spectest.Page{
		{
			Request: `{"limit":1000}`,
			Answer:  `{"next_cursor":"c2"}`,
		},
		{
			Request: `{"cursor":"c2","limit":1000}`,
			Answer:  `{"next_cursor":""}`,
		},
	}},
	{Go: "AllSimpleUsers", Endpoint: "corp/contact/department_simplelist", Call: func(api *token.Api) error {
		return last(contact.AllSimpleUsers(api, 7))
	}, Pages: []spectest.Page{
		{Request: `id=7`, Answer: departments},
		{Endpoint: "corp/contact/user_simplelist", Request: `department_id=7`, Answer: `{"userlist":[]}`},
		{Endpoint: "corp/contact/user_simplelist", Request: `department_id=8`, Answer: `{"userlist":[]}`},
	}},
	{Go: "AllUsers", Endpoint: "corp/contact/department_simplelist", Call: func(api *token.Api) error {
		return last(contact.AllUsers(api, 7))
	}, Pages: []spectest.Page{
		{Request: `id=7`, Answer: departments},
		{Endpoint: "corp/contact/user_list", Request: `department_id=7`, Answer: `{"userlist":[]}`},
		{Endpoint: "corp/contact/user_list", Request: `department_id=8`, Answer: `{"userlist":[]}`},
	}},
}
