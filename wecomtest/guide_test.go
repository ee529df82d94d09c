package wecomtest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/corp/contact"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// answering answers one path by itself.
type answering struct {
	http.RoundTripper
	path, answer string
}

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != a.path {
		return a.RoundTripper.RoundTrip(r)
	}
	w := httptest.NewRecorder()
	_, err := w.WriteString(a.answer)
	return w.Result(), err
}

// What this WeCom has no rules for is answered by the test.
// G: wecomtest/samples
func TestAnswerOfTheTest(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(wecomtest.Corp{})
	cfg := wecom.Config()
	cfg.HTTPClient = &http.Client{Transport: answering{cfg.HTTPClient.Transport, "/cgi-bin/user/list_id", `{"errcode":0,"dept_user":[{"open_userid":"woLin","department":1}]}`}}
	api, err := token.New(cfg)
	require.NoError(t, err)
	page, err := contact.UserListId(api.WithCorp(corp.Id), "", 100)
	require.NoError(t, err)
	assert.Equal(t, []contact.DeptUser{{OpenUserId: "woLin", Department: 1}}, page.DeptUser)
	_, err = service.GetAgentAdminList(api.WithCorp(corp.Id))
	require.NoError(t, err)
	assert.Empty(t, wecom.Requests("/cgi-bin/user/list_id"))
}

// A member opens a page of a customised app.
// G: wecomtest/app
func TestLoginOfACustomizedApp(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t, wecomtest.Customized(1))
	corp := wecom.Install(wecomtest.Corp{App: wecom.Suite(1), Members: []wecomtest.Member{{UserId: "woLin"}}})
	link, err := service.OAuth2Url(service.OAuth2Link{AppId: corp.Id, AgentId: corp.AgentId, RedirectUri: "https://app.example/login"})
	require.NoError(t, err)
	code := corp.Open("woLin", link).Query().Get("code")
	visitor, err := service.GetUserInfo(corp.Api(), code)
	require.NoError(t, err)
	assert.Equal(t, "woLin", visitor.UserId)
}

// Each form of an event goes to the URL that it belongs to.
// G: wecomtest/app
func TestBothFormsOfAnEvent(t *testing.T) {
	t.Parallel()
	wecom := wecomtest.New(t)
	corp := wecom.Install(wecomtest.Corp{}) // before there is a callback URL, so that no app is needed
	var paths []string
	wecom.Deliver(wecom.Api(), callback.App, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		success().ServeHTTP(w, r)
	}), "/instruction", "/data")
	for _, kind := range []string{"change_contact.create_user", "data.change_contact.create_user"} {
		require.NoError(t, corp.PushSample(kind).Err())
	}
	assert.Equal(t, []string{"/instruction", "/data"}, paths)
}
