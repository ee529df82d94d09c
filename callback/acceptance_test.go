package callback

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// Nothing else of the query is read, whatever it says.
// G: receive/query
func TestFurtherQueryParameters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	more := func(q url.Values, _ *string) {
		q.Set("corpid", "wwx")
		q.Set("debug", "1")
		q.Add("trace", "a b&c")
		q.Add("nonce", "second")
	}
	res := s.send(request{method: "GET", payload: "42", receiveId: siteProvider, spoil: more})
	assert.Equal(t, "42", s.body(res))
	res = s.send(request{payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite, spoil: more})
	assert.Equal(t, "success", s.body(res))
}

// Our reading of the query agrees with net/url's.
// G: receive/query
func FuzzParseQuery(f *testing.F) {
	for _, q := range []string{"", "msg_signature=a&timestamp=1&nonce=b&echostr=a%2Bb+c", "%6eonce=x", "nonce=a;timestamp=3", "nonce=%zz&nonce=b", "&&=&nonce", "nonce=&nonce=2"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := parseQuery(raw)
		want, _ := url.ParseQuery(raw)
		for _, name := range []string{"msg_signature", "timestamp", "nonce", "echostr"} {
			first := ""
			for _, v := range want[name] {
				if first == "" {
					first = v
				}
			}
			assert.Equal(t, first, *got.field(name), name)
		}
	})
}

// The signature joins its parts without separators: what is signed inside is checked too.
// G: receive/age
func TestCapturedPushWithItsQueryRearranged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	now := clock.Now()
	fresh := strconv.FormatInt(now.Unix(), 10)
	old := strconv.FormatInt(now.Add(-400*24*time.Hour).Unix(), 10)
	doc := "<xml><SuiteId>" + siteSuite + "</SuiteId><InfoType>change_auth</InfoType><TimeStamp>" + old + "</TimeStamp></xml>"
	for name, c := range map[string]struct{ nonce, newNonce string }{
		"swapped":        {fresh, old},
		"boundary moved": {fresh[:4] + fresh, old + fresh[:4]},
	} {
		res := s.send(request{payload: doc, receiveId: siteSuite, timestamp: old, nonce: c.nonce,
			spoil: func(q url.Values, _ *string) { q.Set("timestamp", fresh); q.Set("nonce", c.newNonce) }})
		assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
		err := s.lastErr()
		assert.ErrorIs(t, err, ErrStale, name)
		assert.ErrorContains(t, err, "its content", "%s: the signature fits, the time inside does not", name)
	}
}

// G: receive/age
func TestMaxAge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	u := s.appURL()
	u.MaxAge = time.Hour
	s.handler("/app", s.api, u)
	doc := func(name string, at int64) string {
		return fmt.Sprintf("<xml><ToUserName>%s</ToUserName><MsgType>event</MsgType><Event>e</Event><%s>%d</%[2]s></xml>", siteCorp, name, at)
	}
	for age, want := range map[time.Duration]int{-59 * time.Minute: 200, 59 * time.Minute: 200, 61 * time.Minute: 403, -61 * time.Minute: 403} {
		at := clock.Now().Add(-age).Unix()
		res := s.send(request{method: "GET", payload: "42", receiveId: siteProvider, timestamp: strconv.FormatInt(at, 10)})
		assert.Equal(t, want, res.StatusCode, "outside: %s", age)
		for _, name := range []string{"TimeStamp", "CreateTime"} {
			res = s.send(request{payload: doc(name, at), receiveId: siteCorp})
			assert.Equal(t, want, res.StatusCode, "%s inside: %s", name, age)
		}
	}
	s.takeErrs(6)
	res := s.send(request{payload: doc("Other", 1), receiveId: siteCorp})
	assert.Equal(t, 200, res.StatusCode, "no time inside: that of the query counts")
	for _, odd := range []string{"", "soon", "<a>1</a>"} {
		res = s.send(request{payload: strings.Replace(doc("CreateTime", 7), ">7<", ">"+odd+"<", 1), receiveId: siteCorp})
		assert.Equal(t, 200, res.StatusCode, "nor of a time that is none: %q", odd)
	}
}

// What is not signed costs little, whatever is in it: the query is looked at first, and a
// body is not made into a tree.
// G: receive/cost
func TestUnsignedRequestsAreCheap(t *testing.T) {
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(t, err)
	in, err := NewInbox(Config{OnError: func(context.Context, *Notice, error) {}, Logger: discard()})
	require.NoError(t, err)
	h, err := in.Handler(api, URL{Token: siteToken, EncodingAESKey: siteKey})
	require.NoError(t, err)
	const signed = "?msg_signature=0000000000000000000000000000000000000000&nonce=1&timestamp="
	now := strconv.FormatInt(clock.Now().Unix(), 10)
	var names strings.Builder
	for i := range 9_000 { // net/url refuses more than 10,000
		fmt.Fprintf(&names, "&n%d", i)
	}
	for name, c := range map[string]struct {
		query, body string
		megabytes   float64 // allocated, at most
	}{
		"no query":     {"", strings.Repeat("<a/>", maxBody/4), 0.1},
		"old":          {signed + "1", strings.Repeat("<a/>", maxBody/4), 0.1},
		"long query":   {"?" + names.String(), "", 0.1},
		"many tags":    {signed + now, "<xml>" + strings.Repeat("<a/>", maxBody/4-10) + "</xml>", 8},
		"deep":         {signed + now, strings.Repeat("<a>", maxBody/3-1), 8},
		"long Encrypt": {signed + now, "<xml><Encrypt>" + strings.Repeat("A", maxBody-100) + "</Encrypt></xml>", 8},
		"JSON":         {signed + now, `{"a":[` + strings.Repeat("1,", maxBody/2-20) + `1]}`, 8},
		"deep JSON":    {signed + now, strings.Repeat(`{"a":`, maxBody/5-1), 8},
		"JSON Encrypt": {signed + now, `{"encrypt":"` + strings.Repeat("A", maxBody-100) + `"}`, 8},
		"no document":  {signed + now, strings.Repeat("x", maxBody), 8},
	} {
		var before, after runtime.MemStats
		r := httptest.NewRequest(http.MethodPost, "/"+c.query, strings.NewReader(c.body))
		rec := httptest.NewRecorder()
		runtime.ReadMemStats(&before)
		begin := time.Now()
		h.ServeHTTP(rec, r)
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		megabytes := float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
		t.Logf("%-12s %d %6.2f MB %s", name, rec.Code, megabytes, took)
		assert.GreaterOrEqual(t, rec.Code, 400, name)
		assert.Less(t, megabytes, c.megabytes, name)
		assert.Less(t, took, 3*time.Second, name)
	}
}
