package fakewecom_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// story is one of messages, files, jobs and workbenches; it returns all that was answered and
// pushed, but for what is encrypted. between runs before each request.
func story(t *testing.T, seed string, between func(s *fakewecom.Server)) (told []string) {
	t.Helper()
	const key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("success")) }))
	defer hook.Close()
	s := fakewecom.New(platform.Options{Seed: seed, Now: func() time.Time { return time.Unix(1_760_000_000, 0) }})
	require.NoError(t, s.AddProvider(platform.Provider{CorpId: provider, Secret: "s"}))
	require.NoError(t, s.AddSuite(platform.Suite{Id: suite, Secret: "s", EditsContacts: true, DataURL: hook.URL, Command: platform.Callback{URL: hook.URL, Token: "t", EncodingAESKey: key}}))
	require.NoError(t, s.AddCorp(platform.Corp{Id: corp, Name: "Bakery", Members: []platform.Member{{UserId: "woAnna", Name: "Anna", Admin: true}, {UserId: "woBo"}}}))
	_, err := s.Install(t.Context(), suite, corp, platform.InstallOptions{AgentId: 7, FromProviderSite: true})
	require.NoError(t, err)
	a := asker{t, s, &told, between}
	for _, id := range a.ask("/cgi-bin/message/send", platform.Obj{"touser": "woNobody|woBo", "toparty": "1", "agentid": 7, "msgtype": "template_card", "enable_id_trans": 1,
		"template_card": platform.Obj{"card_type": "button_interaction", "main_title": platform.Obj{"title": "$userName=woAnna$"}, "task_id": "t", "button_list": []any{platform.Obj{"text": "b", "key": "k"}}}}, "msgid") {
		d, err := s.Click(t.Context(), id, "woBo", "k")
		require.NoError(t, err)
		told = append(told, string(d.Payload))
	}
	for _, m := range s.MessagesTo("woAnna") {
		told = append(told, m.Id, string(m.Content))
	}
	media := a.upload("姓名,帐号,手机号,所在部门\nFay,fay,13900000006,7;8\nGil,gil,13900000007,9\n")
	for _, job := range a.ask("/cgi-bin/batch/syncuser", platform.Obj{"media_id": media}, "jobid") {
		a.get("/cgi-bin/batch/getresult", url.Values{"jobid": {job}})
	}
	for _, path := range []string{"/cgi-bin/export/user", "/cgi-bin/export/department"} {
		for _, job := range a.ask(path, platform.Obj{"encoding_aeskey": key}, "jobid") {
			a.get("/cgi-bin/export/get_result", url.Values{"jobid": {job}})
		}
	}
	a.ask("/cgi-bin/agent/set_workbench_template", platform.Obj{"agentid": 7, "type": "image", "image": platform.Obj{"url": "https://a.example"}}, "")
	a.ask("/cgi-bin/agent/get_workbench_data", platform.Obj{"agentid": 7, "userid": "woBo"}, "")
	a.get("/cgi-bin/agent/get", url.Values{"agentid": {"7"}})
	for _, d := range s.Deliveries() {
		told = append(told, string(d.Payload))
	}
	return told
}

// asker asks as the app, and keeps the answers.
type asker struct {
	t    *testing.T
	s    *fakewecom.Server
	told *[]string

	between func(s *fakewecom.Server)
}

func (a asker) send(r *http.Request) platform.Obj {
	a.t.Helper()
	a.between(a.s)
	value, err := a.s.IssueToken(spec.CredentialCorp, suite, corp)
	require.NoError(a.t, err)
	q := r.URL.Query()
	q.Set("access_token", value)
	r.URL.RawQuery = q.Encode()
	rec := httptest.NewRecorder()
	a.s.ServeHTTP(rec, r)
	*a.told = append(*a.told, rec.Body.String())
	var out platform.Obj
	require.NoError(a.t, json.Unmarshal(rec.Body.Bytes(), &out))
	require.EqualValues(a.t, 0, out["errcode"], "%s %v", r.URL.Path, out)
	return out
}

// ask posts, and returns the id of that name in the answer.
func (a asker) ask(path string, in platform.Obj, name string) (ids []string) {
	a.t.Helper()
	body, err := json.Marshal(in)
	require.NoError(a.t, err)
	out := a.send(httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
	if id, ok := out[name].(string); ok {
		ids = append(ids, id)
	}
	return ids
}

func (a asker) get(path string, q url.Values) {
	a.t.Helper()
	a.send(httptest.NewRequest(http.MethodGet, path+"?"+q.Encode(), nil))
}

func (a asker) upload(text string) (mediaId string) {
	a.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("media", "members.csv")
	require.NoError(a.t, err)
	_, err = fmt.Fprint(part, text)
	require.NoError(a.t, err)
	require.NoError(a.t, m.Close())
	r := httptest.NewRequest(http.MethodPost, "/cgi-bin/media/upload?type=file", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	mediaId, _ = a.send(r)["media_id"].(string)
	return mediaId
}

// One seed tells one story, to the last id; another seed tells it with other ids.
func TestSeedsTellOneStory(t *testing.T) {
	t.Parallel()
	nothing := func(*fakewecom.Server) {}
	first := story(t, "a", nothing)
	require.Greater(t, len(first), 15)
	for range 5 {
		assert.Equal(t, first, story(t, "a", nothing))
	}
	other := story(t, "b", nothing)
	require.Len(t, other, len(first))
	assert.NotEqual(t, first, other)
}
