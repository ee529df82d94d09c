package callback

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// Install exchanges the auth code from the redirect of an install page, and queues a
// create_auth as if WeCom had pushed it. If the real push comes too, the functions run only
// once. The Inbox needs a Handler of the suite. If it fails after the exchange, the
// functions will not run: call it again with the same code.
// https://developer.work.weixin.qq.com/document/path/90597
func (in *Inbox) Install(api *token.Api, authCode, state string) (*service.Permanent, error) {
	if in == nil || in.queue == nil {
		return nil, fmt.Errorf("callback: Install: %w", errNilInbox)
	}
	if api == nil {
		return nil, errors.New("callback: Install: api is nil; make one with token.New")
	}
	if route := appRoute + api.SuiteId(); !slices.Contains(in.ownRoutes(), route) {
		return nil, fmt.Errorf("callback: Install: the Inbox has no Handler of suite %q, whose functions would run", api.SuiteId())
	}
	p, err := service.ExchangeAuthCode(api, authCode)
	if err != nil {
		return nil, err
	}
	if err := in.putInstalled(api, authCode, state, p); err != nil {
		return nil, fmt.Errorf("callback: Install: the app is installed, but its functions do not run: %w", err)
	}
	return p, nil
}

func (in *Inbox) putInstalled(api *token.Api, authCode, state string, p *service.Permanent) error {
	n, err := createAuth(api.SuiteId(), authCode, state)
	if err != nil {
		return err
	}
	item := queueItem(appRoute+api.SuiteId(), n)
	item.Urgent, item.Lane = false, p.AuthCorpInfo.CorpId
	item.State = installedState(p).encode()
	return in.put(api.Context(), item)
}

// createAuth returns the notice that WeCom pushes for an installation, but without a time:
// times of notices are compared with times of WeCom only.
func createAuth(suiteId, authCode, state string) (*Notice, error) {
	raw, err := xml.Marshal(struct {
		XMLName  xml.Name `xml:"xml"`
		SuiteId  string
		InfoType string
		AuthCode string
		State    string
	}{SuiteId: suiteId, InfoType: KItCreateAuth, AuthCode: authCode, State: state})
	if err != nil {
		return nil, err
	}
	n, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	n.ReceiveId = suiteId
	return n, nil
}
