package chatdata_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/chatdata"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// iterators are those of the package, each as the ids that it gives.
var iterators = map[string]func(api *token.Api, each func(id string) bool) error{
	"/cgi-bin/chatdata/get_auth_user_list": func(api *token.Api, each func(string) bool) error {
		for u, err := range chatdata.AllAuthUsers(api) {
			if err != nil || !each(u.UserId) {
				return err
			}
		}
		return nil
	},
	"/cgi-bin/docdata/get_auth_user_list": func(api *token.Api, each func(string) bool) error {
		for u, err := range chatdata.AllDocAuthUsers(api) {
			if err != nil || !each(u.UserId) {
				return err
			}
		}
		return nil
	},
}

// G: endpoint/pages endpoint/cursor
func TestIterators(t *testing.T) {
	t.Parallel()
	const one, two = `{"auth_user_list":[{"userid":"a"},{"userid":"b"}],"has_more":1,"next_cursor":"c1"}`, `{"auth_user_list":[{"userid":"c"}],"has_more":false,"next_cursor":"c2"}`
	for path, walk := range iterators {
		for name, test := range map[string]struct {
			answers []string
			stop    string // the id to leave at
			want    string
			err     error
		}{
			"all pages":             {[]string{one, two}, "", "abc", nil},
			"a page without anyone": {[]string{`{"auth_user_list":null,"has_more":true,"next_cursor":"c0"}`, two}, "", "c", nil},
			"an error in between":   {[]string{one, `{"errcode":50100}`}, "", "ab", token.Code(50100)},
			"left early":            {[]string{one}, "a", "a", nil},
			"a repeated cursor":     {[]string{one, one}, "", "abab", paging.ErrCursor},
			"no cursor":             {[]string{`{"auth_user_list":[{"userid":"a"}],"has_more":true}`}, "", "a", paging.ErrNoCursor},
		} {
			api, asked := corptest.Script(t, test.answers...)
			got := ""
			err := walk(api, func(id string) bool { got += id; return id != test.stop })
			require.ErrorIs(t, err, test.err, "%s %s", path, name)
			assert.Equal(t, test.want, got, "%s %s", path, name)
			want := []string{path + ` {"limit":1000}`, path + ` {"cursor":"c1","limit":1000}`, path + ` {"cursor":"c0","limit":1000}`}
			assert.Subset(t, want, asked(), name)
			assert.Len(t, asked(), len(test.answers), "%s %s", path, name)
		}
	}
}

// Pages are not held: after a hundred thousand members no more is in use than after a thousand.
// G: endpoint/pages
func TestManyMembersAreNotHeld(t *testing.T) {
	const pages, size = 100, 1000
	users := strings.TrimSuffix(strings.Repeat(`{"userid":"`+strings.Repeat("w", 64)+`","edition_list":[1,2]},`, size), ",")
	api := corptest.Canned(func(_ string, body []byte) string {
		var req data.Cursor
		_ = json.Unmarshal(body, &req)
		n, _ := strconv.Atoi(req.Cursor)
		return fmt.Sprintf(`{"auth_user_list":[%s],"has_more":%t,"next_cursor":"%d"}`, users, n < pages-1, n+1)
	})
	n, before, most := 0, int64(0), int64(0)
	for _, err := range chatdata.AllAuthUsers(api) {
		require.NoError(t, err)
		if n++; n == size {
			before = heap.Live()
		} else if n%(10*size) == 0 {
			most = max(most, heap.Live()-before)
		}
	}
	assert.Equal(t, pages*size, n)
	assert.Less(t, most, int64(1<<20))
}

// WeCom gets the public half, as PEM.
func TestSetPublicKey(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`)
	require.NoError(t, chatdata.SetPublicKey(api, &key.PublicKey, 0))
	var sent struct {
		PublicKey    string `json:"public_key"`
		PublicKeyVer *int   `json:"public_key_ver"`
	}
	_, body, _ := strings.Cut(asked()[0], " ")
	require.NoError(t, json.Unmarshal([]byte(body), &sent))
	require.NotNil(t, sent.PublicKeyVer)
	block, rest := pem.Decode([]byte(sent.PublicKey))
	require.NotNil(t, block)
	assert.Empty(t, rest)
	assert.Equal(t, "PUBLIC KEY", block.Type)
	got, err := x509.ParsePKIXPublicKey(block.Bytes)
	require.NoError(t, err)
	assert.True(t, key.PublicKey.Equal(got))
}

// What is not masked is said, too.
func TestNothingIsMasked(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{"config":null}`)
	require.NoError(t, chatdata.SetHideSensitiveInfoConfig(api, "wo", chatdata.HideConfig{}))
	assert.Contains(t, asked()[0], `{"userid":"wo","config":{"hide_mobile":false,"hide_idcard":false,"hide_bankno":false}}`)
	got, err := chatdata.GetHideSensitiveInfoConfig(api, "wo")
	require.NoError(t, err)
	assert.Equal(t, &chatdata.HideConfig{}, got)
}

