package contact_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A member in several departments comes once.
// G: endpoint/pages
func TestAllUsers(t *testing.T) {
	t.Parallel()
	departments := `{"department_id":[{"id":7},{"id":8},{"id":9}]}`
	api, asked := corptest.Script(t, departments, `{"userlist":[{"userid":"woLin"},{"userid":"woWang"}]}`, `{}`, `{"userlist":[{"userid":"woLin"},{"userid":"woLi"}]}`)
	var got []string
	for u, err := range contact.AllUsers(api, 7) {
		require.NoError(t, err)
		got = append(got, u.UserId)
	}
	assert.Equal(t, []string{"woLin", "woWang", "woLi"}, got)
	assert.Len(t, asked(), 4)

	api, _ = corptest.Script(t, departments, `{"userlist":[{"open_userid":"woA"},{"open_userid":"woB"}]}`, `{"errcode":48002}`)
	got = nil
	var failed error
	for u, err := range contact.AllSimpleUsers(api, 0) {
		got, failed = append(got, u.OpenUserId), err
	}
	require.ErrorIs(t, failed, token.Code(48002))
	assert.Equal(t, []string{"woA", "woB", ""}, got, "the error comes once, after the members")

	api, asked = corptest.Script(t, departments, `{"userlist":[{"userid":"woLin"},{"userid":"woWang"}]}`)
	for range contact.AllUsers(api, 0) {
		break
	}
	assert.Len(t, asked(), 2)
}

// G: endpoint/pages
func TestPagesOfIds(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"dept_user":[{"open_userid":"woA","department":1}],"next_cursor":"c"}`, `{"dept_user":[{"open_userid":"woB","department":2}]}`)
	var got []contact.DeptUser
	for u, err := range contact.AllUserIds(api) {
		require.NoError(t, err)
		got = append(got, u)
	}
	assert.Equal(t, []contact.DeptUser{{OpenUserId: "woA", Department: 1}, {OpenUserId: "woB", Department: 2}}, got)
	assert.Equal(t, []string{`/cgi-bin/user/list_id {"limit":10000}`, `/cgi-bin/user/list_id {"cursor":"c","limit":10000}`}, asked())

	api, asked = corptest.Script(t, `{"member_auth_list":[{"open_userid":"woA"}],"next_cursor":"c"}`, `{"member_auth_list":[{"open_userid":"woB"}]}`)
	var ids []string
	for u, err := range contact.AllMemberAuths(api) {
		require.NoError(t, err)
		ids = append(ids, u.OpenUserId)
	}
	assert.Equal(t, []string{"woA", "woB"}, ids)
	assert.Equal(t, `/cgi-bin/user/list_member_auth {"cursor":"c","limit":1000}`, asked()[1])
}

// What is left out stays as it is; zeros and empty lists that are given are sent.
// G: endpoint/zeros
func TestZerosOfAMember(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`, `{}`, `{"tagid":1}`, `{"tagid":0}`)
	require.NoError(t, contact.UserUpdate(api, contact.UserChange{UserEdit: contact.UserEdit{UserId: "woLin"}}))
	require.NoError(t, contact.UserUpdate(api, contact.UserChange{BizMailAlias: &contact.MailAlias{Item: []string{}}, UserEdit: contact.UserEdit{
		UserId: "woLin", Position: new(string), DirectLeader: []string{}, Enable: new(int), ToInvite: new(bool),
	}}))
	require.NoError(t, contact.DepartmentUpdate(api, contact.DepartmentEdit{Id: 7, Order: new(int64)}))
	_, err := contact.TagCreate(api, "销售", nil)
	require.NoError(t, err)
	_, err = contact.TagCreate(api, "销售", new(int64))
	require.NoError(t, err)
	assert.Equal(t, []string{
		`/cgi-bin/user/update {"userid":"woLin"}`,
		`/cgi-bin/user/update {"userid":"woLin","position":"","direct_leader":[],"enable":0,"to_invite":false,"biz_mail_alias":{"item":[]}}`,
		`/cgi-bin/department/update {"id":7,"order":0}`,
		`/cgi-bin/tag/create {"tagname":"销售"}`,
		`/cgi-bin/tag/create {"tagid":0,"tagname":"销售"}`,
	}, asked())
}

