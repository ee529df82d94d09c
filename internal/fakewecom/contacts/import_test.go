package contacts

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// imported runs an import of a CSV file to its end.
func (w *world) imported(name, table string) obj {
	w.T.Helper()
	w.tables["3t"] = table
	id := w.good(editor, name, obj{"media_id": "3t"})["jobid"]
	return w.good(editor, "batch_getresult", q("jobid", id.(string)))
}

// codes are those of the rows of an import.
func codes(out obj) []int { return numbers(faketest.List(out, "result"), "errcode") }

func TestSyncUserImportsMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.imported("batch_syncuser", "\ufeff姓名,帐号,手机号,邮箱,所在部门,职位\r\n"+
		"Fay,fay,13900000006,,2;77,Baker\r\n"+ // new, in a department that is made
		"Bob,woBo,,bo@home.example,3;88,\r\n"+ // changed
		",,,,,\r\n"+
		"Gil,gil,,,2,\r\n"+ // neither number nor address
		"Cy,woCy,,,2,\r\n"+ // hidden
		",hal,13900000008,,2,\r\n"+
		"Ida,ida,13900000009,,x,\r\n")
	assert.Equal(t, []any{"sync_user", 3.0, 7.0, 100.0}, []any{out["type"], out["status"], out["total"], out["percentage"]})
	assert.Equal(t, []int{0, 0, codeUserName, codeUnreachable, codeNotVisible, codeUserName, codeBadDepartment}, codes(out))
	assert.Equal(t, []string{"fay", "woBo", "", "gil", "woCy", "hal", "ida"}, texts(faketest.List(out, "result"), "userid"))
	fay := w.good(editor, "user_get", q("userid", "wofay"))
	assert.Equal(t, []any{"Fay", "Baker", "13900000006", []any{2.0, 77.0}}, []any{fay["name"], fay["position"], fay["mobile"], fay["department"]})
	bo := w.good(faketest.Template, "user_get", q("userid", "woBo"))
	assert.Equal(t, []any{"Bob", []any{3.0, 88.0}}, []any{bo["name"], bo["department"]})
	assert.Contains(t, w.told(), "customised update_user <UserID>woBo</UserID><Name>Bob</Name><Department>3,88</Department><MainDepartment>3</MainDepartment><Status>1</Status>")

	w.good(editor, "user_update", obj{"userid": "fay", "is_leader_in_dept": []int{1, 1}})
	w.imported("batch_syncuser", "帐号,name,部门\nfay,,77;2\n")
	assert.Empty(t, w.good(editor, "department_get", q("id", "2"))["department"].(obj)["department_leader"], "he was moved")
	w.imported("batch_syncuser", "帐号,name,部门\nfay,,2;77\n")

	out = w.imported("batch_syncuser", "帐号,name\nwoBo,\nfay,Fay Li\n")
	assert.Equal(t, []int{0, 0}, codes(out))
	assert.Equal(t, "Bob", w.good(faketest.Template, "user_get", q("userid", "woBo"))["name"], "what is empty stays")
	fay = w.good(editor, "user_get", q("userid", "wofay"))
	assert.Equal(t, []any{"Fay Li", "Baker"}, []any{fay["name"], fay["position"]})
}

// Members who are not in the file leave: not who has made the corp, not who is hidden.
func TestReplaceUserDeletesTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.imported("batch_replaceuser", "姓名,账号,手机\nDan,dan,\nFay,fay,13900000006\n")
	assert.Equal(t, []int{0, 0}, codes(out))
	var left []string
	for _, m := range w.Members(faketest.Corp) {
		if m.Left {
			left = append(left, m.UserId)
		}
	}
	assert.Equal(t, []string{"woBo", "woEve"}, left)
	assert.Contains(t, w.told(), "command delete_user <UserID>woBo</UserID><OpenUserID>woBo</OpenUserID>")
}

// An import that would delete too many deletes nobody.
func TestReplaceUserStops(t *testing.T) {
	t.Parallel()
	for leaving, all := range map[int]int{5: 6, 50: 62, 51: 254} {
		assert.True(t, tooMany(leaving, all), "%d of %d", leaving, all)
	}
	for leaving, all := range map[int]int{0: 1, 4: 5, 50: 63, 51: 255} {
		assert.False(t, tooMany(leaving, all), "%d of %d", leaving, all)
	}
	w := newWorld(t)
	for i := range 20 {
		require.NoError(t, w.UpdateMember(faketest.Corp, platform.Member{UserId: fmt.Sprint("wo", i)}))
	}
	out := w.imported("batch_replaceuser", "姓名,帐号\nDan,dan\n")
	assert.Equal(t, []int{codeManyDeleted}, codes(out))
	for _, m := range w.Members(faketest.Corp) {
		assert.Equal(t, m.UserId == "woEve", m.Left, m.UserId)
	}
}

