package messages

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type obj = platform.Obj

// world is a corp that has the app. Anna and Bo see it, Cy is hidden; departments, tags, files
// and accounts are what the test says.
type world struct {
	*faketest.World
	*Messages
	departments, tags map[int64][]string
	files             map[string]string // kinds by media_id
	without           []string          // who has no account
	messaged          []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: faketest.New(t, platform.Options{}), departments: map[int64][]string{}, tags: map[int64][]string{}, files: map[string]string{}}
	w.Messages = New(w.Platform, Around{Book: w, Uploaded: w.uploaded, Messaged: w.told})
	w.AuthCode(faketest.Suite)
	return w
}

func (w *world) InDepartment(_ *platform.Call, id int64) ([]string, bool) {
	ids, ok := w.departments[id]
	return ids, ok
}

func (w *world) Tagged(_ *platform.Call, id int64) ([]string, bool) {
	ids, ok := w.tags[id]
	return ids, ok
}

func (w *world) DepartmentName(_ *platform.Call, id int64) (string, bool) {
	return "Sales", id == 2
}

func (w *world) Alias(_ *platform.Call, userId string) string {
	return map[string]string{"woBo": "Bobby"}[userId]
}

func (w *world) uploaded(corpId, mediaId string) (string, []byte, bool) {
	kind, ok := w.files[mediaId]
	return kind, nil, ok && corpId == faketest.Corp
}

func (w *world) told(_ *platform.Install, userIds []string) []string {
	w.messaged = userIds
	return w.without
}

func (w *world) agent() int64 { return w.Installed(faketest.Suite, faketest.Corp).AgentId }

// text is a text message with more fields.
func (w *world) text(more obj) obj {
	in := obj{"msgtype": "text", "text": obj{"content": "hi"}, "agentid": w.agent()}
	maps.Copy(in, more)
	return in
}

// send sends a message, and holds a good answer against the facts.
func (w *world) send(in obj) obj {
	w.T.Helper()
	out, ep := w.Call("send", in), faketest.Endpoint(w.T, "send")
	if code := faketest.Errcode(out); code == 0 {
		faketest.AsDocumented(w.T, ep, out)
	} else {
		require.Contains(w.T, slices.Concat(ep.Errors, []int{platform.CodeBadParam}), code, "%v", out)
	}
	return out
}

// sentOut is the answer for a message that must go out.
func (w *world) sentOut(in obj) obj {
	w.T.Helper()
	out := w.send(in)
	require.Zero(w.T, faketest.Errcode(out), "%v", out)
	return out
}

func (w *world) code(in obj) int {
	w.T.Helper()
	return faketest.Errcode(w.send(in))
}

// counts are how many messages members can read.
func (w *world) counts(userIds ...string) (n []int) {
	for _, id := range userIds {
		n = append(n, len(w.MessagesTo(id)))
	}
	return n
}

// last is the newest message of a member, as he sees it.
func (w *world) last(userId string) obj {
	w.T.Helper()
	list := w.MessagesTo(userId)
	require.NotEmpty(w.T, list)
	var content obj
	require.NoError(w.T, json.Unmarshal(list[len(list)-1].Content, &content))
	return content
}