// G: batch/how-far
func TestManyTagUsers(t *testing.T) {
	t.Parallel()
	users := strings.Split(strings.Repeat("u,", 1000)+"last", ",")
	api, asked := corptest.Script(t, `{"invalidlist":"a|b"}`, `{"invalidlist":"","invalidparty":["7"]}`, `{"errcode":81011}`)
	got, err := contact.TagAddTagUsers(api, 3, users, make([]int64, 101))
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	require.ErrorIs(t, err, token.Code(81011))
	assert.Equal(t, 1101, partial.Done)
	assert.Equal(t, &contact.Untagged{InvalidList: []string{"a", "b"}, InvalidParty: []int64{7}}, got)
	assert.Contains(t, asked()[1], `{"tagid":3,"userlist":["last"],"partylist":[0,`)
	assert.True(t, strings.HasSuffix(asked()[2], ` {"tagid":3,"partylist":[0]}`))

	api, _ = corptest.Script(t, `{"errcode":40070}`)
	got, err = contact.TagDelTagUsers(api, 3, nil, []int64{1})
	require.ErrorIs(t, err, token.Code(40070))
	assert.Nil(t, got)

	api, asked = corptest.Script(t, `{}`, `{"errcode":60111}`)
	err = contact.UserBatchDelete(api, users[:401])
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, 200, partial.Done)
	assert.Len(t, asked(), 2)
}

// G: secret/printed
func TestACallbackShowsNoSecret(t *testing.T) {
	t.Parallel()
	c := contact.Callback{Url: "https://x.example", Token: "sentinel-token", EncodingAESKey: "sentinel-key"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("import", "callback", c)
	for _, text := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v", c, &c), log.String()} {
		assert.NotContains(t, text, "sentinel")
		assert.Contains(t, text, "https://x.example")
	}
	sent, err := json.Marshal(c)
	require.NoError(t, err)
	assert.JSONEq(t, `{"url":"https://x.example","token":"sentinel-token","encodingaeskey":"sentinel-key"}`, string(sent))
}

func TestWaitImport(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, _ := corptest.Script(t, `{"status":1}`, `{"errcode":-1}`, `{"errcode":-1}`, `{"errcode":-1}`, `{"status":3,"type":"sync_user","result":[{"errcode":60102,"userid":"woLin"}]}`)
		began := time.Now()
		got, err := contact.WaitImport(api, "job", time.Minute)
		require.NoError(t, err)
		assert.Equal(t, []contact.ImportLine{{ErrCode: 60102, UserId: "woLin"}}, got.Result)
		assert.GreaterOrEqual(t, time.Since(began), 2*time.Minute)
		api, _ = corptest.Script(t, `{"errcode":60011}`)
		_, err = contact.WaitImport(api, "job", time.Minute)
		require.ErrorIs(t, err, token.Code(60011))
	})
}

