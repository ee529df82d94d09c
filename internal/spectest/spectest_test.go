package spectest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// client is the smallest thing that speaks to an endpoint.
type client struct {
	ctx context.Context
	rt  http.RoundTripper
}

func newClient(ctx context.Context, rt http.RoundTripper) client { return client{ctx, rt} }

// apiError has the fields that the checks look for.
type apiError struct{ Code, HTTPStatus int }

func (e *apiError) Error() string { return fmt.Sprint(e.Code, e.HTTPStatus) }

// text takes numbers and text.
type text string

func (t *text) UnmarshalJSON(b []byte) error { *t = text(strings.Trim(string(b), `"`)); return nil }

// num takes both too.
type num int64

func (n *num) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(bytes.Trim(b, `"`), (*int64)(n))
}

// detail keeps everything that get_app_license_info answers.
type detail struct {
	LicenseStatus num `json:"license_status"`
	TrailInfo     *struct {
		StartTime num `json:"start_time"`
		EndTime   num `json:"end_time"`
	} `json:"trail_info"`
	LicenseCheckTime num `json:"license_check_time"`
}

// poor loses a field.
type poor struct {
	LicenseStatus    num `json:"license_status"`
	LicenseCheckTime num `json:"license_check_time"`
}

// crossed has two tags exchanged.
type crossed struct {
	LicenseStatus num `json:"license_status"`
	TrailInfo     *struct {
		StartTime num `json:"end_time"`
		EndTime   num `json:"start_time"`
	} `json:"trail_info"`
	LicenseCheckTime num `json:"license_check_time"`
}

// renamed calls a field otherwise.
type renamed struct {
	LicenseStatus num `json:"license_status"`
	Trial         *struct {
		StartTime num `json:"start_time"`
		EndTime   num `json:"end_time"`
	} `json:"trail_info"`
	LicenseCheckTime num `json:"license_check_time"`
}

// ask takes no success with nothing in it.
func ask[T any](c client, url, body string) (any, error) {
	v, err := careless[T](c, url, body)
	if err == nil && reflect.ValueOf(v).Elem().IsZero() {
		return nil, &apiError{HTTPStatus: http.StatusOK}
	}
	return v, err
}

func careless[T any](c client, url, body string) (any, error) {
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := c.rt.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, &apiError{HTTPStatus: resp.StatusCode}
	}
	var head struct{ Errcode json.RawMessage }
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, err
	}
	if head.Errcode == nil {
		return nil, &apiError{HTTPStatus: resp.StatusCode}
	}
	var code int
	if _, err := fmt.Sscan(string(bytes.Trim(head.Errcode, `"`)), &code); err == nil && code != 0 {
		return nil, &apiError{Code: code}
	}
	out := new(T)
	return out, json.Unmarshal(data, out)
}

const (
	rightURL  = "https://wecom.test/cgi-bin/license/get_app_license_info?provider_access_token=TOKEN-provider-1"
	rightBody = `{"corpid":"wpRiverside0000000000000001","suite_id":"wwSuiteDemo0001"}`
)

func right(c client) (any, error) { return ask[detail](c, rightURL, rightBody) }

func rows(call func(client) (any, error), change ...func(*Row[client])) []Row[client] {
	row := Row[client]{Go: "F", Endpoint: "license/get_app_license_info", Call: call}
	for _, f := range change {
		f(&row)
	}
	return []Row[client]{row}
}

// whole sends the field that the sample lacks too.
func whole(c client) (any, error) {
	return ask[detail](c, rightURL, strings.Replace(rightBody, "{", `{"appid":1,`, 1))
}

func TestRunAcceptsGoodFunctions(t *testing.T) {
	Run(t, newClient, append(rows(right), rows(whole, func(r *Row[client]) { r.Sample = NoSample })...))
}

