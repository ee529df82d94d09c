package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
)

func TestUntaggedInEveryForm(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t, `{"errcode":0,"invalidlist":["lin","wang"],"invalidparty":"2|4"}`, `{"errcode":0,"invalidlist":"lin|wang","invalidparty":["2",4]}`)
	for range 2 {
		got, err := contact.TagAddTagUsers(api, 1, []string{"lin", "wang"}, []int64{2, 4})
		require.NoError(t, err)
		assert.Equal(t, &contact.Untagged{InvalidList: []string{"lin", "wang"}, InvalidParty: []int64{2, 4}}, got)
	}
}

// An empty id is no member: it is refused before anything is changed.
func TestEmptyIdsAreRefusedBeforeTheFirstRequest(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t)
	ids := make([]string, 1500)
	for i := range ids {
		ids[i] = fmt.Sprint("wo", i)
	}
	ids[1400] = ""
	_, err := contact.TagAddTagUsers(api, 1, ids, nil)
	require.ErrorContains(t, err, "userlist[1400] is empty")
	_, err = contact.TagDelTagUsers(api, 1, []string{""}, []int64{1})
	require.ErrorContains(t, err, "userlist[0] is empty")
	_, err = contact.BatchInvite(api, contact.Invite{User: []string{"lin", ""}})
	require.ErrorContains(t, err, "user[1] is empty")
	assert.Empty(t, asked())
}

// WeCom takes a list as empty, and null as nothing said.
func TestListsThatClearAreNoNull(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"errcode":0}`)
	in := contact.UserChange{UserEdit: contact.UserEdit{UserId: "lin", ExtAttr: &contact.Attrs{}}, BizMailAlias: &contact.MailAlias{}}
	require.NoError(t, contact.UserUpdate(api, in))
	assert.Equal(t, `/cgi-bin/user/update {"userid":"lin","extattr":{"attrs":[]},"biz_mail_alias":{"item":[]}}`, asked()[0])
	assert.Nil(t, in.BizMailAlias.Item, "what the caller has stays")
}

// Members whose ids can't be read are not taken for one and the same.
func TestMembersWithoutAnIdAreNotDropped(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(path string, _ []byte) string {
		if strings.HasSuffix(path, "department/simplelist") {
			return `{"errcode":0,"department_id":[{"id":1},{"id":2}]}`
		}
		return `{"errcode":0,"userlist":[{"userid":null,"name":"a"},{"userid":{},"name":"b"},{"userid":"lin","name":"c"}]}`
	})
	var names []string
	for u, err := range contact.AllSimpleUsers(api, 0) {
		require.NoError(t, err)
		names = append(names, u.Name)
	}
	assert.Equal(t, []string{"a", "b", "c", "a", "b"}, names)
}

// Files of another export than the one asked for are an error, and not an empty corp.
// G: contact/export
func TestFilesOfAnotherExport(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	users, ofUsers := encrypt(t, key, `{"userlist":[{"userid":"woLin"}]}`)
	departments, ofDepartments := encrypt(t, key, `{"department":[{"id":2}]}`)
	tag, ofTag := encrypt(t, key, `{"tagname":"销售","userlist":[{"userid":"woLin"}],"partylist":[7]}`)
	none, ofNone := encrypt(t, key, `{}`)
	list, ofList := encrypt(t, key, `[]`)

	var err error
	for _, err = range contact.ExportedUsers(storage(t, departments), []contact.ExportFile{ofDepartments}, key) {
	}
	require.ErrorContains(t, err, "userlist")
	for _, err = range contact.ExportedUsers(storage(t, none), []contact.ExportFile{ofNone}, key) {
	}
	require.ErrorContains(t, err, "userlist")
	for _, err = range contact.ExportedDepartments(storage(t, users), []contact.ExportFile{ofUsers}, key) {
	}
	require.ErrorContains(t, err, "department")
	_, err = contact.ExportedTag(storage(t, users), []contact.ExportFile{ofUsers}, key)
	require.ErrorContains(t, err, "wecom: a file of the export: it has no tagname")
	_, err = contact.ExportedTag(storage(t, list), []contact.ExportFile{ofList}, key)
	require.ErrorContains(t, err, "tagname")
	got, err := contact.ExportedTag(storage(t, tag), []contact.ExportFile{ofTag}, key)
	require.NoError(t, err)
	assert.Equal(t, "销售", got.TagName)
}

// What WeCom's other answers may have, its files may have too.
// G: contact/export
func TestFilesWithOddJSON(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	file, of := encrypt(t, key, "\ufeff{\"userlist\":[{\"userid\":\"woLin\",\"name\":\"\x00\x1f\"}]}")
	n := 0
	for u, err := range contact.ExportedUsers(storage(t, file), []contact.ExportFile{of}, key) {
		require.NoError(t, err)
		assert.Equal(t, "woLin", u.UserId)
		n++
	}
	assert.Equal(t, 1, n)
}

// With the right 组织架构信息 an app sees the ids of all departments, and the members of some.
func TestDepartmentsWithoutVisibleMembersArePassedOver(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"60011", "60003", "60123"} {
		api, asked := corptest.Script(t, `{"errcode":0,"department_id":[{"id":1},{"id":2},{"id":3}]}`,
			`{"errcode":`+code+`}`, `{"errcode":0,"userlist":[{"userid":"lin"}]}`, `{"errcode":`+code+`}`)
		var ids []string
		for u, err := range contact.AllUsers(api, 0) {
			require.NoError(t, err)
			ids = append(ids, u.UserId)
		}
		assert.Equal(t, []string{"lin"}, ids)
		assert.Len(t, asked(), 4)
	}
	for _, answers := range [][]string{{`{"errcode":60123}`}, {`{"errcode":0,"department_id":[{"id":7},{"id":8}]}`, `{"errcode":60123}`}} {
		api, asked := corptest.Script(t, answers...)
		n := 0
		for _, err := range contact.AllUsers(api, 7) {
			require.ErrorIs(t, err, token.Code(60123), "the department that was asked for")
			n++
		}
		assert.Equal(t, 1, n)
		assert.Len(t, asked(), len(answers))
	}
}

// A job with a status that nobody knows may never end: waiting for it does.
func TestJobsWithAnUnknownStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"9", "-1"} {
		api, _ := corptest.Script(t, `{"errcode":0,"status":`+status+`}`, `{"errcode":0,"status":`+status+`}`)
		files, err := contact.WaitExport(api, "job", 0)
		require.EqualError(t, err, "wecom: the job has the unknown status "+status)
		assert.Nil(t, files)
		_, err = contact.WaitImport(api, "job", 0)
		require.EqualError(t, err, "wecom: the job has the unknown status "+status)
	}
	api, _ := corptest.Script(t, `{"errcode":0,"status":"finished"}`)
	got, err := contact.WaitImport(api, "job", 0)
	require.ErrorContains(t, err, "unknown status 0", "an import has none")
	assert.Nil(t, got)
}
