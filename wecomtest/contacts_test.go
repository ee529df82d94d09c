package wecomtest_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// bakery has members in departments.
var bakery = wecomtest.Corp{Name: "Riverside", Members: []wecomtest.Member{
	{UserId: "woLin", Name: "Lin", Admin: true},
	{UserId: "woZhou", Name: "Zhou", Departments: []string{"Sales"}, Mobile: "13900000001"},
	{UserId: "woChen", Name: "Chen", Departments: []string{"Sales/East", "Lab"}, Email: "chen@home.example"},
	{UserId: "woWang", Name: "Wang", Departments: []string{"Sales/East"}, Hidden: true},
}}

// userIds are those of a walk, which must not fail.
func userIds[U any](t *testing.T, users iter.Seq2[U, error], id func(U) string) (all []string) {
	t.Helper()
	for u, err := range users {
		require.NoError(t, err)
		all = append(all, id(u))
	}
	return all
}

// An app reads departments and members as a third-party app sees them.
// G: wecomtest/contacts
func TestAddressBookIsRead(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(bakery)
	api := corp.Api()
	simple := func(u contact.SimpleUser) string { return u.UserId }
	assert.Equal(t, []string{"woZhou", "woChen"}, userIds(t, contact.AllSimpleUsers(api, corp.Department("Sales")), simple))
	assert.Equal(t, []string{"woLin", "woZhou", "woChen"}, userIds(t, contact.AllSimpleUsers(api, 0), simple))
	assert.Equal(t, []string{"woChen"}, userIds(t, contact.AllUsers(api, corp.Department("Lab")), func(u contact.User) string { return u.Name }),
		"third-party apps see no names")

	chen, err := contact.UserGet(api, "woChen")
	require.NoError(t, err)
	assert.Equal(t, []int64{corp.Department("Sales/East"), corp.Department("Lab")}, chen.Department)
	assert.Equal(t, contact.StatusActive, chen.Status)
	assert.Empty(t, chen.Email)
	_, err = contact.UserGet(api, "woWang")
	require.ErrorIs(t, err, token.Code(60111))
	byMobile, err := contact.UserGetUserId(api, "13900000001")
	require.NoError(t, err)
	byEmail, err := contact.UserGetUserIdByEmail(api, "chen@home.example", contact.PersonalMail)
	require.NoError(t, err)
	assert.Equal(t, []string{"woZhou", "woChen"}, []string{byMobile, byEmail})

	departments, err := contact.DepartmentList(api, corp.Department("Sales"))
	require.NoError(t, err)
	require.Len(t, departments, 2)
	assert.Equal(t, departments[0].Id, departments[1].ParentId)
	_, err = contact.DepartmentGet(api, 99)
	require.ErrorIs(t, err, token.Code(60003))

	tag, err := contact.TagCreate(api, "Bakers", nil)
	require.NoError(t, err)
	untagged, err := contact.TagAddTagUsers(api, tag, []string{"woZhou", "woWang"}, []int64{corp.Department("Lab")})
	require.NoError(t, err)
	assert.Equal(t, []string{"woWang"}, untagged.InvalidList)
	tagged, err := contact.TagGet(api, tag)
	require.NoError(t, err)
	assert.Equal(t, []contact.TaggedUser{{UserId: "woZhou"}}, tagged.UserList)
	assert.Equal(t, []int64{corp.Department("Lab")}, tagged.PartyList)
	_, err = contact.UserCreate(api, contact.UserEdit{UserId: "hu", Name: "Hu", Mobile: "13900000009"})
	require.ErrorIs(t, err, token.Code(48002), "an app may only read")
}

// With the right to edit, an app makes what it reads then, also for the test.
// G: wecomtest/contacts
func TestAddressBookIsEdited(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t, wecomtest.Suites(2), wecomtest.Choices{EditContacts: true})
	corp := wecom.Install(bakery)
	api := corp.Api()
	east := corp.Department("Sales/East")
	night, err := contact.DepartmentCreate(api, contact.DepartmentEdit{Name: "Night", ParentId: east})
	require.NoError(t, err)
	assert.Equal(t, night, corp.Department("Sales/East/Night"))
	_, err = contact.UserCreate(api, contact.UserEdit{UserId: "hu", Name: "Hu", Mobile: "13900000009", Department: []int64{night}})
	require.NoError(t, err)
	require.NoError(t, contact.UserUpdate(api, contact.UserChange{UserEdit: contact.UserEdit{UserId: "hu", Alias: "H"}}))
	hu, err := contact.UserGet(api, "wohu")
	require.NoError(t, err)
	assert.Equal(t, []any{"Hu", "H", contact.StatusNotActivated}, []any{hu.Name, hu.Alias, hu.Status})
	assert.NotEmpty(t, corp.Login("wohu"))
	ids := userIds(t, contact.AllUserIds(api), func(u contact.DeptUser) string { return u.OpenUserId })
	assert.Equal(t, []string{"woLin", "woZhou", "woChen", "woChen", "woWang", "wohu"}, ids)

	second := wecom.Install(wecomtest.Corp{Id: corp.Id, App: wecom.Suite(1)})
	_, err = contact.UserGet(second.Api(), "wohu")
	require.NoError(t, err, "a second app finds what the first has made")
	require.ErrorIs(t, contact.DepartmentDelete(api, night), token.Code(60005))
	require.NoError(t, contact.UserBatchDelete(api, []string{"hu"}))
	require.NoError(t, contact.DepartmentDelete(api, night))
	_, err = contact.UserGet(api, "wohu")
	require.ErrorIs(t, err, token.Code(60111))
}