func TestUnprovenFieldsAreNamed(t *testing.T) {
	t.Parallel()
	found, shown := problems(t, rows(right)[0])
	require.Empty(t, found)
	delete(shown.got, "trail_info.end_time")
	n, missing := summary(map[string]*proof{"license/get_app_license_info": shown})
	assert.Equal(t, []string{
		"license/get_app_license_info: no row sends appid",
		"license/get_app_license_info: no row shows that trail_info.end_time is kept",
	}, missing)
	assert.Equal(t, "1 endpoints (1 of them fully documented), 2 request fields sent, 4 response fields kept and 0 left out for a reason", n.String())
}

// problems runs the checks of one row and returns what they find.
func problems(t *testing.T, row Row[client]) (found string, shown *proof) {
	facts, ok := find(row.Endpoint)
	require.True(t, ok)
	synctest.Test(t, func(*testing.T) {
		p := &probe[client]{row: row, facts: facts, newClient: newClient, proof: newProof()}
		p.run()
		found, shown = strings.Join(p.problems, "\n"), p.proof
	})
	return found, shown
}

// gullible makes a client that takes an answer without errcode for a success.
func gullible(c client) client {
	rt := c.rt
	c.rt = inprocess.Func(func(r *http.Request) (*http.Response, error) {
		resp, err := rt.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(resp.Body)
		if rest, ok := bytes.CutPrefix(data, []byte("{")); ok && !bytes.Contains(data, []byte(`"errcode"`)) {
			data = append([]byte(`{"errcode":0,`), rest...)
		}
		resp.Body = io.NopCloser(bytes.NewReader(data))
		return resp, err
	})
	return c
}

func TestChecksFindWhatIsWrong(t *testing.T) {
	t.Parallel()
	noSample := func(r *Row[client]) { r.Sample = NoSample }
	with := func(url, body string) func(client) (any, error) {
		return func(c client) (any, error) { return ask[detail](c, url, body) }
	}
	for name, test := range map[string]struct {
		row  []Row[client]
		want string
	}{
		"other path":        {rows(with(strings.Replace(rightURL, "get_app_license_info", "other", 1), rightBody)), "HTTPStatus"},
		"other token":       {rows(with(strings.Replace(rightURL, "TOKEN-provider", "TOKEN-suite", 1), rightBody)), "instead of a provider token"},
		"other query key":   {rows(with(strings.Replace(rightURL, "provider_access_token", "access_token", 1), rightBody)), "unknown key access_token"},
		"query key twice":   {rows(with(rightURL+"&provider_access_token=TOKEN-provider-1", rightBody)), "2 times"},
		"query value":       {rows(right, func(r *Row[client]) { r.Query = map[string][]string{"type": {"x"}} }), `type="" instead of "x"`},
		"wrong value":       {rows(with(rightURL, strings.Replace(rightBody, "Demo", "Other", 1))), "request has suite_id"},
		"key missing":       {rows(with(rightURL, `{"corpid":"wpRiverside0000000000000001"}`)), "request lacks suite_id"},
		"key too many":      {rows(with(rightURL, strings.Replace(rightBody, "{", `{"appid":0,`, 1))), `request has appid = "0"`},
		"number as text":    {rows(with(rightURL, strings.Replace(rightBody, "{", `{"appid":"1",`, 1)), noSample), `request has appid as string "1" instead of int`},
		"text as number":    {rows(with(rightURL, strings.Replace(rightBody, `"wwSuiteDemo0001"`, "7", 1))), `request has suite_id as int "7" instead of string`},
		"unknown key":       {rows(with(rightURL, strings.Replace(rightBody, "{", `{"app_id":1,`, 1)), noSample), "request has app_id, which is not documented"},
		"value not sent":    {rows(whole, func(r *Row[client]) { r.Sample, r.Sends = NoSample, map[string]string{"appid": "2"} }), `request lacks appid = "2"`},
		"no JSON":           {rows(with(rightURL, "x=1")), "body is no JSON"},
		"field lost":        {rows(func(c client) (any, error) { return ask[poor](c, rightURL, rightBody) }), "trail_info.end_time"},
		"exchanged tags":    {rows(func(c client) (any, error) { return ask[crossed](c, rightURL, rightBody) }), "trail_info.end_time = "},
		"other name":        {rows(func(c client) (any, error) { return ask[renamed](c, rightURL, rightBody) }), "trail_info.end_time = "},
		"stale name":        {rows(right, func(r *Row[client]) { r.Renamed = map[string]string{"trail_info": "Trial"} }), "exception for trail_info is not needed"},
		"stale exception":   {rows(right, func(r *Row[client]) { r.Drops = Why{"trail_info": "no"} }), "exception for trail_info is not needed"},
		"error swallowed":   {rows(func(c client) (any, error) { v, _ := right(c); return v, nil }), "cancelled context: error is <nil>"},
		"nil without error": {rows(func(c client) (any, error) { _, err := right(c); return (*detail)(nil), err }), "a nil *spectest.detail without"},
		"value with error":  {rows(func(c client) (any, error) { _, err := right(c); return &detail{}, err }), "a value together with an error"},
		"panic":             {rows(func(c client) (any, error) { v, err := right(c); _ = v.(*detail).TrailInfo.EndTime; return v, err }), "null for trail_info: panic"},
		"asks twice":        {rows(func(c client) (any, error) { _, _ = right(c); return right(c) }), "2 requests"},
		"gateway's JSON":    {rows(func(c client) (any, error) { return careless[detail](gullible(c), rightURL, rightBody) }), "JSON of a gateway: error without HTTPStatus 200: <nil>"},
		"no errcode":        {rows(func(c client) (any, error) { return right(gullible(c)) }), "a full answer without errcode: error without HTTPStatus 200: <nil>"},
		"errcode demanded":  {rows(with("https://wecom.test/cgi-bin/service/get_provider_token", "{}"), func(r *Row[client]) { r.Endpoint = "service/get_provider_token" }), "no errcode: 0 200"},
		"asks elsewhere": {rows(func(c client) (any, error) {
			_, _ = ask[detail](c, "https://wecom.test/cgi-bin/else", "")
			return right(c)
		}), "/cgi-bin/else"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, _ := problems(t, test.row[0])
			assert.Contains(t, found, test.want)
		})
	}
}

