package contacts

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
)

// A table is read by its headings, whatever their order; rows may be short.
func TestTables(t *testing.T) {
	t.Parallel()
	rows, err := readTable([]byte("\ufeff账号, 姓名 ,其他,所在部门\r\nbo,\"Bo, \"\"B\"\"\",x,1;2\r\n\r\nfay\r\n"), memberColumns())
	require.NoError(t, err)
	assert.Equal(t, []map[string]string{{"userid": "bo", "name": `Bo, "B"`, "department": "1;2"}, {"userid": "fay"}}, rows)
	rows, err = readTable([]byte("父部门id,部门id,部门名称\n1,2,Sales\n"), departmentColumns())
	require.NoError(t, err)
	assert.Equal(t, []map[string]string{{"id": "2", "parentid": "1", "name": "Sales"}}, rows)
	_, err = readTable([]byte("部门ID,部门名称\n"), departmentColumns())
	require.ErrorContains(t, err, "no column 父部门ID")
	_, err = readTable(nil, memberColumns())
	require.ErrorContains(t, err, "no CSV")
	rows, err = readTable([]byte("姓名,帐号\n"), memberColumns())
	require.NoError(t, err)
	assert.Empty(t, rows)
}

func TestIdsOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]int64{"": nil, "7": {7}, " 7 ; 8;": {7, 8}, ";;": nil} {
		ids, err := idsOf(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, ids, text)
	}
	for _, text := range []string{"x", "7,8", "99999999999999999999"} {
		_, err := idsOf(text)
		assert.Error(t, err, text)
	}
}

// Whatever a file has, each row has an outcome, and the address book stays whole.
func FuzzImports(f *testing.F) {
	f.Add("姓名,帐号,手机号,所在部门\nFay,fay,13900000006,1;77\n,,,\nBo,woBo,,-1\n")
	f.Add("部门名称,部门ID,父部门ID,排序\nA,2,3,1\nB,3,2,4294967295\nC,1,1,0\nD,9223372036854775807,1,-1\n")
	f.Add("姓名,帐号\n\"a\nb\",c\"d\n")
	f.Fuzz(func(t *testing.T, table string) {
		w := newWorld(t)
		for _, name := range []string{"batch_syncuser", "batch_replaceparty", "batch_replaceuser", "batch_syncuser"} {
			out := w.imported(name, table)
			assert.EqualValues(t, importDone, out["status"])
			if n := faketest.Num(out, "total"); n > 0 {
				assert.Len(t, faketest.List(out, "result"), n)
			}
		}
		assert.Equal(t, "woAnna", w.good(faketest.Suite, "user_get", q("userid", "woAnna"))["userid"])
		assert.Contains(t, w.departmentIds(), rootId)
	})
}
