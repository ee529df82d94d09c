package customers

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

const second = "ww0000suite00002" // another third-party app

// world is a corp with two third-party apps and a customised one. Anna, Bo and Dan are seen by
// apps, Cy is hidden, Eve has left.
type world struct {
	*faketest.World
	*Customers
	made int // pushes that told has returned
}

func newWorld(t *testing.T) *world {
	t.Helper()
	fw := faketest.New(t, platform.Options{})
	w := &world{World: fw, Customers: New(fw.Platform, Files{
		Uploaded: func(_, mediaId string) (string, []byte, bool) { return "image", nil, mediaId == "m1" },
		Attached: func(_, mediaId string) (string, bool) { return strings.CutPrefix(mediaId, "attached for ") },
	})}
	cb := func(path string) platform.Callback {
		return platform.Callback{URL: w.Hook.URL + path, Token: faketest.Token, EncodingAESKey: faketest.Key}
	}
	require.NoError(t, w.AddSuite(platform.Suite{Id: second, Secret: "s", Command: cb("/second")}))
	require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Template, Secret: "s", Template: true, Command: cb("/template"), DataURL: w.Hook.URL + "/customised"}))
	require.NoError(t, w.AddCorp(platform.Corp{Id: faketest.Corp, PlainId: faketest.PlainCorp, Name: "Bakery", Members: []platform.Member{
		{UserId: "woAnna", Name: "Anna", Admin: true}, {UserId: "woBo", Name: "Bo"}, {UserId: "woDan", Name: "Dan"},
		{UserId: "woCy", Name: "Cy", Hidden: true}, {UserId: "woEve", Name: "Eve", Left: true},
	}}))
	for _, suite := range []string{faketest.Suite, second, faketest.Template} {
		w.AuthCode(suite)
	}
	return w
}

// as asks as one of the apps, and holds the answer against the facts: its fields, or its
// errcode. Paths are those below /cgi-bin/externalcontact/, or whole.
func (w *world) as(suite, path string, in obj) obj {
	w.T.Helper()
	defer w.Settled() // its pushes take numbers too, of which later ids are made
	ep := endpoint(w.T, path)
	token, err := w.IssueToken(spec.CredentialCorp, suite, faketest.Corp)
	require.NoError(w.T, err)
	out := w.CallWith(ep, url.Values{ep.QueryKey: {token}}, in)
	if code := faketest.Errcode(out); code == 0 {
		faketest.AsDocumented(w.T, ep, out)
	} else {
		assert.Contains(w.T, append(slices.Clone(ep.Errors), platform.CodeBadParam, 41009, 41035), code, "%s %v", path, in)
	}
	return out
}

// endpoint is the facts about a path.
func endpoint(t *testing.T, path string) spec.Endpoint {
	t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = "/cgi-bin/externalcontact/" + path
	}
	return faketest.EndpointAt(t, path)
}

// good is the answer to a request that must be right.
func (w *world) good(path string, in obj) obj {
	w.T.Helper()
	out := w.as(faketest.Suite, path, in)
	require.Zero(w.T, faketest.Errcode(out), "%s: %v", path, out)
	return out
}

// code is the errcode of a request.
func (w *world) code(path string, in obj) int {
	w.T.Helper()
	return faketest.Errcode(w.as(faketest.Suite, path, in))
}

// add makes somebody a customer of a member.
func (w *world) add(userId, externalId string) Relation {
	w.T.Helper()
	r, err := w.AddCustomer(w.T.Context(), faketest.Corp, Meeting{Customer: person(externalId), UserId: userId})
	require.NoError(w.T, err)
	return r
}

func person(externalId string) Customer {
	return Customer{externalId, strings.TrimLeft(externalId, "wmo"), "u" + externalId}
}

// texts are those of a field of the objects of a list.
func texts(list []obj, field string) (all []string) {
	for _, o := range list {
		text, _ := o[field].(string)
		all = append(all, text)
	}
	return all
}

// strs is a list of texts in an answer.
func strs(o obj, key string) []string {
	data, _ := json.Marshal(o[key])
	var list []string
	_ = json.Unmarshal(data, &list)
	return list
}

// told lists what the apps have heard since the last call: which app, and the fields after
// those that all events have. Random ids are left as they are.
func (w *world) told() (all []string) {
	w.Settled()
	pushes := w.Pushes()
	for _, p := range pushes[w.made:] {
		head := "</TimeStamp>"
		if strings.Contains(p.Payload, "<Event>") {
			head = "</Event>"
		}
		fields := faketest.Between(p.Payload, head, "</xml>")
		all = append(all, strings.TrimPrefix(p.Path, "/")+" "+strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(fields))
	}
	w.made = len(pushes)
	return all
}

// toldOne is the same for the first app alone.
func (w *world) toldOne() (all []string) {
	for _, text := range w.told() {
		if text, ok := strings.CutPrefix(text, "command "); ok {
			all = append(all, text)
		}
	}
	return all
}

// leave lets a member leave the corp.
func (w *world) leave(userId string) {
	w.T.Helper()
	require.NoError(w.T, w.UpdateMember(faketest.Corp, platform.Member{UserId: userId, Left: true}))
	require.NoError(w.T, w.Settle(w.T.Context()))
}

// Every endpoint of the part is one that the facts know.
func TestHandlersAreDocumented(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	known := map[string]bool{}
	for _, e := range spec.Endpoints() {
		known[e.Path] = true
	}
	for prefix, names := range map[string]map[string]func(a *ask) (obj, error){"externalcontact/": w.people(), "externalcontact/groupchat/": w.chats(),
		"externalcontact/customer_acquisition/": w.links(), "idconvert/": w.ids()} {
		for name := range names {
			assert.True(t, known["/cgi-bin/"+prefix+name], prefix+name)
		}
	}
}

// Whatever comes, the answer has an errcode, and the next request is answered too.
func FuzzCustomers(f *testing.F) {
	var paths []string
	for _, e := range spec.Endpoints() {
		if e.File == "corp/externalcontact" {
			paths = append(paths, e.Path)
			for _, body := range e.SampleRequests {
				f.Add(len(paths)-1, string(body))
			}
		}
	}
	f.Add(0, `{"attachments":[null,{},{"msgtype":"link","link":[]}],"text":{"content":1}}`)
	f.Add(1, `{"page_id":9223372036854775807,"page_size":-1,"cursor":"e","limit":-9223372036854775808}`)
	f.Add(2, `{"chat_id_list":[""],"owner_filter":{"userid_list":[null]},"tag_filter":{"group_list":[{}]}}`)
	f.Fuzz(func(t *testing.T, which int, body string) {
		w := newWorld(t)
		w.add("woAnna", "wmLi")
		token, err := w.IssueToken(spec.CredentialCorp, faketest.Suite, faketest.Corp)
		require.NoError(t, err)
		ep := endpoint(t, paths[uint(which)%uint(len(paths))])
		_, data := w.Send(ep.Method, ep.Path, url.Values{"access_token": {token}, "userid": {body}, "external_userid": {body}, "cursor": {body}}, body)
		faketest.ErrcodeOf(t, data)
		assert.Equal(t, []string{"wmLi"}, strs(w.good("list", obj{"userid": "woAnna"}), "external_userid"))
	})
}
