package wecomtest_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// An app reads all customers, however many pages there are.
// G: wecomtest/customers
func TestManyCustomers(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}, {UserId: "woZhou"}, {UserId: "woHu", Hidden: true}}})
	want := map[string]int{}
	for i := range 130 {
		x := corp.AddCustomer("woLin", wecomtest.Customer{})
		want[x.ExternalUserId] = 1
		if i%2 == 0 {
			corp.AddCustomer("woZhou", *x)
			want[x.ExternalUserId] = 2
		}
		corp.AddCustomer("woHu", *x)
	}
	got := map[string]int{}
	for c, err := range externalcontact.AllCustomers(corp.Api()) {
		require.NoError(t, err)
		got[c.ExternalContact.ExternalUserId]++
	}
	assert.Equal(t, want, got)
	assert.Len(t, wecom.Requests("/cgi-bin/externalcontact/batch/get_by_user"), 2, "195 of them, 100 a page")
	assert.Len(t, want, 130, "no id is made up twice")
}

// Tags are made, put on customers and read again.
// G: wecomtest/customers
func TestCustomersAreTagged(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t, wecomtest.Suites(2))
	corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
	second := wecom.Install(wecomtest.Corp{Id: corp.Id, App: wecom.Suite(1)})
	li := corp.AddCustomer("woLin", wecomtest.Customer{})
	group, err := externalcontact.AddCorpTag(corp.Api(), externalcontact.NewTags{GroupName: "Level", Tag: []externalcontact.NewTag{{Name: "A"}, {Name: "B"}}})
	require.NoError(t, err)
	a, b := group.Tag[0].Id, group.Tag[1].Id
	require.NoError(t, externalcontact.MarkTag(corp.Api(), "woLin", li.ExternalUserId, []string{a, b}, nil))
	require.NoError(t, externalcontact.MarkTag(second.Api(), "woLin", li.ExternalUserId, nil, []string{a}), "tags are the corp's")
	require.ErrorIs(t, externalcontact.EditCorpTag(second.Api(), externalcontact.TagEdit{Id: b, Name: "C"}), token.Code(81011))
	require.NoError(t, externalcontact.EditCorpTag(corp.Api(), externalcontact.TagEdit{Id: b, Name: "C"}))
	got, err := externalcontact.Get(second.Api(), li.ExternalUserId, "")
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.FollowTag{{Type: externalcontact.TagOfCorp, TagId: b, TagName: "C", GroupName: "Level"}}, got.FollowUser[0].Tags)
	require.NoError(t, externalcontact.DelCorpTag(corp.Api(), externalcontact.TagIds{GroupId: []string{group.GroupId}}))
	groups, err := externalcontact.GetCorpTagList(corp.Api(), externalcontact.TagIds{})
	require.NoError(t, err)
	assert.Empty(t, groups)
}

// Who is not yet a customer has a pending_id, by which he is known once he is one.
// G: wecomtest/customers
func TestVisitorsBecomeCustomers(t *testing.T) {
	t.Parallel()
	corp := wecomtest.New(t).Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
	ask := func() *service.ExternalUser {
		user, err := service.UnionIdToExternalUserId(corp.Api(), service.UnionId{UnionId: "oLi", OpenId: "oApp"})
		require.NoError(t, err)
		return user
	}
	visitor := ask()
	require.NotEmpty(t, visitor.PendingId)
	li := corp.AddCustomer("woLin", wecomtest.Customer{UnionId: "oLi"})
	assert.Equal(t, li.ExternalUserId, ask().ExternalUserId)
	known, err := service.ExternalUserIdToPendingId(corp.Api(), []string{li.ExternalUserId}, "")
	require.NoError(t, err)
	require.Len(t, known, 1)
	assert.Equal(t, visitor.PendingId, known[0].PendingId)
}

// A file that customers are sent must have been uploaded, in the last three days.
// G: wecomtest/customers
func TestFilesForCustomers(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woLin"}}})
	li := corp.AddCustomer("woLin", wecomtest.Customer{})
	file, err := media.Upload(corp.Api(), media.TypeFile, wire.Bytes("menu.pdf", []byte("%PDF-1.7")))
	require.NoError(t, err)
	send := func(mediaId string) (*externalcontact.MassMessageResult, error) {
		m := externalcontact.Message{Attachments: []wire.Attachment{{File: &wire.Media{MediaId: mediaId}}}}
		return externalcontact.AddMsgTemplate(corp.Api(), externalcontact.MassMessage{Sender: "woLin", Message: m})
	}
	_, err = send("nothing")
	require.ErrorIs(t, err, token.Code(40007))
	made, err := send(file.MediaId)
	require.NoError(t, err)
	corp.SendGroupMsg(made.MsgId)
	require.Len(t, li.Messages(), 1)
	assert.Contains(t, li.Messages()[0].Body, file.MediaId)
	wecom.Advance(73 * time.Hour)
	_, err = send(file.MediaId)
	require.ErrorIs(t, err, token.Code(40007))
}

// Two corps have customers of their own, and one seed gives the same ids.
// G: wecomtest/customers
func TestCustomersOfTwoCorps(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for range 2 {
		wecom := wecomtest.New(t)
		for i := range 2 {
			corp := wecom.Install(wecomtest.Corp{Name: fmt.Sprint("Corp ", i), Members: []wecomtest.Member{{UserId: "woLin"}}})
			li := corp.AddCustomer("woLin", wecomtest.Customer{})
			ids[li.ExternalUserId] = true
			all, err := externalcontact.List(corp.Api(), "woLin")
			require.NoError(t, err)
			assert.Equal(t, []string{li.ExternalUserId}, all)
			assert.NotEmpty(t, li.Name)
		}
	}
	assert.Len(t, slices.Collect(maps.Keys(ids)), 2, "the same in every run")
}
