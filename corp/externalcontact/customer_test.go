package externalcontact_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What WeCom has of somebody is all there, and what it has not is told from what is empty.
func TestGet(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"external_contact":{"external_userid":"woLi","type":"2","name":"Li","corp_name":"Harbor","is_subscribe":"1",
		"external_profile":{"external_attr":[{"type":1,"name":"home page","web":{"url":"https://harbor.example"}}]}},
		"follow_user":[{"userid":"woLin","remark":"VIP","add_way":"10","createtime":"1767229200","oper_userid":"woLi","wechat_channels":{"nickname":"Harbor","source":"2"}}]}`,
		`{"external_contact":{"external_userid":"wmLi","type":1},"follow_user":null}`)
	got, err := externalcontact.Get(api, "woLi", "")
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.Customer{
		ExternalContact: externalcontact.Contact{
			ExternalUserId: "woLi", Type: externalcontact.TypeWeCom, Name: "Li", CorpName: "Harbor", IsSubscribe: 1,
			ExternalProfile: &wire.ExternalProfile{ExternalAttr: []wire.Attr{{Type: wire.AttrTypeWeb, Name: "home page", Web: &wire.AttrWeb{Url: "https://harbor.example"}}}},
		},
		FollowUser: []externalcontact.FollowUser{{Follow: externalcontact.Follow{
			UserId: "woLin", Remark: "VIP", AddWay: externalcontact.AddedOnChannels, CreateTime: 1767229200, OperUserId: "woLi",
			WechatChannels: &externalcontact.ChannelsSource{NickName: "Harbor", Source: 2},
		}}},
	}, got)
	got, err = externalcontact.Get(api, "wmLi", "")
	require.NoError(t, err)
	assert.Nil(t, got.ExternalContact.ExternalProfile)
	assert.Nil(t, got.ExternalContact.SubscriberInfo)
	assert.Empty(t, got.FollowUser)
	assert.Len(t, asked(), 2)
}

// G: endpoint/checked
func TestCustomersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	remark := func(r externalcontact.Remarks) func() error {
		return func() error { return externalcontact.Remark(api, r) }
	}
	for want, call := range map[string]func() error{
		"userid is empty":           func() error { _, err := externalcontact.List(api, ""); return err },
		"external_userid is empty":  func() error { _, err := externalcontact.Get(api, "", ""); return err },
		"userid_list is empty":      func() error { _, err := externalcontact.BatchGetByUser(api, nil, "", 0); return err },
		"userid_list has 101 items": func() error { _, err := externalcontact.BatchGetByUser(api, many("wo", 101), "", 0); return err },
		"limit is 101":              func() error { _, err := externalcontact.BatchGetByUser(api, many("wo", 1), "", 101); return err },
		"remark, remark_company, remark_mobiles, remark_pic_mediaid and description are empty": remark(externalcontact.Remarks{UserId: "wo", ExternalUserId: "wm"}),
		"remark has 21 characters":         remark(externalcontact.Remarks{UserId: "wo", ExternalUserId: "wm", Remark: strings.Repeat("字", 21)}),
		"remark_company has 21 characters": remark(externalcontact.Remarks{UserId: "wo", ExternalUserId: "wm", RemarkCompany: strings.Repeat("字", 21)}),
		"description has 151 characters":   remark(externalcontact.Remarks{UserId: "wo", ExternalUserId: "wm", Description: strings.Repeat("字", 151)}),
		"unionid is empty":                 func() error { _, err := externalcontact.UnionIdToExternalUserId(api, "", "o"); return err },
		"openid is empty":                  func() error { _, err := externalcontact.UnionIdToExternalUserId(api, "u", ""); return err },
		"mobiles is empty":                 func() error { _, err := externalcontact.BatchToExternalUserId(api, nil); return err },
		"mobiles[1] is empty":              func() error { _, err := externalcontact.BatchToExternalUserId(api, []string{"1", ""}); return err },
		"opengid is empty":                 func() error { _, err := externalcontact.OpenGidToChatId(api, ""); return err },
	} {
		require.ErrorContains(t, call(), "wecom: "+want)
	}
	for _, r := range []externalcontact.Remarks{{ExternalUserId: "wm", Remark: "r"}, {UserId: "wo", Remark: "r"}} {
		require.ErrorContains(t, externalcontact.Remark(api, r), "userid is empty")
	}
	_, err := externalcontact.ConvertToOpenId(api, "")
	require.ErrorContains(t, err, "external_userid is empty")
}

// G: endpoint/checked
func TestRemarksThatAreJustLegal(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`, `{}`, `{}`, `{}`)
	full, long := strings.Repeat("字", 20), strings.Repeat("字", 150)
	for _, r := range []externalcontact.Remarks{
		{Remark: full}, {RemarkCompany: full}, {RemarkMobiles: []string{""}}, {RemarkPicMediaId: "m"}, {Description: long},
	} {
		r.UserId, r.ExternalUserId = "wo", "wm"
		require.NoError(t, externalcontact.Remark(api, r))
	}
	assert.Equal(t, `/cgi-bin/externalcontact/remark {"userid":"wo","external_userid":"wm","remark_mobiles":[""]}`, asked()[2], "that removes them")
}

// A text is empty beside an error.
func TestNoIdComesWithAnError(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string {
		return `{"errcode":48002,"external_userid":"x","openid":"x","chat_id":"x"}`
	})
	for i, call := range []func() (string, error){
		func() (string, error) { return externalcontact.UnionIdToExternalUserId(api, "u", "o") },
		func() (string, error) { return externalcontact.ConvertToOpenId(api, "wm") },
		func() (string, error) { return externalcontact.OpenGidToChatId(api, "o") },
	} {
		got, err := call()
		require.Error(t, err, i)
		assert.Empty(t, got, i)
	}
}

func TestAddWays(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 24, 201, 202}, []int{
		externalcontact.AddedByUnknown, externalcontact.AddedByCode, externalcontact.AddedByMobile, externalcontact.AddedByCard,
		externalcontact.AddedInGroup, externalcontact.AddedFromPhoneBook, externalcontact.AddedFromWeChat, externalcontact.AddedByThirdPartyApp,
		externalcontact.AddedByMailSearch, externalcontact.AddedOnChannels, externalcontact.AddedInCalendar, externalcontact.AddedInMeeting,
		externalcontact.AddedByWeChatFriend, externalcontact.AddedByHardware, externalcontact.AddedOnSite, externalcontact.AddedByAcquisitionLink,
		externalcontact.AddedByCustomMade, externalcontact.AddedByDemand, externalcontact.AddedByThirdPartyPresale, externalcontact.AddedAsPartner,
		externalcontact.AddedOnWeChatAccount, externalcontact.AddedByColleague, externalcontact.AddedByAdmin,
	})
	assert.Equal(t, []int{1, 2, 1, 2, 3}, []int{
		externalcontact.TypeWeChat, externalcontact.TypeWeCom, externalcontact.TagOfCorp, externalcontact.TagOfMember, externalcontact.TagOfStrategy,
	})
}
