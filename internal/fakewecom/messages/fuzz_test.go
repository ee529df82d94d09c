package messages

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/spec"
)

// Whatever is sent, changed and clicked, the answer has an errcode, what is read is JSON, and
// the next message arrives.
func FuzzMessages(f *testing.F) {
	for _, name := range []string{"/cgi-bin/message/send", "/cgi-bin/message/update_template_card"} {
		i := slices.IndexFunc(spec.Endpoints(), func(e spec.Endpoint) bool { return e.Path == name })
		for _, body := range spec.Endpoints()[i].SampleRequests {
			f.Add(string(body), "key", "q", "id")
		}
	}
	f.Add(`{"touser":"@all","toparty":"1","agentid":1,"msgtype":"template_card","template_card":{"card_type":"vote_interaction","main_title":{"title":"t"},"task_id":"t",
		"checkbox":{"question_key":"q","option_list":[{"id":"id","text":"t","is_checked":true},null,1]},"submit_button":{"key":"key","text":"t"}}}`, "key", "q", "id")
	f.Fuzz(func(t *testing.T, body, key, question, option string) {
		w := newWorld(t)
		var in obj
		if json.Unmarshal([]byte(body), &in) == nil && in != nil {
			in["agentid"] = w.agent() // or nothing is looked at
			text, err := json.Marshal(in)
			require.NoError(t, err)
			body = string(text)
		}
		for _, path := range []string{"send", "update_template_card", "recall"} {
			value, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
			require.NoError(t, err)
			_, data := w.Send(http.MethodPost, "/cgi-bin/message/"+path, url.Values{"access_token": {value}}, body)
			faketest.ErrcodeOf(t, data)
		}
		for _, m := range w.MessagesTo("woAnna") {
			assert.True(t, json.Valid(m.Content))
			_, _ = w.Click(t.Context(), m.Id, "woAnna", key, question, option)
			_, _ = w.Click(t.Context(), m.Id, "woAnna", key)
		}
		n := len(w.MessagesTo("woAnna"))
		w.sentOut(w.text(obj{"touser": "woAnna"}))
		assert.Len(t, w.MessagesTo("woAnna"), n+1)
	})
}