// G: endpoint/checked
func TestRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	call := func(a chatdata.Ability, in any) func() error {
		return func() error { _, err := chatdata.SyncCallProgram[int](api, a, "", in); return err }
	}
	upload := func(f wire.File) func() error {
		return func() error { _, err := chatdata.UploadMedia(api, f); return err }
	}
	for want, calls := range map[string][]func() error{
		"limit is 1001": {
			func() error { _, err := chatdata.GetAuthUserList(api, "", 1001); return err },
			func() error { _, err := chatdata.DocGetAuthUserList(api, "", 1001); return err },
		},
		"public_key is empty": {
			func() error { return chatdata.SetPublicKey(api, nil, 1) },
			func() error { return chatdata.SetPublicKey(api, new(rsa.PublicKey), 1) },
		},
		"public_key: it has 1024 bits": {func() error { return chatdata.SetPublicKey(api, &short.PublicKey, 1) }},
		"public_key: it has 9 bits":    {func() error { return chatdata.SetPublicKey(api, &rsa.PublicKey{N: big.NewInt(257)}, 1) }},
		"public_key_ver is -1":         {func() error { return chatdata.SetPublicKey(api, &key.PublicKey, -1) }},
		"userid is empty": {
			func() error { return chatdata.SetHideSensitiveInfoConfig(api, "", chatdata.HideConfig{}) },
			func() error { _, err := chatdata.GetHideSensitiveInfoConfig(api, ""); return err },
		},
		"program_id is empty": {
			func() error { return chatdata.SetReceiveCallback(api, "") },
			func() error { return chatdata.SetLogLevel(api, "", chatdata.LogInfo) },
			func() error { _, err := chatdata.GetLogLevel(api, ""); return err },
			func() error { return chatdata.OpenDebugMode(api, "", "t") },
			func() error { return chatdata.CloseDebugMode(api, "") },
			func() error { _, err := chatdata.CheckDebugMode(api, ""); return err },
			call(chatdata.Ability{AbilityId: "a"}, 1),
		},
		"log_level is 0":          {func() error { return chatdata.SetLogLevel(api, "p", 0) }},
		"log_level is 4":          {func() error { return chatdata.SetLogLevel(api, "p", 4) }},
		"debug_token is empty":    {func() error { return chatdata.OpenDebugMode(api, "p", "") }},
		"ability_id is empty":     {call(chatdata.Ability{ProgramId: "p"}, 1)},
		"request_data: nil":       {call(ability, nil), call(ability, (*int)(nil)), func() error { _, err := chatdata.AsyncProgramTask(api, ability, nil); return err }},
		"request_data: json":      {call(ability, make(chan int)), call(ability, json.RawMessage("{"))},
		"jobid is empty":          {func() error { _, err := chatdata.AsyncProgramResult[int](api, ""); return err }},
		"has 5 bytes: at least 6": {upload(wire.Bytes("a", make([]byte, 5)))},
		"at most 62914560":        {upload(sized(60<<20 + 1))},
		"no Open":                 {upload(wire.File{Name: "a", Size: 9})},
		"filename is empty":       {upload(wire.Bytes("", make([]byte, 9)))},
	} {
		for _, call := range calls {
			assert.ErrorContains(t, call(), want)
		}
	}
}

// sized is a file that nobody holds.
func sized(size int64) wire.File {
	return wire.File{Name: "a", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zeros{}, size)), nil }}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// G: endpoint/checked
func TestJustLegalIsSent(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(string, []byte) string { return `{"jobid":"j","media_id":"m"}` })
	for _, err := range []error{
		second(chatdata.GetAuthUserList(api, "", 1000)), second(chatdata.DocGetAuthUserList(api, "", 1000)),
		chatdata.SetLogLevel(api, "p", chatdata.LogError), chatdata.SetLogLevel(api, "p", chatdata.LogDebug),
		second(chatdata.AsyncProgramTask(api, ability, "")), second(chatdata.AsyncProgramTask(api, ability, 0)),
		second(chatdata.UploadMedia(api, wire.Bytes("a", make([]byte, 6)))),
	} {
		assert.NoError(t, err)
	}
	var came int64
	large := corptest.NewApi(context.Background(), inprocess.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, _ := io.Copy(io.Discard, r.Body); strings.HasPrefix(r.URL.Path, "/cgi-bin/chatdata/") {
			came = n
		}
		_, _ = io.WriteString(w, `{"errcode":0,"suite_access_token":"S","access_token":"C","expires_in":7200,"media_id":"m"}`)
	})))
	_, err := chatdata.UploadMedia(large, sized(60<<20))
	require.NoError(t, err)
	assert.Greater(t, came, int64(60<<20))
}

func second[T any](_ T, err error) error { return err }

// A debug token and the id of a notice are secrets.
// G: secret/echo
func TestNoSecretInErrors(t *testing.T) {
	t.Parallel()
	api := corptest.Canned(func(_ string, body []byte) string {
		return string(bytes.Replace([]byte(`{"errcode":40001,"errmsg":BODY}`), []byte("BODY"), quoted(body), 1))
	})
	err := chatdata.OpenDebugMode(api, "spKx7", "tokenForDebugging")
	require.ErrorContains(t, err, "spKx7")
	assert.NotContains(t, err.Error(), "tokenForDebugging")
	_, err = chatdata.SyncCallProgram[int](api, ability, "nt_ofTheNotice", 1)
	require.ErrorContains(t, err, "spKx7")
	assert.NotContains(t, err.Error(), "nt_ofTheNotice")
}

func quoted(body []byte) []byte {
	text, _ := json.Marshal(string(body))
	return text
}

func TestValues(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{1, 2, 3}, []int{chatdata.EditionInternal, chatdata.EditionExternal, chatdata.EditionVoice})
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6, 7}, []int{
		chatdata.StatusTrial, chatdata.StatusTrialOver, chatdata.StatusPaid, chatdata.StatusPaidOver, chatdata.StatusFree, chatdata.StatusFreeOver, chatdata.StatusNotBegun})
	assert.Equal(t, []int{1, 2, 3}, []int{chatdata.LogError, chatdata.LogInfo, chatdata.LogDebug})
	assert.Equal(t, 1, chatdata.DebugOn)
}
