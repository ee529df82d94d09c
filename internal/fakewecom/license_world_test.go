package fakewecom

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/spec"
)

const (
	testCorp2  = "wpCorpBBBB0002"
	testBuyer  = "chen.mei"
	day        = 24 * time.Hour
	dayInSecs  = 86400
	monthDays  = 31
	noSuchCode = "LC-NOTHING"
)

// counter is a world with licenses: the suite installed in two corps, members
// with every relation to the visible range.
type counter struct{ *world }

func newCounter(t *testing.T) counter {
	t.Helper()
	w := counter{newWorld(t, Options{})}
	members := []Member{
		{UserId: "woAnna", PlainUserId: "anna"}, {UserId: "woBo", PlainUserId: "bo"}, {UserId: "woCy", Hidden: true},
		{UserId: "woDi", NoInterop: true}, {UserId: "woEve", Left: true},
	}
	for i := range 30 {
		members = append(members, Member{UserId: fmt.Sprintf("woM%02d", i)})
	}
	for _, id := range []string{testCorp, testCorp2} {
		require.NoError(t, w.AddCorp(Corp{Id: id, Name: "Bakery " + id, Members: members}))
		_, err := w.Install(t.Context(), testSuite, id, InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
	}
	w.SetBalance("", 1_000_000_00)
	return w
}

func (w counter) at(unix int64) { w.clock.add(time.Unix(unix, 0).Sub(w.clock.now())) }

func (w counter) unix() int64 { return w.clock.now().Unix() }

func (w counter) policy(change func(p *LicensePolicy)) {
	p := DefaultLicensePolicy()
	change(&p)
	w.SetLicensePolicy("", p)
}

func (w counter) facts(corpId string, f LicenseFacts) {
	w.t.Helper()
	require.NoError(w.t, w.SetLicenseFacts("", corpId, f))
}

// post calls a path with a provider token.
func (w counter) post(path string, in obj) obj {
	w.t.Helper()
	for _, e := range spec.Endpoints() {
		if e.Path != path {
			continue
		}
		value, err := w.IssueToken(e.Credential, testSuite, "")
		require.NoError(w.t, err)
		var body any = in
		if e.Method == http.MethodGet {
			body = url.Values{}
		}
		out := w.callWith(e, url.Values{e.QueryKey: {value}}, body)
		if errcode(out) == 0 {
			asDocumented(w.t, e, out)
		}
		return out
	}
	require.FailNow(w.t, "no endpoint "+path)
	return nil
}

// lic calls a license endpoint.
func (w counter) lic(name string, in obj) obj {
	w.t.Helper()
	return w.post("/cgi-bin/license/"+name, in)
}

// ok is lic for a call that must succeed.
func (w counter) ok(name string, in obj) obj {
	w.t.Helper()
	out := w.lic(name, in)
	require.Zero(w.t, errcode(out), "%s %v: %v", name, in, out)
	return out
}

func (w counter) refused(code int, name string, in obj) obj {
	w.t.Helper()
	out := w.lic(name, in)
	assert.Equal(w.t, code, errcode(out), "%s %v: %v", name, in, out)
	return out
}

func order(corpId string, base, interop, months, days int) obj {
	return obj{
		"corpid": corpId, "buyer_userid": testBuyer,
		"account_count":    obj{"base_count": base, "external_contact_count": interop},
		"account_duration": obj{"months": months, "days": days},
	}
}

// place orders without paying.
func (w counter) place(corpId string, base, interop, months, days int) string {
	w.t.Helper()
	return w.ok("create_new_order", order(corpId, base, interop, months, days))["order_id"].(string)
}

// buy orders, pays and returns the codes, base ones first.
func (w counter) buy(corpId string, base, interop, months, days int) (codes []string) {
	w.t.Helper()
	id := w.place(corpId, base, interop, months, days)
	require.NoError(w.t, w.PayOrder(w.t.Context(), id))
	return w.codesOf(id)
}

func (w counter) codesOf(orderId string) (codes []string) {
	w.t.Helper()
	for _, a := range list(w.ok("list_order_account", obj{"order_id": orderId, "limit": 1000}), "account_list") {
		codes = append(codes, a["active_code"].(string))
	}
	return codes
}

func (w counter) activate(code, userId string) {
	w.t.Helper()
	w.ok("active_account", obj{"active_code": code, "corpid": testCorp, "userid": userId})
}

// info is a code as a corp sees it.
func (w counter) info(corpId, code string) obj {
	w.t.Helper()
	return w.ok("get_active_info_by_code", obj{"corpid": corpId, "active_code": code})["active_info"].(obj)
}

func (w counter) statusOf(orderId string) int {
	w.t.Helper()
	return num(w.ok("get_order", obj{"order_id": orderId})["order"].(obj), "order_status")
}

// xmlOf is an event as it is told.
func xmlOf(fields ...Field) string { return string(EventXML(fields...)) }

// told returns the payloads of one InfoType that the system URL got.
func (w counter) told(infoType string) (payloads []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pushes {
		if strings.Contains(p.Payload, "<InfoType><![CDATA["+infoType+"]]>") {
			payloads = append(payloads, p.Payload)
		}
	}
	return payloads
}

// toldSoon waits for a push that follows an answer.
func (w counter) toldSoon(infoType string) []string {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return len(w.told(infoType)) > 0 }, 5*time.Second, time.Millisecond)
	return w.told(infoType)
}

