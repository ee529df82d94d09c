package kf_test

import (
	"strings"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

var walks = []corptest.Walk{
	{Go: "AllAccounts", Endpoint: "corp/kf/account_list", Call: func(api *token.Api) error {
		return last(kf.AllAccounts(api))
	}, Pages: []spectest.Page{
		{Request: `{"limit":100}`, Answer: `{"account_list":[` + strings.Repeat(`{},`, 102) + `{}]}`},
		{Request: `{"offset":103,"limit":100}`, Answer: `{"account_list":[]}`},
	}},
	{Go: "AllMsg", Endpoint: "corp/kf/sync_msg", Call: func(api *token.Api) error {
		return last(kf.AllMsg(api, kf.Sync{Token: "t", Cursor: "c1", Limit: 7, VoiceFormat: kf.VoiceSilk, OpenKfId: account}))
	}, Pages: []spectest.Page{
		{
			Request: `{"token":"t","cursor":"c1","limit":7,"voice_format":1,"open_kfid":"` + account + `"}`,
			Answer:  `{"msg_list":[],"has_more":1,"next_cursor":"c2"}`,
		},
		{
			Request: `{"token":"t","cursor":"c2","limit":7,"voice_format":1,"open_kfid":"` + account + `"}`,
			Answer:  `{"msg_list":[],"has_more":0,"next_cursor":"c3"}`,
		},
	}},
}