func (w *world) departmentIds() []int {
	w.T.Helper()
	return numbers(faketest.List(w.good(editor, "department_simplelist", url.Values{}), "department_id"), "id")
}

func TestReplacePartyMakesTheDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.imported("batch_replaceparty", "部门名称,部门ID,父部门ID,排序\n"+
		"Ovens,9,8,\n"+ // before its parent
		"Bakery,1,0,\n"+
		"Works,8,1,5\n"+
		"West,3,8,7\n"+ // renamed and moved
		"Lost,10,99,\n"+
		"Bad,x,1,\n")
	assert.Equal(t, "replace_party", out["type"])
	rows := faketest.List(out, "result")
	assert.Equal(t, []int{0, 0, 0, 0, codeNoParent, codeBadDepartment}, codes(out))
	assert.Equal(t, []int{actionMade, 0, actionMade, actionRenamed | actionMoved, 0, 0}, numbers(rows, "action"))
	assert.Equal(t, []int{9, 1, 8, 3, 10, 0}, numbers(rows, "partyid"))
	assert.ElementsMatch(t, []int{1, 2, 3, 4, 8, 9}, w.departmentIds(), "Bo is in Sales, which the file leaves out")

	out = w.imported("batch_replaceparty", "部门名称,部门ID,父部门ID,排序\nWest,3,8,7\nWorks,8,1,6\nOvens,9,8,0\n")
	assert.Equal(t, []int{0, actionReordered, 0}, numbers(faketest.List(out, "result"), "action"))
	w.imported("batch_syncuser", "姓名,帐号,所在部门\nBo,woBo,3\n")
	assert.ElementsMatch(t, []int{1, 3, 4, 8, 9}, w.departmentIds(), "Sales is empty by now; Secret is hidden")
	assert.Contains(t, w.told(), "command delete_party <Id>2</Id>")
}

// Departments that are left out go from below, hidden ones stay, and one that comes back stays.
func TestReplacePartyDeletesWhatIsEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, d := range []Department{{Id: 20, Name: "Up"}, {Id: 10, Name: "Down", ParentId: 20}, {Id: 30, Name: "Dark", Hidden: true}} {
		_, err := w.PutDepartment(t.Context(), faketest.Corp, d)
		require.NoError(t, err)
	}
	const head = "部门名称,部门ID,父部门ID\n"
	w.imported("batch_replaceparty", head+"Sales,2,1\nEast,3,2\n")
	assert.ElementsMatch(t, []int{1, 2, 3, 4, 30}, w.departmentIds())
	w.imported("batch_replaceparty", head+"East,3,2\n")
	w.imported("batch_replaceparty", head+"Sales,2,1\nEast,3,2\n")
	w.imported("batch_syncuser", "姓名,帐号,所在部门\nBo,woBo,1\nDan,woDan,1\n")
	assert.ElementsMatch(t, []int{1, 2, 3, 4, 30}, w.departmentIds())
	w.good(editor, "department_delete", q("id", "3"))
	w.imported("batch_syncuser", "姓名,帐号\nBo,woBo\n")
	assert.ElementsMatch(t, []int{1, 2, 4, 30}, w.departmentIds())
	w.good(editor, "department_create", obj{"id": 3, "name": "East", "parentid": 2})
	w.imported("batch_replaceparty", head)
	assert.ElementsMatch(t, []int{1, 4, 30}, w.departmentIds(), "Sales is above East")
}

