package platform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/wecrypt"
)

// Callback is one callback URL with its Token and EncodingAESKey.
type Callback struct {
	URL, Token, EncodingAESKey string
}

// String shows the URL only.
func (c Callback) String() string { return "Callback{" + c.URL + " ***}" }

// Format is String for every verb.
func (c Callback) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue is String.
func (c Callback) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Provider is a service provider (服务商).
type Provider struct {
	CorpId, Secret string
	System         Callback // 系统事件接收URL; empty: none
	Members        []string // plain userids of staff who may buy; empty: everybody may
}

// String shows no secret.
func (p Provider) String() string { return "Provider{" + p.CorpId + " ***}" }

// Format is String for every verb.
func (p Provider) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.String()) }

// LogValue is String.
func (p Provider) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Suite is a third-party app or a customised-app (代开发) template.
type Suite struct {
	Id, Secret     string
	ProviderCorpId string // "": the first provider added
	Name           string
	Template       bool     // 代开发
	Command        Callback // 指令回调, or the template's callback URL
	DataURL        string   // 数据回调, same Token and key; $CORPID$ stands for the corp
	Unpublished    bool
	AppId          int64 // appid in old multi-app suites; 0: none
	EditsContacts  bool  // its corps have given it 通讯录编辑授权, or it is a 第三方通讯录应用
}

// String shows no secret.
func (x Suite) String() string { return "Suite{" + x.Id + " ***}" }

// Format is String for every verb.
func (x Suite) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, x.String()) }

// LogValue is String.
func (x Suite) LogValue() slog.Value { return slog.StringValue(x.String()) }

// Corp is a customer, under the ids that the provider sees.
type Corp struct {
	Id      string // case-sensitive
	PlainId string // "": one made from Id
	Name    string
	Members []Member
	Test    bool // on the provider's list of test corps
}

// Member is a member of a corp. The zero flags are the common case: employed,
// inside the visible range, in an app with customer-contact rights.
type Member struct {
	UserId      string // as the provider sees it
	PlainUserId string // "": one made from UserId
	Name        string
	Departments []int64 // none: the root, 1
	Mobile      string
	Email       string    // of his own
	BizMail     string    // 企业邮箱
	Hidden      bool      // outside the visible range of the provider's apps
	NoInterop   bool      // outside the visible range of apps with customer-contact rights
	Left        bool      // has left the corp
	LeftAt      time.Time // when; the platform notes it
	Admin       bool      // administrator of every app of the provider
}

// suite is a Suite at work.
type suite struct {
	Suite
	cipher  *wecrypt.Cipher // nil: no callback URL
	tickets []ticket        // newest last
}

type ticket struct {
	value string
	made  time.Time
}

type installKey struct{ suiteId, corpId string }

// Install is one authorisation: AgentId is never 0.
type Install struct {
	InstallOptions
	Corp          *Corp
	Since         time.Time
	suite         *suite
	permanentCode string
}

// SuiteId is the id of the app, or of the template that it comes from.
func (in *Install) SuiteId() string { return in.suite.Id }

// Provider is the corp id of the app's provider.
func (in *Install) Provider() string { return in.suite.ProviderCorpId }

