package contact_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// encrypt makes a file as WeCom does, and says of it what WeCom says.
func encrypt(t *testing.T, key, text string) ([]byte, contact.ExportFile) {
	secret, err := base64.RawStdEncoding.DecodeString(key)
	require.NoError(t, err)
	block, err := aes.NewCipher(secret)
	require.NoError(t, err)
	pad := 32 - len(text)%32
	file := append([]byte(text), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, secret[:16]).CryptBlocks(file, file)
	sum := md5.Sum(file)
	return file, contact.ExportFile{Url: "https://files.example/1?sign=x", Size: int64(len(file)), Md5: strings.ToUpper(hex.EncodeToString(sum[:]))}
}

// storage is where the files of an export lie: paths are the index, from 1.
func storage(t *testing.T, files ...[]byte) *token.Api {
	return corptest.NewApi(context.Background(), inprocess.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "files.example" || r.URL.Query().Get("sign") != "x" || r.URL.Query().Has("access_token") {
			t.Errorf("request to %s%s", r.Host, r.URL)
		}
		_, _ = w.Write(files[int(r.URL.Path[1]-'1')])
	})))
}

func TestNewExportKey(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		key := contact.NewExportKey()
		require.Regexp(t, `^[0-9a-zA-Z]{43}$`, key)
		secret, err := base64.RawStdEncoding.Strict().DecodeString(key)
		require.NoError(t, err)
		require.Len(t, secret, 32)
		require.False(t, seen[key])
		seen[key] = true
	}
}

// G: contact/export
func TestExportedUsers(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	one, fileOne := encrypt(t, key, `{"more":{"userlist":[1]},"userlist":[{"userid":"woLin","name":"林\t青	A","department":["7"],"gender":1},null,{"userid":"woWang"}],"end":1}`)
	two, fileTwo := encrypt(t, key, `{"userlist":null}`)
	three, fileThree := encrypt(t, key, " {\"userlist\":[{\"userid\":\"woLi\"}]}\n")
	fileTwo.Url, fileThree.Url = "https://files.example/2?sign=x", "https://files.example/3?sign=x"
	var got []contact.User
	for u, err := range contact.ExportedUsers(storage(t, one, two, three), []contact.ExportFile{fileOne, fileTwo, fileThree}, key) {
		require.NoError(t, err)
		got = append(got, u)
	}
	assert.Equal(t, []contact.User{{UserId: "woLin", Name: "林\t青 A", Department: []int64{7}, Gender: "1"}, {}, {UserId: "woWang"}, {UserId: "woLi"}}, got)

	for range contact.ExportedUsers(storage(t, one), []contact.ExportFile{fileOne, {Url: "none"}}, key) {
		break // the next file is not asked for
	}
}

// G: contact/export
func TestExportedDepartmentsAndTags(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	one, file := encrypt(t, key, `{"department":[{"id":2,"parentid":1,"order":"5"}]}`)
	for d, err := range contact.ExportedDepartments(storage(t, one), []contact.ExportFile{file}, key) {
		require.NoError(t, err)
		assert.Equal(t, contact.Department{Id: 2, ParentId: 1, Order: 5}, d)
	}
	one, file = encrypt(t, key, `{"tagname":"销售","userlist":[{"userid":"woLin"}],"partylist":[7]}`)
	got, err := contact.ExportedTag(storage(t, one), []contact.ExportFile{file, file}, key)
	require.NoError(t, err)
	assert.Equal(t, &contact.Tagged{TagName: "销售", UserList: []contact.TaggedUser{{UserId: "woLin"}, {UserId: "woLin"}}, PartyList: []int64{7, 7}}, got)
}