// G: endpoint/checked
func TestMembersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	long := strings.Repeat("字", 129)
	for want, change := range map[string]func(*contact.UserChange){
		"userid is empty":               func(u *contact.UserChange) { u.UserId = "" },
		"userid has 65":                 func(u *contact.UserChange) { u.UserId = strings.Repeat("u", 65) },
		"name has 65":                   func(u *contact.UserChange) { u.Name = long[:195] },
		"alias has 65":                  func(u *contact.UserChange) { u.Alias = long[:195] },
		"email has 66 bytes":            func(u *contact.UserChange) { u.Email = long[:66] },
		"biz_mail has 66 bytes":         func(u *contact.UserChange) { u.BizMail = long[:66] },
		"telephone has 33":              func(u *contact.UserChange) { u.Telephone = long[:33] },
		"address has 129":               func(u *contact.UserChange) { u.Address = long },
		"position has 129":              func(u *contact.UserChange) { u.Position = &long },
		"external_position has 13":      func(u *contact.UserChange) { u.ExternalPosition = long[:39] },
		"department has 101":            func(u *contact.UserChange) { u.Department = make([]int64, 101) },
		"direct_leader has 2":           func(u *contact.UserChange) { u.DirectLeader = []string{"a", "b"} },
		"enable is 2":                   func(u *contact.UserChange) { two := 2; u.Enable = &two },
		"order has 1 items and dep":     func(u *contact.UserChange) { u.Department, u.Order = []int64{1, 2}, []int64{1} },
		"is_leader_in_dept has 1 items": func(u *contact.UserChange) { u.Department, u.IsLeaderInDept = []int64{1, 2}, []int{1} },
		"extattr.attrs[0].name":         func(u *contact.UserChange) { u.ExtAttr = &contact.Attrs{Attrs: []wire.Attr{{}}} },
		"attrs[0].text.value has 65": func(u *contact.UserChange) {
			u.ExtAttr = &contact.Attrs{Attrs: []wire.Attr{{Name: "n", Text: &wire.AttrText{Value: long[:195]}}}}
		},
		"attrs[0].web.title has 13": func(u *contact.UserChange) {
			u.ExtAttr = &contact.Attrs{Attrs: []wire.Attr{{Name: "n", Web: &wire.AttrWeb{Title: long[:39]}}}}
		},
	} {
		u := contact.UserChange{UserEdit: contact.UserEdit{UserId: "woLin", Name: "林青", Mobile: "13800000000"}}
		change(&u)
		assert.ErrorContains(t, contact.UserUpdate(api, u), want)
		_, err := contact.UserCreate(api, u.UserEdit)
		assert.ErrorContains(t, err, want)
	}
	mail := func(items ...string) contact.UserChange {
		return contact.UserChange{UserEdit: contact.UserEdit{UserId: "woLin"}, BizMailAlias: &contact.MailAlias{Item: items}}
	}
	assert.ErrorContains(t, contact.UserUpdate(api, mail(slices.Repeat([]string{"a"}, 6)...)), "biz_mail_alias.item has 6")
	assert.ErrorContains(t, contact.UserUpdate(api, mail("a", strings.Repeat("a", 64))), "biz_mail_alias.item[1] has 64")
	assert.ErrorContains(t, contact.UserUpdate(api, contact.UserChange{UserEdit: contact.UserEdit{UserId: "u", BizMail: strings.Repeat("a", 64)}}), "biz_mail has 64")
	_, err := contact.UserCreate(api, contact.UserEdit{UserId: "woLin", Mobile: "1"})
	require.ErrorContains(t, err, "name is empty")
	_, err = contact.UserCreate(api, contact.UserEdit{UserId: "woLin", Name: "林青"})
	require.ErrorContains(t, err, "mobile and email are empty")
}

