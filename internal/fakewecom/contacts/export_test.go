package contacts

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const exportKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func (w *world) begun(suite, name string, in obj) string {
	w.T.Helper()
	in["encoding_aeskey"] = exportKey
	id, _ := w.good(suite, name, in)["jobid"].(string)
	require.NotEmpty(w.T, id)
	w.Settled()
	return id
}

// files are what an export has come to.
func (w *world) files(suite, id string) []obj {
	w.T.Helper()
	out := w.good(suite, "export_get_result", q("jobid", id))
	require.EqualValues(w.T, exportDone, out["status"])
	return faketest.List(out, "data_list")
}

// opened fetches a file, checks what was said of it, and decrypts it.
func (w *world) opened(file obj) (content obj) {
	w.T.Helper()
	res, err := http.Get(file["url"].(string))
	require.NoError(w.T, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(w.T, err)
	sum := md5.Sum(data)
	assert.Equal(w.T, []any{hex.EncodeToString(sum[:]), float64(len(data))}, []any{file["md5"], file["size"]})
	assert.Zero(w.T, len(data)%32)
	key, err := base64.RawStdEncoding.DecodeString(exportKey)
	require.NoError(w.T, err)
	c, err := aes.NewCipher(key)
	require.NoError(w.T, err)
	cipher.NewCBCDecrypter(c, key[:16]).CryptBlocks(data, data)
	data = data[:len(data)-int(data[len(data)-1])]
	require.NoError(w.T, json.Unmarshal(data, &content), "%s", data)
	return content
}

// An export has what the list of its kind has, for each kind of app.
func TestExportsAreLikeLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, suite := range []string{faketest.Suite, faketest.Template, editor} {
		for name, list := range map[string]string{"export_simple_user": "user_simplelist", "export_user": "user_list", "export_department": "department_list"} {
			files := w.files(suite, w.begun(suite, name, obj{}))
			require.Len(t, files, 1)
			query := url.Values{}
			if name != "export_department" {
				query = url.Values{"department_id": {"1"}, "fetch_child": {"1"}}
			}
			want := w.good(suite, list, query)
			delete(want, "errcode")
			delete(want, "errmsg")
			assert.Equal(t, want, w.opened(files[0]), "%s of %s", name, suite)
		}
	}
}

func TestExportOfATag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tag := w.good(faketest.Suite, "tag_create", obj{"tagname": "Night"})["tagid"]
	w.good(faketest.Suite, "tag_addtagusers", obj{"tagid": tag, "userlist": []string{"woBo", "woDan"}, "partylist": []int{2}})
	content := w.opened(w.files(faketest.Suite, w.begun(faketest.Suite, "export_taguser", obj{"tagid": tag}))[0])
	assert.Equal(t, obj{"tagname": "Night", "userlist": []any{obj{"userid": "woBo"}, obj{"userid": "woDan"}}, "partylist": []any{2.0}}, content)
	assert.Equal(t, codeBadTag, w.code(faketest.Suite, "export_taguser", obj{"tagid": 99, "encoding_aeskey": exportKey}))
	assert.Equal(t, codeBadTag, w.code(editor, "export_taguser", obj{"tagid": tag, "encoding_aeskey": exportKey}), "it is another app's")
}

// Each file has as many as was asked for.
func TestBlocksOfExports(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	members := make([]platform.Member, leastBlock+1)
	for i := range members {
		members[i] = platform.Member{UserId: fmt.Sprint("wo", i)}
	}
	require.NoError(t, w.AddCorp(platform.Corp{Id: faketest.Corp, PlainId: faketest.PlainCorp, Members: members}))
	files := w.files(faketest.Suite, w.begun(faketest.Suite, "export_simple_user", obj{"block_size": leastBlock}))
	require.Len(t, files, 2)
	first, second := faketest.List(w.opened(files[0]), "userlist"), faketest.List(w.opened(files[1]), "userlist")
	require.Len(t, first, leastBlock)
	require.Len(t, second, 1)
	assert.Equal(t, []any{"wo0", "wo10000"}, []any{first[0]["userid"], second[0]["userid"]})
	for _, size := range []int{leastBlock - 1, mostBlock + 1, 0} {
		assert.Equal(t, platform.CodeBadParam, w.code(faketest.Suite, "export_user", obj{"encoding_aeskey": exportKey, "block_size": size}), "%d", size)
	}
	for _, key := range []string{exportKey[1:], exportKey + "a", exportKey[1:] + "+"} {
		assert.Equal(t, platform.CodeBadParam, w.code(faketest.Suite, "export_user", obj{"encoding_aeskey": key}), key)
	}
}

// The end of an export is told to the app; its files are there for two hours, for that app.
func TestExportsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetJobDelay(time.Minute)
	id := w.begun(faketest.Suite, "export_user", obj{})
	custom := w.begun(faketest.Template, "export_department", obj{})
	assert.EqualValues(t, exportRunning, w.good(faketest.Suite, "export_get_result", q("jobid", id))["status"])
	w.Clock.Add(time.Minute)
	require.NoError(t, w.Settle(t.Context()))
	var ends []string
	for _, p := range w.Pushes() {
		if _, job, ok := strings.Cut(p.Payload, "<BatchJob>"); ok {
			ends = append(ends, p.Path+" "+p.Receive+" "+job)
		}
	}
	end := "<JobType><![CDATA[%s]]></JobType><ErrCode>0</ErrCode><ErrMsg><![CDATA[ok]]></ErrMsg></BatchJob></xml>"
	assert.Equal(t, []string{
		"/command " + faketest.Suite + " <JobId><![CDATA[" + id + "]]></JobId>" + fmt.Sprintf(end, "export_user"),
		"/customised " + faketest.Corp + " <JobId><![CDATA[" + custom + "]]></JobId>" + fmt.Sprintf(end, "export_department"),
	}, ends)
	assert.Contains(t, w.Secrets(), exportKey)
	assert.Equal(t, codeNotVisible, w.code(faketest.Template, "export_get_result", q("jobid", id)))
	assert.Equal(t, platform.CodeBadParam, w.code(faketest.Template, "export_get_result", q("jobid", "none")))
	file := w.files(faketest.Suite, id)[0]
	w.Clock.Add(fileLife - time.Second)
	w.opened(file)
	w.Clock.Add(time.Second)
	res, err := http.Get(file["url"].(string))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
}