// Each app of a corp hears of a change in its own form, if it sees who has changed.
// G: wecomtest/contacts
func TestChangesAreToldToAllApps(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t, wecomtest.Customized(1))
	heard := make(chan string, 10)
	inbox, err := callback.NewInbox(callback.Config{})
	require.NoError(t, err)
	callback.On(inbox, func(_ context.Context, n *callback.Notice, e *callback.ContactEvent) error {
		heard <- strings.Join([]string{n.Api.SuiteId(), n.ChangeType, e.UserID, strings.Join(e.Department, " ")}, ",")
		return nil
	})
	go inbox.Run(t.Context())
	corp := wecom.Install(bakery)
	wecom.Install(wecomtest.Corp{Id: corp.Id, App: wecom.Suite(1)})
	for i := range 2 {
		h, err := inbox.Handler(wecom.Suite(i), wecom.URL(wecom.Suite(i), callback.App))
		require.NoError(t, err)
		wecom.Deliver(wecom.Suite(i), callback.App, h)
	}

	corp.Change(wecomtest.Member{UserId: "woZhou", Name: "Zhou", Departments: []string{"Sales", "Lab"}})
	corp.Change(wecomtest.Member{UserId: "woWang", Name: "Wang", Hidden: true, Left: true})
	corp.Change(wecomtest.Member{UserId: "woChen", Left: true})
	var all []string
	for range 4 {
		all = append(all, strings.TrimPrefix(<-heard, wecom.Api().SuiteId()))
	}
	template := wecom.Suite(1).SuiteId()
	assert.ElementsMatch(t, []string{",update_user,woZhou,2 4", template + ",update_user,woZhou,2 4", ",delete_user,woChen,", template + ",delete_user,woChen,"}, all)
	assert.Len(t, wecom.Deliveries(), 4, "nobody sees Wang")
}

// A name that no department can have ends the test.
// G: wecomtest/misuse
func TestDepartmentsHaveNames(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"Sales//East", "/", "a:b", strings.Repeat("x/", 20) + "x"} {
		err := wecomtest.Run(func(t testing.TB) {
			wecomtest.New(t).Install(wecomtest.Corp{Members: []wecomtest.Member{{Departments: []string{path}}}})
		})
		require.ErrorContains(t, err, "wecomtest: department ", path)
	}
}

// Members whom an app has made are members like others, for each handle of the corp.
// G: wecomtest/contacts
func TestMembersWhomAppsMake(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Suites(2), wecomtest.Choices{EditContacts: true})
	first := w.Install(wecomtest.Corp{Members: []wecomtest.Member{{UserId: "woBoss"}, {UserId: "woOld"}}})
	second := w.Install(wecomtest.Corp{Id: first.Id, App: w.Suite(1), Members: []wecomtest.Member{{UserId: "woBoss"}, {UserId: "woNew"}}})
	assert.Equal(t, second.Members, first.Members, "all handles have the same")
	first.Change(wecomtest.Member{UserId: "woNew", Departments: []string{"Sales", "Sales"}})
	made, err := contact.UserGet(first.Api(), "woNew")
	require.NoError(t, err)
	assert.Equal(t, []int64{first.Department("Sales")}, made.Department, "once")
	_, err = contact.UserCreate(first.Api(), contact.UserEdit{UserId: "Mei", Name: "Mei", Mobile: "13900000009", Department: []int64{1}})
	require.NoError(t, err)
	first.Change(wecomtest.Member{UserId: "woMei", Mobile: "13900000010"})
	got, err := contact.UserGet(first.Api(), "woMei")
	require.NoError(t, err)
	assert.Equal(t, []string{"Mei", "13900000010"}, []string{got.Name, got.Mobile}, "an empty name leaves hers")
	second.Change(wecomtest.Member{UserId: "woMei", Left: true})
	_, err = contact.UserGet(first.Api(), "woMei")
	require.ErrorIs(t, err, token.Code(60111))
}
