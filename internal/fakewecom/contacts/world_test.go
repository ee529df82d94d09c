package contacts

import (
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

const editor = "ww0000editor0001" // a suite that may edit address books

// world is a corp with three apps: an ordinary one, a customised one, and one that edits.
type world struct {
	*faketest.World
	*Contacts
	made   int
	tables map[string]string // CSV files by media_id
}

// newWorld has the departments Sales (2), East in Sales (3), and Secret (4), which is hidden.
// Anna, an administrator, is in the root, Bo in Sales and East, Dan in East and Secret; Cy is
// hidden.
func newWorld(t *testing.T) *world {
	t.Helper()
	fw := faketest.New(t, platform.Options{})
	w := &world{World: fw, tables: map[string]string{}}
	w.Contacts = New(fw.Platform, func(corpId, mediaId string) (string, []byte, bool) {
		text, ok := w.tables[mediaId]
		return "file", []byte(text), ok && corpId == faketest.Corp
	})
	cb := func(path string) platform.Callback {
		return platform.Callback{URL: w.Hook.URL + path, Token: faketest.Token, EncodingAESKey: faketest.Key}
	}
	require.NoError(t, w.AddSuite(platform.Suite{Id: editor, Secret: "s", Command: cb("/editor"), EditsContacts: true}))
	require.NoError(t, w.AddSuite(platform.Suite{Id: faketest.Template, Secret: "s", Template: true, Command: cb("/template"), DataURL: w.Hook.URL + "/customised"}))
	require.NoError(t, w.AddCorp(platform.Corp{Id: faketest.Corp, PlainId: faketest.PlainCorp, Name: "Bakery", Members: []platform.Member{
		{UserId: "woAnna", Name: "Anna", Admin: true, Mobile: "+8613900000001", Email: "anna@home.example", BizMail: "anna@bakery.example"},
		{UserId: "woBo", Name: "Bo", Departments: []int64{2, 3}}, {UserId: "woCy", Name: "Cy", Hidden: true, Mobile: "13900000003"},
		{UserId: "woDan", Name: "Dan", Departments: []int64{4, 3}}, {UserId: "woEve", Name: "Eve", Left: true},
	}}))
	for _, d := range []Department{{Name: "Sales"}, {Name: "East", NameEn: "East", ParentId: 2, Order: 7}, {Name: "Secret", Hidden: true}} {
		_, err := w.PutDepartment(t.Context(), faketest.Corp, d)
		require.NoError(t, err)
	}
	for _, suite := range []string{faketest.Suite, faketest.Template, editor} {
		w.AuthCode(suite)
	}
	return w
}

// as asks as one of the apps, and holds the answer against the facts: its fields, or its
// errcode. The names of endpoints are those of the facts, such as user_get.
func (w *world) as(suite, name string, in any) obj {
	w.T.Helper()
	ep := faketest.Endpoint(w.T, name)
	if name == "batch_getresult" { // there is one of the provider too
		ep = faketest.EndpointAt(w.T, "/cgi-bin/batch/getresult")
	}
	value, err := w.IssueToken(spec.CredentialCorp, suite, faketest.Corp)
	require.NoError(w.T, err)
	out := w.CallWith(ep, url.Values{"access_token": {value}}, in)
	if code := faketest.Errcode(out); code == 0 {
		faketest.AsDocumented(w.T, ep, out)
	} else {
		assert.Contains(w.T, slices.Concat(ep.Errors, []int{platform.CodeBadParam, 41009}), code, "%s %v", name, in)
	}
	return out
}

// code is the errcode of a request.
func (w *world) code(suite, name string, in any) int {
	w.T.Helper()
	return faketest.Errcode(w.as(suite, name, in))
}

// good is the answer to a request that must be right.
func (w *world) good(suite, name string, in any) obj {
	w.T.Helper()
	out := w.as(suite, name, in)
	require.Zero(w.T, faketest.Errcode(out), "%s: %v", name, out)
	return out
}

func q(name, value string) url.Values { return url.Values{name: {value}} }

// numbers are those of a field of the objects of a list.
func numbers(list []obj, field string) (all []int) {
	for _, o := range list {
		all = append(all, faketest.Num(o, field))
	}
	return all
}

// texts are the same of a text.
func texts(list []obj, field string) (all []string) {
	for _, o := range list {
		text, _ := o[field].(string)
		all = append(all, text)
	}
	return all
}

// told lists what each app has heard since the last call: where, what, and the fields after
// the ChangeType.
func (w *world) told() (all []string) {
	w.Settled()
	pushes := w.Pushes()
	for _, p := range pushes[w.made:] {
		if !strings.Contains(p.Payload, "change_contact") {
			continue
		}
		change := faketest.Between(p.Payload, "<ChangeType><![CDATA[", "]]>")
		fields := faketest.Between(p.Payload, "</ChangeType>", "</xml>")
		all = append(all, strings.Join([]string{strings.TrimPrefix(p.Path, "/"), change, strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(fields)}, " "))
	}
	w.made = len(pushes)
	return all
}

// Whatever comes, the answer has an errcode, and the next request is answered too.
func FuzzContacts(f *testing.F) {
	var paths []string
	for _, e := range spec.Endpoints() {
		if e.File == "corp/contact" {
			paths = append(paths, e.Name)
			for _, body := range e.SampleRequests {
				f.Add(len(paths)-1, string(body))
			}
		}
	}
	f.Add(0, `{"userid":"a","name":"n","mobile":"12345","department":[-1,0,4294967295,9223372036854775807,2,2]}`)
	f.Add(1, `{"id":4294967295,"parentid":4294967295,"name":"a"}`)
	f.Add(2, `{"tagid":9223372036854775807,"tagname":""}`)
	f.Fuzz(func(t *testing.T, which int, body string) {
		w := newWorld(t)
		ep := faketest.Endpoint(t, paths[uint(which)%uint(len(paths))])
		for _, name := range []string{ep.Name, "user_create", "user_update", "department_create", "department_update", "tag_create", "tag_addtagusers"} {
			w.throw(faketest.Endpoint(t, name), body)
		}
		assert.Equal(t, "woAnna", w.good(faketest.Suite, "user_get", q("userid", "woAnna"))["userid"])
	})
}

// throw sends a body, and its text in the query, as the app that edits.
func (w *world) throw(ep spec.Endpoint, body string) {
	w.T.Helper()
	value, err := w.IssueToken(spec.CredentialCorp, editor, faketest.Corp)
	require.NoError(w.T, err)
	query := url.Values{"access_token": {value}}
	for _, key := range []string{"id", "department_id", "userid", "tagid"} {
		if ep.Name != "user_delete" { // Anna is to stay
			query.Set(key, body)
		}
	}
	_, data := w.Send(ep.Method, ep.Path, query, body)
	faketest.ErrcodeOf(w.T, data)
}
