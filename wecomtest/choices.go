package wecomtest

import (
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Choices settle what WeCom's documents leave open, or what differs from case to case. The zero
// value is the most likely one. Pass Choices to [New] as an option.
type Choices struct {
	NewSuiteToken bool          // each fetch of a suite token brings a new one; the older ones stay valid
	NewCorpToken  bool          // the same for the corp tokens of third-party apps
	TokenLife     time.Duration // of every token; 0: two hours
	AllowedIPs    []string      // 企业可信IP: other addresses get errcode 60020; none: every address may call. In process the app has 127.0.0.1
	Tries         int           // how often a push is tried; 0: three times
	JSON          bool          // pushes come as JSON
	PerMinute     int           // how often an endpoint may be called for one corp in a minute; beyond: errcode 45009. 0: no limit
	JobDelay      time.Duration // how long jobs take: of orders, licenses, contacts and files, see [WeCom.Advance]
	CodeDelay     time.Duration // from the payment of a license order to its codes
	EditContacts  bool          // third-party apps may change address books (通讯录编辑授权); otherwise they get errcode 48002
	Quiet         bool          // pushes and requests that went wrong do not fail the test at its end
}

func (c Choices) apply(s *settings) { s.choices = c }

// check returns an error for what nobody can choose.
func (c Choices) check() error {
	for name, n := range map[string]int64{"TokenLife": int64(c.TokenLife), "Tries": int64(c.Tries), "PerMinute": int64(c.PerMinute),
		"JobDelay": int64(c.JobDelay), "CodeDelay": int64(c.CodeDelay)} {
		if n < 0 {
			return fmt.Errorf("wecomtest: Choices.%s is %d: it must not be negative", name, n)
		}
	}
	for _, ip := range c.AllowedIPs {
		if _, err := netip.ParseAddr(ip); err != nil {
			return fmt.Errorf("wecomtest: Choices.AllowedIPs has %q: give single addresses, such as 127.0.0.1", ip)
		}
	}
	return nil
}

// engine is how the fake WeCom behaves; its pushes go out by rt.
func (s settings) engine(rt http.RoundTripper) platform.Options {
	c := s.choices
	return platform.Options{
		Client: &http.Client{Transport: rt, Timeout: pushTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		Seed:   s.seed, NewSuiteToken: c.NewSuiteToken, NewCorpToken: c.NewCorpToken, AllowedIPs: c.AllowedIPs,
		TokenLife: c.TokenLife, Tries: c.Tries, JSON: c.JSON, PerMinute: c.PerMinute,
	}
}

// pushTimeout is how long WeCom waits for the answer to a push.
const pushTimeout = 5 * time.Second
