package externalcontact_test

import (
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const day0, day = 1767196800, 86400

// What was not counted is told from 0.
func TestADayWithoutChats(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"behavior_data":[{"stat_time":1767196800,"new_contact_cnt":2},{"stat_time":1767283200,"chat_cnt":"1","reply_percentage":0,"avg_reply_time":0}]}`)
	got, err := externalcontact.GetUserBehaviorData(api, externalcontact.Behavior{StartTime: day0, EndTime: day0 + day, UserId: []string{"woLin"}})
	require.NoError(t, err)
	assert.Equal(t, []externalcontact.BehaviorData{
		{StatTime: day0, NewContactCnt: 2}, {StatTime: day0 + day, ChatCnt: 1, ReplyPercentage: new(float64), AvgReplyTime: new(int64)},
	}, got)
}

// G: endpoint/pages endpoint/cursor
func TestAllOwnerData(t *testing.T) {
	t.Parallel()
	days := externalcontact.GroupChatDays{DayBeginTime: day0}
	api, asked := corptest.Script(t, `{"items":[{"owner":"woLin","data":{"chat_total":7}}],"total":2,"next_offset":1}`, `{"items":[{"owner":"woWang"}],"total":2,"next_offset":2}`)
	walk := externalcontact.AllOwnerData(api, externalcontact.GroupChatOwners{GroupChatDays: days, Limit: 3})
	var owners []string
	for o, err := range walk {
		require.NoError(t, err)
		owners = append(owners, o.Owner)
	}
	assert.Equal(t, []string{"woLin", "woWang"}, owners)
	assert.Equal(t, []string{
		`/cgi-bin/externalcontact/groupchat/statistic {"day_begin_time":1767196800,"limit":1000}`,
		`/cgi-bin/externalcontact/groupchat/statistic {"day_begin_time":1767196800,"offset":1,"limit":1000}`,
	}, asked())

	api, _ = corptest.Script(t, `{"items":[{"owner":"woLin"}],"total":2,"next_offset":0}`)
	require.ErrorIs(t, last(externalcontact.AllOwnerData(api, externalcontact.GroupChatOwners{GroupChatDays: days})), paging.ErrCursor)
	api, _ = corptest.Script(t, `{"items":[{"owner":"woLin"}],"total":2,"next_offset":1}`, `{"errcode":81017}`)
	require.ErrorIs(t, last(externalcontact.AllOwnerData(api, externalcontact.GroupChatOwners{GroupChatDays: days})), token.Code(81017))
}

// G: endpoint/checked
func TestStatisticsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	lin := []string{"woLin"}
	behavior := func(b externalcontact.Behavior) func() error {
		return func() error { _, err := externalcontact.GetUserBehaviorData(api, b); return err }
	}
	owners := func(o externalcontact.GroupChatOwners) func() error {
		return func() error { _, err := externalcontact.GroupChatStatistic(api, o); return err }
	}
	days := func(d externalcontact.GroupChatDays) func() error {
		return func() error { _, err := externalcontact.GroupChatStatisticGroupByDay(api, d); return err }
	}
	valid := externalcontact.GroupChatDays{DayBeginTime: day0}
	for want, call := range map[string]func() error{
		"wecom: start_time is 0":              behavior(externalcontact.Behavior{EndTime: day0, UserId: lin}),
		"wecom: start_time is 1767196800":     behavior(externalcontact.Behavior{StartTime: day0, EndTime: day0 - 1, UserId: lin}),
		"start_time to end_time is 2592001":   behavior(externalcontact.Behavior{StartTime: day0, EndTime: day0 + 30*day + 1, UserId: lin}),
		"userid and partyid are empty":        behavior(externalcontact.Behavior{StartTime: day0, EndTime: day0}),
		"userid has 101 items":                behavior(externalcontact.Behavior{StartTime: day0, EndTime: day0, UserId: many("wo", 101)}),
		"partyid has 101 items":               behavior(externalcontact.Behavior{StartTime: day0, EndTime: day0, PartyId: make([]int64, 101)}),
		"day_begin_time is 0":                 days(externalcontact.GroupChatDays{}),
		"day_begin_time is 1767196800":        days(externalcontact.GroupChatDays{DayBeginTime: day0, DayEndTime: day0 - 1}),
		"is 2592001 seconds: at most 2592000": days(externalcontact.GroupChatDays{DayBeginTime: day0, DayEndTime: day0 + 30*day + 1}),
		"owner_filter.userid_list has 101":    days(externalcontact.GroupChatDays{DayBeginTime: day0, OwnerFilter: &externalcontact.OwnerFilter{UserIdList: many("wo", 101)}}),
		"owner_filter.userid_list is empty":   owners(externalcontact.GroupChatOwners{GroupChatDays: externalcontact.GroupChatDays{DayBeginTime: day0, OwnerFilter: &externalcontact.OwnerFilter{}}}),
		"order_by is 5":                       owners(externalcontact.GroupChatOwners{GroupChatDays: valid, OrderBy: 5}),
		"order_asc is 2":                      owners(externalcontact.GroupChatOwners{GroupChatDays: valid, OrderAsc: 2}),
		"offset is -1":                        owners(externalcontact.GroupChatOwners{GroupChatDays: valid, Offset: -1}),
		"limit is 1001":                       owners(externalcontact.GroupChatOwners{GroupChatDays: valid, Limit: 1001}),
	} {
		require.ErrorContains(t, call(), want)
	}
}

// G: endpoint/checked
func TestStatisticsThatAreJustLegal(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`, `{"total":0}`)
	_, err := externalcontact.GetUserBehaviorData(api, externalcontact.Behavior{StartTime: day0, EndTime: day0 + 30*day, UserId: many("wo", 100), PartyId: make([]int64, 100)})
	require.NoError(t, err)
	_, err = externalcontact.GroupChatStatisticGroupByDay(api, externalcontact.GroupChatDays{DayBeginTime: day0, DayEndTime: day0 + 30*day, OwnerFilter: &externalcontact.OwnerFilter{UserIdList: many("wo", 100)}})
	require.NoError(t, err)
	_, err = externalcontact.GroupChatStatistic(api, externalcontact.GroupChatOwners{GroupChatDays: externalcontact.GroupChatDays{DayBeginTime: day0}, OrderBy: externalcontact.OrderByMembers, OrderAsc: 1, Limit: 1000})
	require.NoError(t, err)
	assert.Len(t, asked(), 3)
}