// G: contact/export
func TestFilesThatAreNotWhatWeComSaid(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	good, file := encrypt(t, key, `{"userlist":[{"userid":"woLin"},{"userid":"woWang"}],"rest":"`+strings.Repeat("x", 100)+`"}`)
	changed := bytes.Clone(good)
	changed[len(changed)-1] ^= 1
	for name, test := range map[string]struct {
		content []byte
		change  func(*contact.ExportFile)
		key     string
		want    string
	}{
		"short":      {content: good[:len(good)-32], want: "bytes instead of"},
		"half block": {content: good[:len(good)-5], want: "no multiple of 16"},
		"empty":      {content: nil, change: func(f *contact.ExportFile) { f.Size, f.Md5 = 0, "" }, want: "the file is empty"},
		"changed":    {content: changed, want: "has the MD5"},
		"size":       {content: good, change: func(f *contact.ExportFile) { f.Size++ }, want: "bytes instead of"},
		"other key":  {content: good, key: contact.NewExportKey(), want: "the key is another"},
		"no URL":     {content: good, change: func(f *contact.ExportFile) { f.Url = "" }, want: "the URL of a file"},
		"bad key":    {content: good, key: key[:42] + "+", want: "encoding_aeskey must be 43"},
		"short key":  {content: good, key: key[:42], want: "encoding_aeskey must be 43"},
	} {
		f, k := file, key
		if test.change != nil {
			test.change(&f)
		}
		if test.key != "" {
			k = test.key
		}
		err := last(contact.ExportedUsers(storage(t, test.content), []contact.ExportFile{f}, k))
		require.ErrorContains(t, err, test.want, name)
		assert.NotContains(t, err.Error(), k)
		_, err = contact.ExportedTag(storage(t, test.content), []contact.ExportFile{f}, k)
		require.Error(t, err, name)
	}
	for _, text := range []string{`[]`, `{"userlist":7}`, `{"userlist":[`, `{"userlist":[]`, `{"userlist":[]} {}`, `{"userlist":[1,}`} {
		content, f := encrypt(t, key, text)
		assert.Error(t, last(contact.ExportedUsers(storage(t, content), []contact.ExportFile{f}, key)), text)
	}
	content, f := encrypt(t, key, "")
	r, err := contact.OpenExport(storage(t, content), f, key)
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Empty(t, text)
	require.NoError(t, r.Close())
	file.Size, file.Md5 = 0, ""
	require.NoError(t, last(contact.ExportedUsers(storage(t, good), []contact.ExportFile{file}, key)), "what WeCom does not say is not compared")
}

// G: contact/export
func TestAnExportThatBreaksOff(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	content, file := encrypt(t, key, `{"userlist":[]}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write(content)
	}))
	defer server.Close()
	file.Url, file.Size, file.Md5 = server.URL+"/broken", 0, ""
	r, err := contact.OpenExport(corptest.NewApi(t.Context(), http.DefaultTransport), file, key)
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.ErrorContains(t, err, "/broken")
	assert.Empty(t, text)
	require.NoError(t, r.Close())
}

// A file of any size is read in the same memory.
// G: contact/export
func TestALargeExport(t *testing.T) {
	const total = 16_000
	key := contact.NewExportKey()
	var text strings.Builder
	text.WriteString(`{"userlist":[{"userid":"wo0"}`)
	for i := 1; i < total; i++ {
		fmt.Fprintf(&text, `,{"userid":"wo%d","name":%q}`, i, strings.Repeat("n", 1000))
	}
	text.WriteString("]}")
	content, file := encrypt(t, key, text.String())
	text.Reset()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) }))
	defer server.Close()
	file.Url = server.URL
	api := corptest.NewApi(t.Context(), http.DefaultTransport)
	before, n, most := heap.Live(), 0, int64(0)
	for u, err := range contact.ExportedUsers(api, []contact.ExportFile{file}, key) {
		require.NoError(t, err)
		if want := fmt.Sprintf("wo%d", n); u.UserId != want {
			require.Equal(t, want, u.UserId)
		}
		if n++; n%4000 == 1 {
			most = max(most, heap.Live()-before)
		}
	}
	assert.Equal(t, total, n)
	assert.Less(t, most, int64(4<<20), "of %d MB", len(content)>>20)
	t.Logf("%d members in %d MB, with %d KB of memory more", n, len(content)>>20, most>>10)
}

// G: secret/texts
func TestTheKeyIsInNoError(t *testing.T) {
	t.Parallel()
	key := contact.NewExportKey()
	api := corptest.Canned(func(_ string, body []byte) string {
		return fmt.Sprintf(`{"errcode":40058,"errmsg":%q}`, "invalid request "+string(body))
	})
	_, err := contact.ExportUser(api, key, 0)
	require.ErrorIs(t, err, token.Code(40058))
	assert.NotContains(t, err.Error(), key)
	_, err = contact.BatchSyncUser(api, contact.Import{MediaId: "m", Callback: &contact.Callback{Url: "u", Token: "t", EncodingAESKey: key}})
	require.ErrorIs(t, err, token.Code(40058))
	assert.NotContains(t, err.Error(), key)
}

func TestWaitExport(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api, asked := corptest.Script(t, `{"status":0}`, `{"errcode":45009}`, `{"status":1}`, `{"status":2,"data_list":[{"url":"u","size":"7","md5":"m"}]}`)
		began := time.Now()
		files, err := contact.WaitExport(api, "job", 0)
		require.NoError(t, err)
		assert.Equal(t, []contact.ExportFile{{Url: "u", Size: 7, Md5: "m"}}, files)
		assert.Equal(t, 30*time.Second, time.Since(began))
		assert.Len(t, asked(), 4)

		api, _ = corptest.Script(t, `{"status":3}`)
		_, err = contact.WaitExport(api, "job", time.Second)
		require.ErrorIs(t, err, contact.ErrExportFailed)
		api, _ = corptest.Script(t, `{"errcode":60011}`)
		_, err = contact.WaitExport(api, "job", time.Second)
		require.ErrorIs(t, err, token.Code(60011))
	})
}
