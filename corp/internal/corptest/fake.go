package corptest

import (
	"context"
	"net/http"
	"time"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/token"
)

// Connect makes a fake WeCom with one customer, who has installed the app, and an Api that
// is bound to that corp.
func Connect() (*fakewecom.Server, *token.Api) {
	fake := fakewecom.New(fakewecom.Options{})
	must(fake.AddProvider(fakewecom.Provider{CorpId: "ww00000000provider", Secret: "provider-secret"}))
	must(fake.AddSuite(fakewecom.Suite{Id: SuiteId, Secret: "suite-secret", Name: "CRM"}))
	must(fake.AddCorp(fakewecom.Corp{Id: CorpId, Name: "Riverside", Members: []fakewecom.Member{{UserId: "woAnna", Name: "Anna", Admin: true}, {UserId: "woBo", Name: "Bo"}}}))
	authCode, err := fake.Install(context.Background(), SuiteId, CorpId, fakewecom.InstallOptions{FromProviderSite: true, AgentId: AgentId})
	must(err)
	api, err := token.New(token.Config{
		SuiteId: SuiteId, SuiteSecret: "suite-secret", HTTPClient: &http.Client{Transport: fakewecom.InProcess(fake)},
	})
	must(err)
	ticket, err := fake.NewTicket(SuiteId)
	must(err)
	must(api.SetSuiteTicket(ticket, time.Now()))
	must(exchange(api, authCode))
	return fake, api.WithCorp(CorpId)
}

// exchange does what package service does with an auth code.
func exchange(api *token.Api, authCode string) error {
	var answer struct {
		PermanentCode string `json:"permanent_code"`
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/v2/get_permanent_code", Credential: token.Suite, NoErrcode: true}
	if err := api.Do(ep, map[string]string{"auth_code": authCode}, &answer); err != nil {
		return err
	}
	return api.SetInstallation(token.Installation{CorpId: CorpId, PermanentCode: answer.PermanentCode})
}

func must(err error) {
	if err != nil {
		panic(err) // nothing of it depends on the test
	}
}
