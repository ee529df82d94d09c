package externalcontact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// many makes n ids.
func many(prefix string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s%03d", prefix, i))
	}
	return ids
}

// customers walks to the end, and gives the ids of customers and members, and the error.
func customers(api *token.Api, userIds []string) (got []string, failed error) {
	for c, err := range externalcontact.AllByUser(api, userIds) {
		if failed = err; err == nil {
			got = append(got, c.ExternalContact.ExternalUserId+" "+c.FollowInfo.UserId)
		}
	}
	return got, failed
}

func customerJSON(external, user string) string {
	return `{"external_contact":{"external_userid":"` + external + `"},"follow_info":{"userid":"` + user + `"}}`
}

// G: endpoint/pages
func TestAllByUser(t *testing.T) {
	t.Parallel()
	users := many("wo", 101)
	api, asked := corptest.Script(t,
		`{"external_contact_list":[`+customerJSON("wmA", "wo000")+`,`+customerJSON("wmA", "wo001")+`],"next_cursor":"c1"}`,
		`{"external_contact_list":[],"next_cursor":"c2"}`,
		`{"external_contact_list":[`+customerJSON("wmB", "wo099")+`],"next_cursor":""}`,
		`{"external_contact_list":[`+customerJSON("wmC", "wo100")+`]}`)
	got, err := customers(api, users)
	require.NoError(t, err)
	assert.Equal(t, []string{"wmA wo000", "wmA wo001", "wmB wo099", "wmC wo100"}, got)
	first, err := json.Marshal(users[:100])
	require.NoError(t, err)
	const path = "/cgi-bin/externalcontact/batch/get_by_user "
	assert.Equal(t, []string{
		path + `{"userid_list":` + string(first) + `,"limit":100}`,
		path + `{"userid_list":` + string(first) + `,"cursor":"c1","limit":100}`,
		path + `{"userid_list":` + string(first) + `,"cursor":"c2","limit":100}`,
		path + `{"userid_list":["wo100"],"limit":100}`,
	}, asked())
}

// The error comes once, after what came before it; nothing is asked for after it, nor after
// the caller has enough.
// G: endpoint/pages
func TestAllByUserStops(t *testing.T) {
	t.Parallel()
	page := `{"external_contact_list":[` + customerJSON("wmA", "wo000") + `,` + customerJSON("wmB", "wo000") + `],"next_cursor":"c1"}`
	api, asked := corptest.Script(t, page, `{"errcode":60011}`)
	got, err := customers(api, many("wo", 101))
	require.ErrorIs(t, err, token.Code(60011))
	assert.Len(t, got, 2)
	assert.Len(t, asked(), 2)

	api, _ = corptest.Script(t, page, page)
	got, err = customers(api, many("wo", 101))
	require.ErrorIs(t, err, paging.ErrCursor)
	assert.Len(t, got, 4)

	api, asked = corptest.Script(t, page)
	for range externalcontact.AllByUser(api, many("wo", 101)) {
		break
	}
	assert.Len(t, asked(), 1)

	api, _ = corptest.Script(t)
	_, err = customers(api, nil)
	require.ErrorContains(t, err, "userid_list is empty")
	_, err = customers(api, []string{"wo", ""})
	require.ErrorContains(t, err, "userid_list[1] is empty")
}

// Members without a licence, or without customers, hide nobody else's customers, and those
// whose customers are missing are named at the end.
// G: endpoint/reached
func TestMembersWithoutALicence(t *testing.T) {
	t.Parallel()
	users := many("wo", 301)
	some := `{"external_contact_list":[` + customerJSON("wmA", "wo000") + `],"next_cursor":"%s","fail_info":{"unlicensed_userid_list":["wo007","wo003"]}}`
	api, asked := corptest.Script(t, fmt.Sprintf(some, "c1"), fmt.Sprintf(some, ""), `{"errcode":84061}`,
		`{"external_contact_list":[`+customerJSON("wmC", "wo200")+`]}`, `{"errcode":701008}`)
	got, err := customers(api, users)
	assert.Equal(t, []string{"wmA wo000", "wmA wo000", "wmC wo200"}, got)
	assert.Len(t, asked(), 5)
	var unlicensed *externalcontact.Unlicensed
	require.ErrorAs(t, err, &unlicensed)
	assert.Equal(t, []string{"wo003", "wo007", "wo300"}, unlicensed.UserIds)
	require.ErrorIs(t, err, token.Code(701008))
	assert.NotErrorIs(t, err, token.Code(84061))
	assert.EqualError(t, err, `wecom: the customers of users without a licence are left out: ["wo003" "wo007" "wo300"]`)

	api, _ = corptest.Script(t, fmt.Sprintf(some, ""))
	for range externalcontact.AllByUser(api, users) {
		break // at the only customer: no error after it
	}
}

