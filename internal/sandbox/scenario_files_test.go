package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// upload uploads a file as the app, to a path of media with a query, and returns its media_id.
func (s *sandbox) upload(token, path, name, data string) string {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("media", name)
	require.NoError(s.t, err)
	_, _ = io.WriteString(part, data)
	require.NoError(s.t, m.Close())
	res, err := http.Post(s.server.URL+"/cgi-bin/media/"+path+"&access_token="+url.QueryEscape(token), m.FormDataContentType(), &b)
	require.NoError(s.t, err)
	defer res.Body.Close()
	var out obj
	require.NoError(s.t, json.NewDecoder(res.Body).Decode(&out))
	require.NotEmpty(s.t, text(out, "media_id"), "%v", out)
	return text(out, "media_id")
}

// fetch is the content of a file, with its headers.
func (s *sandbox) fetch(path string) (http.Header, string) {
	s.t.Helper()
	res, err := http.Get(s.server.URL + apiPath + path)
	require.NoError(s.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, res.StatusCode, "%s", data)
	s.note(http.MethodGet, apiPath+path)
	return res.Header, string(data)
}

func files(s *sandbox) {
	corp, _ := s.corp()
	_, token := s.tokens(s.post("/installs", marshal(obj{"corp_id": corp})), corp)
	at := "/corps/" + corp + "/media"
	image := s.upload(token, "upload?type=image", "tea.png", "\x89PNG\r\n\x1a\nrest")
	sent := s.post(at, marshal(obj{"name": "报表.html", "text": "<script>alert(1)</script>"}))
	binary := s.post(at, marshal(obj{"name": "b", "data": []byte{0, 1}}))
	assert.EqualValues(s.t, 2, binary["size"])
	for _, body := range []string{`{"name":"x"}`, `{"name":"x","text":"a","data":"AA=="}`, `{"name":"x","data":"?"}`} {
		s.wrong(http.MethodPost, at, body)
	}
	all := list(s.get(at), "media")
	require.Len(s.t, all, 3)
	for _, m := range all {
		if m["media_id"] == image {
			assert.Equal(s.t, []any{"tea.png", "image", 12.0}, []any{m["name"], m["kind"], m["size"]})
		}
	}
	h, data := s.fetch(at + "/" + image + "/content")
	assert.Equal(s.t, "\x89PNG\r\n\x1a\nrest", data)
	assert.Equal(s.t, []string{"image/png", `inline; filename=tea.png`}, []string{h.Get("Content-Type"), h.Get("Content-Disposition")})
	h, data = s.fetch(at + "/" + text(sent, "media_id") + "/content")
	assert.Equal(s.t, "<script>alert(1)</script>", data)
	assert.Equal(s.t, "application/octet-stream", h.Get("Content-Type"), "no browser takes it for a page")
	how, more, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	require.NoError(s.t, err)
	assert.Equal(s.t, []string{"attachment", "报表.html"}, []string{how, more["filename"]})
	assert.Equal(s.t, "nosniff", h.Get("X-Content-Type-Options"))
	assert.True(s.t, strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'"))
	code, _ := s.wrong(http.MethodGet, at+"/nothing/content", "")
	assert.Equal(s.t, "unknown_media", code)
}

func kfDesk(s *sandbox) {
	corp, users := s.corp()
	_, token := s.tokens(s.post("/installs", marshal(obj{"corp_id": corp})), corp)
	at := "/corps/" + corp + "/kf"
	id := text(s.post(at, marshal(obj{"name": "Help"})), "open_kfid")
	s.post(at+"/"+id+"/servicers", marshal(obj{"user_ids": users[:2]}))
	s.post(at+"/"+id+"/servicers", marshal(obj{"user_ids": users[1:2], "remove": true}))
	s.wrong(http.MethodPost, at+"/"+id+"/servicers", "{}")
	s.wrong(http.MethodPost, at+"/"+id+"/servicers", marshal(obj{"user_ids": users[1:2], "remove": true}))
	out := s.post(at+"/"+id+"/rest", marshal(obj{"user_id": users[0], "why": 1}))
	assert.Equal(s.t, []string{"kf_msg_or_event"}, pushed(out))
	s.wrong(http.MethodPost, at+"/"+id+"/rest", marshal(obj{"user_id": users[0], "why": 3}))
	account := list(s.get(at), "accounts")[0]
	assert.Equal(s.t, []any{users[0]}, account["user_ids"])
	assert.Equal(s.t, obj{users[0]: 1.0}, account["resting"])
	s.post(at+"/enter", marshal(obj{"link": account["link"], "external_user_id": "wmKai"}))
	said := text(s.post(at+"/"+id+"/write", `{"external_user_id":"wmKai","text":"Yes","menu_id":"yes"}`), "message_id")
	s.wrong(http.MethodPost, at+"/"+id+"/write", `{"external_user_id":"wmKai","menu_id":"yes"}`)
	s.post(at+"/"+id+"/recall", marshal(obj{"external_user_id": "wmKai", "message_id": said}))
	s.wrong(http.MethodPost, at+"/"+id+"/recall", marshal(obj{"external_user_id": "wmKai", "message_id": said}))
	s.post(at+"/"+id+"/refuse", `{"external_user_id":"wmKai","refuse":true}`)
	talk := list(list(s.get(at), "accounts")[0], "conversations")[0]
	assert.Equal(s.t, true, talk["refusing"])
	message := list(talk, "messages")[0]
	assert.Equal(s.t, []any{true, "yes"}, []any{message["recalled"], inner(message, "content")["menu_id"]})

	assert.Empty(s.t, s.get(at + "/upgrade")["user_ids"])
	out = s.post(at+"/upgrade", marshal(obj{"user_ids": users[:1], "chat_ids": []string{"wrA"}}))
	assert.Equal(s.t, []any{users[0]}, out["user_ids"])
	assert.Equal(s.t, out, s.get(at+"/upgrade"))
	s.wrong(http.MethodPost, at+"/upgrade", `{"user_ids":["nobody"]}`)
	_, read := s.ask(http.MethodGet, "/cgi-bin/kf/customer/get_upgrade_service_config?access_token="+token, "")
	assert.Contains(s.t, string(read), `"userid_list":["`+users[0]+`"]`, "what apps read")
}

// replies: what an app answers to a message is shown in clear.
func replies(s *sandbox) {
	corp, users := s.corp()
	s.post("/installs", marshal(obj{"corp_id": corp}))
	enc, err := s.app.cipher["/app"].Encrypt([]byte("<xml><Content>hi</Content></xml>"), corp)
	require.NoError(s.t, err)
	s.app.say("<xml><Encrypt>" + enc + "</Encrypt><MsgSignature>" + s.app.cipher["/app"].Sign("1", "n", enc) + "</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>")
	out := s.post("/say", marshal(obj{"corp_id": corp, "user_id": users[1], "text": "hello"}))
	s.app.say("no reply")
	assert.Equal(s.t, "<xml><Content>hi</Content></xml>", list(out, "pushes")[0]["reply"])
	out = s.post("/say", marshal(obj{"corp_id": corp, "user_id": users[1], "text": "hello"}))
	s.app.say("success")
	assert.Empty(s.t, list(out, "pushes")[0]["reply"])
}

// A sandbox that runs for long keeps what its limits say; ids go on.
// G: sandbox/bounded
func TestWorldForgetsOldPushes(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, Config{}, Access{})
	for range 2*keptPushes + 1 {
		_, err := s.engine.PushTicket(t.Context(), s.cfg.Apps[0].SuiteId)
		require.NoError(t, err)
		if s.engine.LastDelivery()%100 == 0 {
			s.engine.Advance(ticketEvery)
		}
	}
	assert.EqualValues(t, 2*keptPushes+1, s.get("/status")["pushes"])
	assert.Len(t, s.engine.Deliveries(), keptPushes+1)
	assert.Less(t, len(s.engine.Secrets()), 2*keptSecrets+100)
	code, _ := s.wrong(http.MethodGet, "/pushes/1", "")
	assert.Equal(t, "unknown_push", code)
	s.wrong(http.MethodPost, "/pushes/1/redeliver", "")
	newest := s.get("/pushes/10001")
	assert.Equal(t, true, s.post("/pushes/10001/redeliver", "")["accepted"])
	assert.Contains(t, text(newest, "event"), "<SuiteTicket><![CDATA[#", "a mark")
}
