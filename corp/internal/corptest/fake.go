package corptest

import (
	"context"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

// Connect makes a fake WeCom whose first corp has installed the app, and an Api that is
// bound to that corp.
func Connect() (*testworld.World, *token.Api) {
	w := testworld.New(platform.Options{}, nil)
	api := w.Api()
	authCode, err := w.Install(context.Background(), testworld.Suite, testworld.Corp, platform.InstallOptions{FromProviderSite: true, AgentId: AgentId})
	if err == nil {
		err = exchange(api, authCode)
	}
	if err != nil {
		panic(err) // nothing of it depends on the test
	}
	return w, api.WithCorp(testworld.Corp)
}

// exchange does what package service does with an auth code, which the corp packages don't
// import.
func exchange(api *token.Api, authCode string) error {
	var answer data.D
	ep := token.Endpoint{Path: "/cgi-bin/service/v2/get_permanent_code", Credential: token.Suite, NoErrcode: true}
	if err := api.Do(ep, map[string]string{"auth_code": authCode}, &answer); err != nil {
		return err
	}
	return api.SetInstallation(token.Installation{CorpId: testworld.Corp, PermanentCode: answer.String("permanent_code")})
}