func TestAllCustomers(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"follow_user":["woLin","woWang"]}`, `{"external_contact_list":[`+customerJSON("wmA", "woLin")+`]}`)
	for c, err := range externalcontact.AllCustomers(api) {
		require.NoError(t, err)
		assert.Equal(t, "wmA", c.ExternalContact.ExternalUserId)
	}
	assert.Equal(t, `/cgi-bin/externalcontact/batch/get_by_user {"userid_list":["woLin","woWang"],"limit":100}`, asked()[1])

	api, asked = corptest.Script(t, `{"follow_user":[]}`)
	for range externalcontact.AllCustomers(api) {
		t.Error("nobody may use customer contact")
	}
	assert.Len(t, asked(), 1)

	api, _ = corptest.Script(t, `{"errcode":48002}`)
	require.ErrorIs(t, last(externalcontact.AllCustomers(api)), token.Code(48002))
}

// 100,000 customers pass through a walk that holds one page of them.
// G: endpoint/pages
func TestManyCustomers(t *testing.T) {
	const users, pages, perPage = 1000, 100, 100 // for each 100 users
	padding := strings.Repeat("备注", 25)
	batch := 0
	api := corptest.Canned(func(path string, body []byte) string {
		if strings.HasSuffix(path, "get_follow_user_list") {
			return `{"follow_user":["` + strings.Join(many("wo", users), `","`) + `"]}`
		}
		var in struct{ Cursor string }
		require.NoError(t, json.Unmarshal(body, &in))
		page := 0
		if in.Cursor != "" {
			_, err := fmt.Sscanf(in.Cursor, "page %d", &page)
			require.NoError(t, err)
		} else {
			batch++
		}
		list := make([]string, perPage)
		for i := range list {
			list[i] = fmt.Sprintf(`{"external_contact":{"external_userid":"wm%d-%d-%d"},"follow_info":{"remark":"%s"}}`, batch, page, i, padding)
		}
		next := ""
		if page++; page < pages {
			next = fmt.Sprintf("page %d", page)
		}
		return `{"external_contact_list":[` + strings.Join(list, ",") + `],"next_cursor":"` + next + `"}`
	})
	n, bytes, before, most := 0, 0, heap.Live(), int64(0)
	var newest string
	for c, err := range externalcontact.AllCustomers(api) {
		require.NoError(t, err)
		n, newest = n+1, c.ExternalContact.ExternalUserId
		if bytes += len(c.FollowInfo.Remark); n%20_000 == 0 {
			most = max(most, heap.Live()-before)
		}
	}
	assert.Equal(t, 100_000, n)
	assert.Equal(t, "wm10-99-99", newest)
	assert.Greater(t, bytes, 10<<20, "what passed through")
	assert.Less(t, most, int64(2<<20), "what was held")
	t.Logf("%d customers with %d MB of remarks: %d KB held at most", n, bytes>>20, most>>10)
}

// G: endpoint/pages
func TestAllFollowUsers(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"external_contact":{"name":"Li"},"follow_user":[{"userid":"woLin"}],"next_cursor":"c1"}`, `{"follow_user":[{"userid":"woWang","tags":[{"type":3,"tag_id":"et"}]}]}`)
	var got []externalcontact.FollowUser
	for u, err := range externalcontact.AllFollowUsers(api, "wmLi") {
		require.NoError(t, err)
		got = append(got, u)
	}
	require.Len(t, got, 2)
	assert.Equal(t, "woLin", got[0].UserId)
	assert.Equal(t, []externalcontact.FollowTag{{Type: externalcontact.TagOfStrategy, TagId: "et"}}, got[1].Tags)
	assert.Len(t, asked(), 2)

	api, _ = corptest.Script(t, `{"follow_user":[{"userid":"woLin"}],"next_cursor":"c1"}`, `{"errcode":84061}`)
	require.ErrorIs(t, last(externalcontact.AllFollowUsers(api, "wmLi")), token.Code(84061))
}

// G: batch/parts batch/how-far
func TestManyParents(t *testing.T) {
	t.Parallel()
	mobiles := many("138", 201)
	api, asked := corptest.Script(t, `{"success_list":[{"external_userid":"wmA","mobile":"138000"}]}`, `{"fail_list":[{"errcode":60136,"mobile":"138100"}]}`, `{"errcode":65014}`)
	got, err := externalcontact.BatchToExternalUserId(api, mobiles)
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	require.ErrorIs(t, err, token.Code(65014))
	assert.Equal(t, 200, partial.Done)
	assert.Equal(t, &externalcontact.Parents{
		SuccessList: []externalcontact.Parent{{ExternalUserId: "wmA", Mobile: "138000"}},
		FailList:    []externalcontact.UnknownParent{{ErrCode: 60136, Mobile: "138100"}},
	}, got)
	assert.Equal(t, `/cgi-bin/externalcontact/batch_to_external_userid {"mobiles":["138200"]}`, asked()[2])
}
