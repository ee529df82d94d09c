package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/faketest"
	"github.com/gothird/wecom/internal/fakewecom/platform"
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
type counter struct {
	*faketest.World
	*Desks
}

func newCounter(t *testing.T) counter {
	t.Helper()
	w := counter{World: faketest.New(t, platform.Options{})}
	w.Desks = New(w.Platform)
	members := []platform.Member{
		{UserId: "woAnna", PlainUserId: "anna"}, {UserId: "woBo", PlainUserId: "bo"}, {UserId: "woCy", Hidden: true},
		{UserId: "woDi", NoInterop: true}, {UserId: "woEve", Left: true},
	}
	for i := range 30 {
		members = append(members, platform.Member{UserId: fmt.Sprintf("woM%02d", i)})
	}
	for _, id := range []string{faketest.Corp, testCorp2} {
		require.NoError(t, w.AddCorp(platform.Corp{Id: id, Name: "Bakery " + id, Members: members}))
		_, err := w.Install(t.Context(), faketest.Suite, id, platform.InstallOptions{FromProviderSite: true})
		require.NoError(t, err)
	}
	w.SetBalance("", 1_000_000_00)
	return w
}

func (w counter) at(unix int64) { w.Clock.Add(time.Unix(unix, 0).Sub(w.Clock.Now())) }

func (w counter) unix() int64 { return w.Clock.Now().Unix() }

func (w counter) policy(change func(p *LicensePolicy)) {
	p := DefaultLicensePolicy()
	change(&p)
	w.SetLicensePolicy("", p)
}

func (w counter) facts(corpId string, f LicenseFacts) {
	w.T.Helper()
	require.NoError(w.T, w.SetLicenseFacts("", corpId, f))
}

// post calls a path with a provider token.
func (w counter) post(path string, in obj) obj {
	w.T.Helper()
	for _, e := range spec.Endpoints() {
		if e.Path != path {
			continue
		}
		value, err := w.IssueToken(e.Credential, faketest.Suite, "")
		require.NoError(w.T, err)
		var body any = in
		if e.Method == http.MethodGet {
			body = url.Values{}
		}
		out := w.CallWith(e, url.Values{e.QueryKey: {value}}, body)
		if faketest.Errcode(out) == 0 {
			faketest.AsDocumented(w.T, e, out)
		}
		return out
	}
	require.FailNow(w.T, "no endpoint "+path)
	return nil
}

// lic calls a license endpoint.
func (w counter) lic(name string, in obj) obj {
	w.T.Helper()
	return w.post("/cgi-bin/license/"+name, in)
}

// ok is lic for a call that must succeed.
func (w counter) ok(name string, in obj) obj {
	w.T.Helper()
	out := w.lic(name, in)
	require.Zero(w.T, faketest.Errcode(out), "%s %v: %v", name, in, out)
	return out
}

func (w counter) refused(code int, name string, in obj) obj {
	w.T.Helper()
	out := w.lic(name, in)
	assert.Equal(w.T, code, faketest.Errcode(out), "%s %v: %v", name, in, out)
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
	w.T.Helper()
	return w.ok("create_new_order", order(corpId, base, interop, months, days))["order_id"].(string)
}

// buy orders, pays and returns the codes, base ones first.
func (w counter) buy(corpId string, base, interop, months, days int) (codes []string) {
	w.T.Helper()
	id := w.place(corpId, base, interop, months, days)
	require.NoError(w.T, w.PayOrder(w.T.Context(), id))
	return w.codesOf(id)
}

func (w counter) codesOf(orderId string) (codes []string) {
	w.T.Helper()
	for _, a := range faketest.List(w.ok("list_order_account", obj{"order_id": orderId, "limit": 1000}), "account_list") {
		codes = append(codes, a["active_code"].(string))
	}
	return codes
}

func (w counter) activate(code, userId string) {
	w.T.Helper()
	w.ok("active_account", obj{"active_code": code, "corpid": faketest.Corp, "userid": userId})
}

// info is a code as a corp sees it.
func (w counter) info(corpId, code string) obj {
	w.T.Helper()
	return w.ok("get_active_info_by_code", obj{"corpid": corpId, "active_code": code})["active_info"].(obj)
}

func (w counter) statusOf(orderId string) int {
	w.T.Helper()
	return faketest.Num(w.ok("get_order", obj{"order_id": orderId})["order"].(obj), "order_status")
}

// xmlOf is an event as it is told.
func xmlOf(fields ...platform.Field) string { return string(platform.EventXML(fields...)) }

// told returns the payloads of one InfoType that the system URL got.
func (w counter) told(infoType string) (payloads []string) {
	for _, p := range w.Pushes() {
		if strings.Contains(p.Payload, "<InfoType><![CDATA["+infoType+"]]>") {
			payloads = append(payloads, p.Payload)
		}
	}
	return payloads
}

// toldSoon waits for a push that follows an answer.
func (w counter) toldSoon(infoType string) []string {
	w.T.Helper()
	require.Eventually(w.T, func() bool { return len(w.told(infoType)) > 0 }, 5*time.Second, time.Millisecond)
	return w.told(infoType)
}