// The end of an import is told where the request says, encrypted with what it says.
func TestImportsTellTheirEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetJobDelay(time.Minute)
	w.tables["3t"] = "姓名,帐号\nBo,woBo\n"
	own := obj{"url": w.Hook.URL + "/own", "token": faketest.Token, "encodingaeskey": faketest.Key}
	id, _ := w.good(editor, "batch_syncuser", obj{"media_id": "3t", "callback": own})["jobid"].(string)
	out := w.good(editor, "batch_getresult", q("jobid", id))
	assert.Equal(t, []any{1.0, 0.0, []any{}}, []any{out["status"], out["percentage"], out["result"]})
	w.Clock.Add(time.Minute)
	before := len(w.Pushes())
	require.NoError(t, w.Settle(t.Context()))
	ends := w.importEnds(before)
	require.Len(t, ends, 1)
	assert.Equal(t, []string{"/own", faketest.Corp}, []string{ends[0].Path, ends[0].Receive})
	assert.Contains(t, ends[0].Payload, "<Event><![CDATA[batch_job_result]]></Event><BatchJob><JobId><![CDATA["+id+"]]></JobId><JobType><![CDATA[sync_user]]></JobType><ErrCode>0</ErrCode>")
	assert.Subset(t, w.Secrets(), []string{faketest.Token, faketest.Key})
	assert.EqualValues(t, importDone, w.good(editor, "batch_getresult", q("jobid", id))["status"])

	for _, without := range []string{"url", "token", "encodingaeskey"} {
		half := obj{"url": w.Hook.URL, "token": "t", "encodingaeskey": faketest.Key}
		delete(half, without)
		assert.Equal(t, platform.CodeBadParam, w.code(editor, "batch_syncuser", obj{"media_id": "3t", "callback": half}), without)
	}
	w.SetJobDelay(0)
	require.NoError(t, w.AddSuite(platform.Suite{Id: editor, Secret: "s", EditsContacts: true, DataURL: w.Hook.URL + "/data",
		Command: platform.Callback{URL: w.Hook.URL + "/editor", Token: faketest.Token, EncodingAESKey: faketest.Key}}))
	w.imported("batch_syncuser", "姓名,帐号\nBo,woBo\n")
	w.Settled()
	assert.Len(t, w.importEnds(before), 1, "nobody has asked to hear of it")
}

// importEnds are the ends of jobs that were pushed since.
func (w *world) importEnds(before int) (ends []faketest.Push) {
	for _, p := range w.Pushes()[before:] {
		if strings.Contains(p.Payload, "batch_job_result") {
			ends = append(ends, p)
		}
	}
	return ends
}

func TestImportsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"batch_syncuser", "batch_replaceuser", "batch_replaceparty"} {
		assert.Equal(t, codeBadMedia, w.code(editor, name, obj{"media_id": "none"}), name)
		assert.Equal(t, platform.CodeNoRight, w.code(faketest.Suite, name, obj{"media_id": "none"}), name)
	}
	for _, table := range []string{"", "姓名\nBo\n", "\"姓名,帐号\n"} {
		assert.Equal(t, []int{platform.CodeBadParam}, codes(w.imported("batch_syncuser", table)), table)
	}
	assert.Equal(t, platform.CodeBadParam, w.code(editor, "batch_getresult", q("jobid", "none")))
	w.tables["3t"] = "姓名,帐号\n"
	id, _ := w.good(editor, "batch_syncuser", obj{"media_id": "3t"})["jobid"].(string)
	require.NoError(t, w.AddSuite(platform.Suite{Id: "ww0000editor0002", Secret: "s", EditsContacts: true}))
	w.AuthCode("ww0000editor0002")
	assert.Equal(t, codeNotVisible, w.code("ww0000editor0002", "batch_getresult", q("jobid", id)))
}

func TestInvitations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tag := w.good(editor, "tag_create", obj{"tagname": "Night"})["tagid"]
	out := w.good(editor, "batch_invite", obj{"user": []string{"woBo", "woNobody", "woCy"}, "party": []int{2, 99}, "tag": []any{tag, 99}})
	assert.Equal(t, []any{[]any{"woNobody", "woCy"}, []any{99.0}, []any{99.0}}, []any{out["invaliduser"], out["invalidparty"], out["invalidtag"]})
	assert.Equal(t, codeNoReceiver, w.code(editor, "batch_invite", obj{"user": []string{"woNobody"}}))
	assert.Equal(t, codeNoReceiver, w.code(editor, "batch_invite", obj{}))
	assert.Equal(t, platform.CodeBadParam, w.code(editor, "batch_invite", obj{"user": make([]string, maxTagUsers+1)}))
	assert.Equal(t, platform.CodeNoRight, w.code(faketest.Suite, "batch_invite", obj{"user": []string{"woBo"}}))
}
