package fakewecom_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

const (
	provider = "wwprovider000001"
	suite    = "ww0000suite00001"
	corp     = "wpCorpAAAA0001"
)

// installed is a fake with one app that one corp has.
func installed(t testing.TB) *fakewecom.Server {
	t.Helper()
	s := fakewecom.New(platform.Options{})
	require.NoError(t, s.AddProvider(platform.Provider{CorpId: provider, Secret: "s"}))
	require.NoError(t, s.AddSuite(platform.Suite{Id: suite, Secret: "s"}))
	require.NoError(t, s.AddCorp(platform.Corp{Id: corp, Members: []platform.Member{{UserId: "woAnna"}}}))
	_, err := s.Install(t.Context(), suite, corp, platform.InstallOptions{FromProviderSite: true})
	require.NoError(t, err)
	return s
}

// ask makes a request to an endpoint with a good token.
func ask(t testing.TB, s *fakewecom.Server, ep *spec.Endpoint, q url.Values, body string) *httptest.ResponseRecorder {
	t.Helper()
	if ep.Credential != spec.CredentialNone {
		of := map[string]string{spec.CredentialCorp: corp}
		value, err := s.IssueToken(ep.Credential, suite, of[ep.Credential])
		require.NoError(t, err)
		q.Set(ep.QueryKey, value)
	}
	r := httptest.NewRequest(ep.Method, ep.Path+"?"+q.Encode(), strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r)
	return rec
}

// sampleOf is the sample request of an endpoint; upload says that a file is missing in it.
func sampleOf(ep spec.Endpoint) (q url.Values, body string, upload bool) {
	q = url.Values{}
	for _, f := range ep.Request {
		if f.In == spec.InQuery && f.Required {
			q.Set(f.Path, "1")
		}
		upload = upload || f.In == spec.InFile
	}
	if len(ep.SampleRequests) > 0 {
		body = string(ep.SampleRequests[0])
	} else if ep.Method == http.MethodPost {
		body = "{}"
	}
	return q, body, upload
}

// Every endpoint answers its own sample request.
func TestEveryEndpointAnswers(t *testing.T) {
	t.Parallel()
	s := installed(t)
	for _, ep := range spec.Endpoints() {
		q, body, upload := sampleOf(ep)
		rec := ask(t, s, &ep, q, body)
		require.Equal(t, http.StatusOK, rec.Code, ep.Path)
		var out struct {
			Code int `json:"errcode"`
		}
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &out), "%s: %s", ep.Path, rec.Body)
		assert.NotContains(t, []int{-1, 40014, 40082, 41001, 41022, 43001, 43002, 47001}, out.Code, "%s: %s", ep.Path, rec.Body)
		if !s.HasRules(ep.Path) && !upload {
			assert.Zero(t, out.Code, "%s: %s", ep.Path, rec.Body)
		}
	}
	_, err := s.Save()
	assert.NoError(t, err, "whatever the samples have left in the state can be saved")
}

// The topics of all parts are there, and their admin methods with them.
func TestPartsAreJoined(t *testing.T) {
	t.Parallel()
	s := installed(t)
	for _, path := range []string{
		"/cgi-bin/gettoken", "/cgi-bin/license/create_new_order", "/cgi-bin/service/get_order", "/cgi-bin/advanced_api/create_order",
		"/cgi-bin/paytool/open_order", "/cgi-bin/message/send", "/cgi-bin/user/get", "/cgi-bin/media/upload",
		"/cgi-bin/agent/get", "/cgi-bin/batch/syncuser", "/cgi-bin/export/user", "/cgi-bin/media/upload_by_url", "/cgi-bin/kf/sync_msg",
		"/cgi-bin/externalcontact/get", "/cgi-bin/externalcontact/groupchat/get", "/cgi-bin/idconvert/unionid_to_external_userid",
	} {
		assert.True(t, s.HasRules(path), path)
	}
	assert.False(t, s.HasRules("/cgi-bin/agent/get_permissions"))
	assert.ErrorContains(t, s.PayOrder(t.Context(), "OI-none"), "no license order")
}

// Whatever comes, the answer is JSON with an errcode.
func FuzzServe(f *testing.F) {
	byPath := map[string]*spec.Endpoint{}
	for _, e := range spec.Endpoints() {
		byPath[e.Path] = &e
		for _, body := range e.SampleRequests {
			f.Add(e.Path, string(body))
		}
	}
	f.Add("/cgi-bin/service/media/upload", "--b\r\n\r\n--b--")
	f.Add("/cgi-bin/license/active_account", `{"active_code":[[]],"corpid":{}}`)
	s := installed(f)
	f.Fuzz(func(t *testing.T, path, body string) {
		ep := byPath[path]
		if ep == nil {
			return
		}
		q := url.Values{"js_code": {body}, "code": {body}, "jobid": {body}, "type": {body}, "media_id": {body}, "agentid": {body}}
		rec := ask(t, s, ep, q, body)
		if rec.Header().Get("Content-Type") == "image/png" {
			return
		}
		var out struct {
			Code *int `json:"errcode"`
		}
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &out), "%s", rec.Body)
		bare := ep.Name == "get_provider_token" // success comes without errcode
		require.True(t, out.Code != nil || bare, "%s", rec.Body)
	})
}
