package console

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

// Members send mass messages and publish moments; customers react.
func TestOutreach(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	assert.Contains(t, plain(part(t, s.page("/customers"), "outreach")), "Nothing to do yet")
	s.fillPeople()
	require.Zero(t, s.asApp("externalcontact/add_msg_template", `{"chat_type":"single","external_userid":["wmGrace"],"sender":"`+users[0]+`","text":{"content":"Spring sale"}}`)["errcode"])
	require.Zero(t, s.asApp("externalcontact/add_moment_task", `{"text":{"content":"New shop"},"visible_range":{"sender_list":{"user_list":["`+users[0]+`"]}}}`)["errcode"])
	rows := plain(part(t, s.page("/customers"), "outreach"))
	assert.Regexp(t, `Spring sale mass message · App 1 · .* Member 1 customers: 1 waits for the member Send it`, rows)
	assert.Regexp(t, `New shop moment · .* Member 1 customers: \d waits for the member Publish`, rows)

	body := s.done(s.submit("/customers", "POST /corps/{corp}/group-messages/{message}/send", nil))
	assert.Regexp(t, `<button[^>]* disabled>Send it`, part(t, body, "outreach"))
	assert.Contains(t, plain(part(t, s.page("/customers?who=wmGrace"), "reached")), "Spring sale")
	s.done(s.submit("/customers", "POST /corps/{corp}/moments/{moment}/publish", nil))
	react := "POST /corps/{corp}/moments/{moment}/react"
	s.done(s.submit("/customers", react, url.Values{"external_user_id": {"wmGrace"}, "like": {"true"}}))
	body = s.done(s.submit("/customers", react, url.Values{"external_user_id": {"wmGrace"}, "like": {"false"}}))
	assert.Contains(t, plain(part(t, body, "outreach")), "likes: 1, comments: 1")
}

// A customer refuses to be handed over, or the time for it ends.
func TestOutreachTransfers(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	s.fillPeople()
	end := "POST /corps/{corp}/transfers/end"
	move := func() {
		t.Helper()
		require.Zero(t, s.asApp("externalcontact/transfer_customer", `{"handover_userid":"`+users[0]+`","takeover_userid":"`+users[1]+`","external_userid":["wmGrace"]}`)["errcode"])
	}
	move()
	assert.Regexp(t, `Grace transfer · .* Member 1 Member 2 waits 24 h Refuse Hand over`, plain(part(t, s.page("/customers"), "outreach")))
	body := s.done(s.submit("/customers", end, url.Values{"external_user_id": {"wmGrace"}, "refuse": {"false"}}))
	assert.Contains(t, plain(part(t, body, "outreach")), "handed over")
	assert.Regexp(t, `Grace WeChat wmGrace Member 2`, plain(part(t, body, "customers")))

	s, users = newInbox(t)
	s.fillPeople()
	move()
	body = s.done(s.submit("/customers", end, url.Values{"external_user_id": {"wmGrace"}, "refuse": {"true"}}))
	assert.Contains(t, plain(part(t, body, "outreach")), "refused or gone")
}

// A group gets another name.
func TestOutreachRename(t *testing.T) {
	t.Parallel()
	s, _ := newInbox(t)
	s.fillPeople()
	s.done(s.submit("/customers", "POST /corps/{corp}/groups/{chat}/rename", url.Values{"name": {"Friends"}}))
	assert.Equal(t, "Friends", s.customers().Groups[0].Name)
}

// upload is an app that uploads a file.
func (s *site) upload(kind, name string, data []byte) string {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	w, err := form.CreateFormFile("media", name)
	require.NoError(s.t, err)
	_, err = w.Write(data)
	require.NoError(s.t, err)
	require.NoError(s.t, form.Close())
	res, err := http.Post(s.server.URL+"/cgi-bin/media/upload?type="+kind+"&access_token="+s.corpToken(), form.FormDataContentType(), &b)
	require.NoError(s.t, err)
	defer res.Body.Close()
	var out struct {
		MediaId string `json:"media_id"`
		ErrMsg  string
	}
	require.NoError(s.t, json.NewDecoder(res.Body).Decode(&out))
	require.NotEmpty(s.t, out.MediaId, out.ErrMsg)
	return out.MediaId
}

// What was uploaded is shown, or can be had; the browser may do nothing with it.
func TestInboxFiles(t *testing.T) {
	t.Parallel()
	s, users := newInbox(t)
	var picture bytes.Buffer
	require.NoError(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	img, doc := s.upload("image", `<a>".png`, picture.Bytes()), s.upload("file", "prices.txt", []byte("12345678"))
	s.sends(users[0], "image", `{"media_id":"`+img+`"}`, "")
	s.sends(users[0], "file", `{"media_id":"`+doc+`"}`, "")
	s.sends(users[0], "mpnews", `{"articles":[{"title":"T","content":"<p>x</p>","thumb_media_id":"`+img+`"}]}`, "")
	phone := part(t, s.page(inboxOf(users[0])), "phone")
	assert.Equal(t, 2, bytes.Count([]byte(phone), []byte(`<img class="shot" src="/api/v1/corps/`+s.corp+`/media/`+img+`/content"`)))
	assert.Contains(t, phone, `download>prices.txt</a>`)
	res, body := s.ask(http.MethodGet, "/api/v1/corps/"+s.corp+"/media/"+img+"/content", nil)
	assert.Equal(t, picture.String(), body)
	assert.Contains(t, res.Header.Get("Content-Security-Policy"), "sandbox")
	must[sandbox.ClockMoved](s)(s.MoveClock(t.Context(), sandbox.ClockMove{Add: sandbox.Span(80 * 3600e9)}))
	phone = part(t, s.page(inboxOf(users[0])), "phone")
	assert.NotContains(t, phone, "<img", "files are there for three days")
	assert.Contains(t, phone, img)
}
