package fakewecom

import (
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
	Hidden      bool // outside the visible range of the provider's apps
	NoInterop   bool // outside the visible range of apps with customer-contact rights
	Left        bool // has left the corp
	Admin       bool // administrator of every app of the provider
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

// install is one authorisation.
type install struct {
	InstallOptions
	suite         *suite
	corp          *Corp
	permanentCode string
	agentId       int64
	since         time.Time
}

// AddProvider adds a provider.
func (s *Server) AddProvider(p Provider) error {
	if p.CorpId == "" || p.Secret == "" {
		return errors.New("fakewecom: a provider needs CorpId and Secret")
	}
	if p.System.URL != "" {
		if _, err := wecrypt.New(p.System.Token, p.System.EncodingAESKey); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.firstProv == "" {
		s.firstProv = p.CorpId
	}
	s.providers[p.CorpId] = &p
	return nil
}

// AddSuite adds a suite, or replaces the one with the same id and keeps its
// tickets: that is how a secret or a callback URL is changed.
func (s *Server) AddSuite(x Suite) error {
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
	s.mu.Lock()
	defer s.mu.Unlock()
	if n.ProviderCorpId == "" {
		n.ProviderCorpId = s.firstProv
	}
	if s.providers[n.ProviderCorpId] == nil {
		return fmt.Errorf("fakewecom: suite %s: no provider %q", x.Id, n.ProviderCorpId)
	}
	if old := s.suites[x.Id]; old != nil {
		n.tickets = old.tickets
		*old = *n
		return nil
	}
	s.suites[x.Id] = n
	return nil
}

// AddCorp adds a corp, or replaces what is known of it.
func (s *Server) AddCorp(c Corp) error {
	if c.Id == "" {
		return errors.New("fakewecom: a corp needs an Id")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putCorp(c)
	return nil
}

// putCorp fills in plain ids; installations keep their pointer. s.mu is held.
func (s *Server) putCorp(c Corp) {
	if c.PlainId == "" {
		c.PlainId = "ww" + hash(16, "plain", c.Id)
	}
	c.Members = slices.Clone(c.Members)
	for i, m := range c.Members {
		if m.PlainUserId == "" {
			c.Members[i].PlainUserId = strings.TrimPrefix(m.UserId, "wo")
		}
	}
	if s.corps[c.Id] == nil {
		s.corps[c.Id] = new(Corp)
	}
	*s.corps[c.Id] = c
}

// UpdateMember changes or adds one member.
func (s *Server) UpdateMember(corpId string, m Member) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.corps[corpId]
	if c == nil {
		return fmt.Errorf("fakewecom: no corp %q", corpId)
	}
	next := *c
	next.Members = append(slices.DeleteFunc(slices.Clone(c.Members), func(o Member) bool { return o.UserId == m.UserId }), m)
	s.putCorp(next)
	return nil
}

// member finds a member by userid.
func (c *Corp) member(userId string) (Member, bool) {
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
		if m.Admin {
			return m
		}
	}
	return Member{}
}

// installed reports whether the corp has an app of the provider. s.mu is held.
func (s *Server) installed(providerCorpId, corpId string) bool {
	for key, in := range s.installs {
		if key.corpId == corpId && in.suite.ProviderCorpId == providerCorpId {
			return true
		}
	}
	return false
}