// G: endpoint/checked
func TestOthersRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	key, long := contact.NewExportKey(), strings.Repeat("x", 65)
	id := func(_ string, err error) error { return err }
	department := func(d contact.DepartmentEdit) func() error {
		return func() error { _, err := contact.DepartmentCreate(api, d); return err }
	}
	invite := func(in contact.Invite) func() error {
		return func() error { _, err := contact.BatchInvite(api, in); return err }
	}
	minus, large := int64(-1), int64(1<<32)
	for want, call := range map[string]func() error{
		"userid is empty":          func() error { _, err := contact.UserGet(api, ""); return err },
		"userid has 65":            func() error { return contact.UserDelete(api, long) },
		"useridlist is empty":      func() error { return contact.UserBatchDelete(api, nil) },
		"openid is empty":          func() error { return id(contact.UserConvertToUserId(api, "")) },
		"length of mobile is 4":    func() error { return id(contact.UserGetUserId(api, "1234")) },
		"email is empty":           func() error { return id(contact.UserGetUserIdByEmail(api, "", 0)) },
		"email_type is 3":          func() error { return id(contact.UserGetUserIdByEmail(api, "a@b", 3)) },
		"selected_ticket is empty": func() error { _, err := contact.UserListSelectedTicketUser(api, ""); return err },
		"limit is 10001":           func() error { _, err := contact.UserListId(api, "", 10001); return err },
		"limit is 1001":            func() error { _, err := contact.UserListMemberAuth(api, "", 1001); return err },
		"open_userid is empty":     func() error { _, err := contact.UserCheckMemberAuth(api, ""); return err },
		"name is empty":            department(contact.DepartmentEdit{ParentId: 1}),
		"name has 65":              department(contact.DepartmentEdit{Name: long, ParentId: 1}),
		"name_en has 65":           department(contact.DepartmentEdit{Name: "n", NameEn: long, ParentId: 1}),
		"parentid is 0":            department(contact.DepartmentEdit{Name: "n"}),
		"id is -1":                 department(contact.DepartmentEdit{Id: -1, Name: "n", ParentId: 1}),
		"order is 4294967296":      department(contact.DepartmentEdit{Name: "n", ParentId: 1, Order: &large}),
		"id is 0":                  func() error { return contact.DepartmentUpdate(api, contact.DepartmentEdit{}) },
		"tagname is empty":         func() error { return contact.TagUpdate(api, 1, "") },
		"tagname has 33":           func() error { _, err := contact.TagCreate(api, long[:33], nil); return err },
		"tagid is -1":              func() error { _, err := contact.TagCreate(api, "t", &minus); return err },
		"userlist and partylist":   func() error { _, err := contact.TagAddTagUsers(api, 1, nil, nil); return err },
		"user, party and tag are":  invite(contact.Invite{}),
		"user has 1001 items":      invite(contact.Invite{User: make([]string, 1001)}),
		"party has 101 items":      invite(contact.Invite{Party: make([]int64, 101)}),
		"tag has 101 items":        invite(contact.Invite{Tag: make([]int64, 101)}),
		"media_id is empty":        func() error { return id(contact.BatchSyncUser(api, contact.Import{})) },
		"callback.url is empty":    func() error { return id(contact.BatchReplaceParty(api, "m", &contact.Callback{})) },
		"callback.token is empty":  func() error { return id(contact.BatchReplaceParty(api, "m", &contact.Callback{Url: "u"})) },
		"callback.encodingaeskey is": func() error {
			return id(contact.BatchReplaceUser(api, contact.Import{MediaId: "m", Callback: &contact.Callback{Url: "u", Token: "t"}}))
		},
		"jobid has 65":          func() error { _, err := contact.BatchGetResult(api, long); return err },
		"jobid is empty":        func() error { _, err := contact.ExportGetResult(api, ""); return err },
		"encoding_aeskey must":  func() error { return id(contact.ExportUser(api, key[1:], 0)) },
		"block_size is 9999":    func() error { return id(contact.ExportSimpleUser(api, key, 9999)) },
		"block_size is 1000001": func() error { return id(contact.ExportTagUser(api, 7, key, 1000001)) },
		"block_size is -1":      func() error { return id(contact.ExportDepartment(api, key, -1)) },
		"thirdNo is empty":      func() error { _, err := contact.CorpGetOpenApprovalData(api, ""); return err },
	} {
		assert.ErrorContains(t, call(), want)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1, 2, 4, 5}, []int{contact.StatusActive, contact.StatusDisabled, contact.StatusNotActivated, contact.StatusLeft})
	assert.Equal(t, []int{1, 2, 3, 4}, []int{contact.ApprovalRunning, contact.ApprovalAgreed, contact.ApprovalRejected, contact.ApprovalWithdrawn})
	assert.Equal(t, []int{1, 2}, []int{contact.CorpMail, contact.PersonalMail})
}

// A text or a number is empty beside an error, whether WeCom refuses or the arguments are bad.
func TestNothingComesWithAnError(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string {
		return `{"errcode":48002,"userid":"x","openid":"x","jobid":"x","id":7,"tagid":7,"is_member_auth":true}`
	})
	for i, call := range []func() (any, error){
		func() (any, error) { return contact.UserConvertToOpenId(api, "u") },
		func() (any, error) { return contact.UserConvertToOpenId(api, "") },
		func() (any, error) { return contact.UserConvertToUserId(api, "o") },
		func() (any, error) { return contact.UserConvertToUserId(api, "") },
		func() (any, error) { return contact.UserCheckMemberAuth(api, "o") },
		func() (any, error) { return contact.UserCheckMemberAuth(api, "") },
		func() (any, error) {
			return contact.DepartmentCreate(api, contact.DepartmentEdit{Name: "n", ParentId: 1})
		},
		func() (any, error) { return contact.DepartmentCreate(api, contact.DepartmentEdit{}) },
		func() (any, error) { return contact.TagCreate(api, "t", nil) },
		func() (any, error) { return contact.TagCreate(api, "", nil) },
		func() (any, error) { minus := int64(-1); return contact.TagCreate(api, "t", &minus) },
		func() (any, error) { return contact.BatchReplaceParty(api, "m", nil) },
		func() (any, error) { return contact.BatchReplaceParty(api, "", nil) },
	} {
		got, err := call()
		require.Error(t, err, i)
		assert.Zero(t, got, i)
	}
}
