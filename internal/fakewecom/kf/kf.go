// Package kf plays customer service (微信客服) of the fake WeCom: the accounts of corps, who
// answers for them, and the conversations of customers with apps and servicers.
//
// Where WeCom's pages are silent: corps are certified, so that nothing limits the number of
// accounts; files are not looked up, any media_id is good; and of the rights of an app only
// those to accounts count.
package kf

import (
	"maps"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

type obj = platform.Obj

// Codes of customer service.
const (
	codeBadMedia       = 40007
	codeBadCustomer    = 40096
	codeTooOften       = 45009
	codeNotManaged     = 48007
	codeBadCursor      = 50100
	codeNoUser         = 60111
	codeBadDepartment  = 60123
	codeBadAccount     = 95000
	codeManySent       = 95001
	codeTooLate        = 95002
	codeNoAccount      = 95004
	codeLastAccount    = 95005
	codeAccountName    = 95006
	codeBadToken       = 95007
	codeManyItems      = 95008
	codeBadItem        = 95009
	codeOver           = 95013
	codeNoServicer     = 95014
	codeBadMove        = 95016
	codeNotAnswerable  = 95018
	codeServicerRests  = 95019
	codeManyServicers  = 95020
	codeNotUpgradable  = 95021
	codeMsgIdUsed      = 95033
	codeBadCode        = platform.CodeBadParam // of an event: no page names one
	maxId              = 64                    // bytes of an open_kfid or an external_userid
	window             = 48 * time.Hour        // of a conversation, and after what a customer has written
	answersPerQuestion = 5
)

// Service keeps the accounts of all corps.
type Service struct {
	host      *platform.Host
	accounts  []*account // as they were made
	codes     map[string]*eventCode
	tokens    map[string]eventToken
	names     map[person]string   // of customers
	upgrades  map[string]*Upgrade // by corp
	tokenless map[reader]int      // calls of sync_msg without a token, in this minute
	minute    int64
}

// person is a customer of a corp.
type person struct{ corpId, externalUserId string }

// New adds customer service to a platform.
func New(p *platform.Platform) *Service {
	s := &Service{codes: map[string]*eventCode{}, tokens: map[string]eventToken{}, names: map[person]string{}, upgrades: map[string]*Upgrade{}, tokenless: map[reader]int{}}
	handlers := map[string]platform.Handler{}
	for _, topic := range []map[string]platform.Handler{s.accountHandlers(), s.conversationHandlers(), s.upgradeHandlers()} {
		maps.Copy(handlers, topic)
	}
	s.host = p.Join(platform.Part{Handlers: handlers, Settle: s.settle, State: s})
	return s
}

func (s *Service) accountHandlers() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/kf/account/add":     s.addAccount,
		"/cgi-bin/kf/account/list":    s.listAccounts,
		"/cgi-bin/kf/account/update":  s.managed(s.updateAccount),
		"/cgi-bin/kf/account/del":     s.managed(s.delAccount),
		"/cgi-bin/kf/add_contact_way": s.managed(s.addContactWay),
		"/cgi-bin/kf/servicer/add":    s.managed(s.addServicers),
		"/cgi-bin/kf/servicer/del":    s.managed(s.delServicers),
		"/cgi-bin/kf/servicer/list":   s.listServicers,
	}
}

func (s *Service) conversationHandlers() map[string]platform.Handler {
	return map[string]platform.Handler{
		"/cgi-bin/kf/service_state/get":   s.conversing("external_userid", s.getState),
		"/cgi-bin/kf/service_state/trans": s.conversing("external_userid", s.moveState),
		"/cgi-bin/kf/sync_msg":            s.managed(s.syncMsg),
		"/cgi-bin/kf/send_msg":            s.conversing("touser", s.sendMsg),
		"/cgi-bin/kf/send_msg_on_event":   s.sendOnEvent,
		"/cgi-bin/kf/customer/batchget":   s.getCustomers,
	}
}

// account finds an account of a corp.
func (s *Service) account(corpId, openKfId string) (*account, error) {
	if !strings.HasPrefix(openKfId, "wk") || len(openKfId) > maxId {
		return nil, platform.Refuse(codeBadAccount, "invalid open_kfid")
	}
	a := platform.First(s.accounts, func(a *account) bool { return a.id == openKfId && a.corpId == corpId })
	if a == nil {
		return nil, platform.Refuse(codeNoAccount, "open_kfid not exist")
	}
	return a, nil
}

// managed serves apps to which the corp has opened the account.
func (s *Service) managed(answer func(c *platform.Call, a *account) (obj, error)) platform.Handler {
	return func(c *platform.Call) (platform.Obj, error) {
		a, err := s.account(c.Corp().Id, c.Str("open_kfid"))
		if err == nil {
			err = a.manages(c.SuiteId())
		}
		if err != nil {
			return nil, err
		}
		return answer(c, a)
	}
}

// conversing serves the same about a customer, whom a field names.
func (s *Service) conversing(field string, answer func(c *platform.Call, v *conversation) (obj, error)) platform.Handler {
	return s.managed(func(c *platform.Call, a *account) (obj, error) {
		v := a.with(c.Str(field))
		if v == nil {
			return nil, platform.Refuse(codeBadCustomer, "invalid external_userid")
		}
		return answer(c, v)
	})
}