func TestExceptionsAreAllowed(t *testing.T) {
	t.Parallel()
	found, shown := problems(t, rows(
		func(c client) (any, error) {
			return ask[poor](c, rightURL, `{"corpid":"x","appid":1,"suite_id":"wwSuiteDemo0001"}`)
		},
		func(r *Row[client]) {
			r.Except = Why{"corpid": "differs", "appid": "is added"}
			r.Drops = Why{"trail_info": "nobody reads it"}
		})[0])
	assert.Empty(t, found)
	n, missing := summary(map[string]*proof{"license/get_app_license_info": shown})
	assert.Equal(t, total{endpoints: 1, complete: 1, request: 3, response: 2, dropped: 3}, n)
	assert.Empty(t, missing)
}

func TestOtherNamesAreAllowed(t *testing.T) {
	t.Parallel()
	found, _ := problems(t, rows(
		func(c client) (any, error) { return ask[renamed](c, rightURL, rightBody) },
		func(r *Row[client]) { r.Renamed = map[string]string{"trail_info": "Trial"} },
	)[0])
	assert.Empty(t, found)
}

func TestRowsMustCoverTheSamples(t *testing.T) {
	t.Parallel()
	row := Row[client]{Endpoint: "order/submit_order_job"}
	assert.Equal(t, []string{"order/submit_order_job: no row makes sample request 1"}, untried([]Row[client]{row}))
	second, sweep := row, row
	second.Sample, sweep.Sample, sweep.Sweep = 1, 1, true
	assert.Len(t, untried([]Row[client]{row, sweep}), 1, "a sweep makes no sample request")
	assert.Empty(t, untried([]Row[client]{row, second}))
}