// AddProvider adds a provider.
func (p *Platform) AddProvider(x Provider) error {
	if x.CorpId == "" || x.Secret == "" {
		return errors.New("fakewecom: a provider needs CorpId and Secret")
	}
	if x.System.URL != "" {
		if _, err := wecrypt.New(x.System.Token, x.System.EncodingAESKey); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.firstProvider == "" {
		p.firstProvider = x.CorpId
	}
	p.providers[x.CorpId] = &x
	p.note(ChangedSuite, "", "", x.CorpId)
	return nil
}

// AddSuite adds a suite, or replaces the one with the same id and keeps its
// tickets: that is how a secret or a callback URL is changed.
func (p *Platform) AddSuite(x Suite) error {
	n := &suite{Suite: x}
	if x.Id == "" || x.Secret == "" {
		return errors.New("fakewecom: a suite needs Id and Secret")
	}
	if x.Command.Token != "" || x.Command.EncodingAESKey != "" {
		c, err := wecrypt.New(x.Command.Token, x.Command.EncodingAESKey)
		if err != nil {
			return err
		}
		n.cipher = c
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n.ProviderCorpId == "" {
		n.ProviderCorpId = p.firstProvider
	}
	if p.providers[n.ProviderCorpId] == nil {
		return fmt.Errorf("fakewecom: suite %s: no provider %q", x.Id, n.ProviderCorpId)
	}
	p.note(ChangedSuite, x.Id, "", x.Id)
	if old := p.suites[x.Id]; old != nil {
		n.tickets = old.tickets
		*old = *n
		return nil
	}
	p.suites[x.Id] = n
	return nil
}

// AddCorp adds a corp, or replaces what is known of it.
func (p *Platform) AddCorp(c Corp) error {
	if c.Id == "" {
		return errors.New("fakewecom: a corp needs an Id")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.putCorp(c)
	return nil
}

// putCorp fills in plain ids and when members left; installations keep their pointer. p.mu is held.
func (p *Platform) putCorp(c Corp) {
	if c.PlainId == "" {
		c.PlainId = "ww" + hash(16, "plain", c.Id)
	}
	c.Members = slices.Clone(c.Members)
	if p.corps[c.Id] == nil {
		p.corps[c.Id] = new(Corp)
	}
	old := p.corps[c.Id]
	left := map[string]time.Time{}
	for _, m := range old.Members {
		if m.Left {
			left[m.UserId] = m.LeftAt
		}
	}
	for i := range c.Members {
		m := &c.Members[i]
		if m.PlainUserId == "" {
			m.PlainUserId = strings.TrimPrefix(m.UserId, "wo")
		}
		if m.LeftAt = (time.Time{}); m.Left {
			m.LeftAt = cmp.Or(left[m.UserId], p.now())
		}
	}
	*old = c
	p.note(ChangedCorp, "", c.Id, c.Id)
}

// SetTestCorp puts a corp on the list of test corps or takes it off; its test orders are
// void then.
func (p *Platform) SetTestCorp(corpId string, test bool) error {
	return p.act(context.Background(), func() error {
		c := p.corps[corpId]
		if c == nil {
			return fmt.Errorf("fakewecom: no corp %q", corpId)
		}
		c.Test = test
		p.note(ChangedCorp, "", c.Id, c.Id)
		return nil
	})
}

// Members lists the members of a corp; nil: there is no such corp.
func (p *Platform) Members(corpId string) []Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.corps[corpId]; c != nil {
		return append([]Member{}, c.Members...)
	}
	return nil
}

// UpdateMember changes or adds one member.
func (p *Platform) UpdateMember(corpId string, m Member) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.corps[corpId]
	if c == nil {
		return fmt.Errorf("fakewecom: no corp %q", corpId)
	}
	p.putMember(c, m)
	return nil
}

// putMember changes or adds one member. p.mu is held.
func (p *Platform) putMember(c *Corp, m Member) {
	next := *c
	next.Members = slices.Clone(c.Members)
	if i := slices.IndexFunc(next.Members, func(o Member) bool { return o.UserId == m.UserId }); i >= 0 {
		next.Members[i] = m
	} else {
		next.Members = append(next.Members, m)
	}
	p.putCorp(next)
}

// Member finds a member by the userid that the provider sees.
func (c *Corp) Member(userId string) (Member, bool) {
	for _, m := range c.Members {
		if m.UserId == userId {
			return m, true
		}
	}
	return Member{}, false
}

// admin is the corp's first administrator, if it has one.
func (c *Corp) admin() Member {
	for _, m := range c.Members {
		if m.Admin && !m.Left {
			return m
		}
	}
	return Member{}
}

// hasApp reports whether the corp has an app of the provider. p.mu is held.
func (p *Platform) hasApp(providerCorpId, corpId string) bool {
	for key, in := range p.installs {
		if key.corpId == corpId && in.suite.ProviderCorpId == providerCorpId {
			return true
		}
	}
	return false
}