func list(o obj, key string) (items []obj) {
	all, _ := o[key].([]any)
	for _, x := range all {
		items = append(items, x.(obj))
	}
	return items
}

func num(o obj, key string) int {
	n, _ := o[key].(float64)
	return int(n)
}

// asDocumented holds a good answer against the endpoint's facts: nothing in it
// is undocumented, nothing that always comes is missing.
func asDocumented(t *testing.T, e spec.Endpoint, out obj) {
	t.Helper()
	types := map[string]string{"errcode": "int", "errmsg": "string"}
	for _, f := range e.Response {
		types[f.Path] = f.Type
		if i := strings.LastIndex(f.Path, "[]."); i > 0 {
			types[f.Path[:i]] = "array" // a few pages name the elements only
		}
		parent, name := "", f.Path
		if i := strings.LastIndexByte(f.Path, '.'); i >= 0 {
			parent, name = f.Path[:i], f.Path[i+1:]
		}
		for _, o := range objectsAt(out, parent) {
			if f.Always && !strings.HasSuffix(name, "[]") {
				assert.Contains(t, o, name, "%s lacks %s", e.Path, f.Path)
			}
		}
	}
	documented(t, e, types, "", out)
}

// objectsAt finds the objects at a path such as order_list[] or order.
func objectsAt(o obj, path string) []obj {
	found := []obj{o}
	for step := range strings.SplitSeq(path, ".") {
		if step == "" {
			continue
		}
		var next []obj
		for _, o := range found {
			if name, isList := strings.CutSuffix(step, "[]"); isList {
				next = append(next, list(o, name)...)
			} else if child, ok := o[step].(obj); ok {
				next = append(next, child)
			}
		}
		found = next
	}
	return found
}

func documented(t *testing.T, e spec.Endpoint, types map[string]string, at string, o obj) {
	t.Helper()
	for name, v := range o {
		path := at + name
		want := types[path]
		switch v := v.(type) {
		case obj:
			documented(t, e, types, path+".", v)
			continue
		case []any:
			assert.Equal(t, "array", want, "%s %s", e.Path, path)
			for _, item := range v {
				if child, ok := item.(obj); ok {
					documented(t, e, types, path+"[].", child)
				}
			}
		case string:
			assert.Equal(t, "string", want, "%s %s", e.Path, path)
		case float64:
			assert.Equal(t, "int", want, "%s %s", e.Path, path)
		}
	}
}
