package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Config is how a [World] begins. The zero value is one third-party app without callback URLs.
// Ids, secrets, Tokens and keys that are empty are derived from Seed.
type Config struct {
	Seed string

	CorpId, ProviderSecret string
	System                 Callback // 系统事件接收URL
	Apps                   []App    // none: one third-party app
	Corps                  int      // how many corps there are at first, with three members each

	BaseURL string // where programs reach the fake; it is part of the environment of an app
	Choices Choices

	State    string      // a folder that keeps the state; "": it ends with the World
	NotSaved func(error) // hears why the state cannot be saved while the World runs; nil: nobody does

	Client *http.Client     // pushes events; nil: one that waits five seconds
	Now    func() time.Time // nil: time.Now
}

// App is a third-party app (第三方应用) or a template of customised apps (代开发应用模板).
type App struct {
	SuiteId, Secret, Name string
	Template              bool
	Callback                     // 指令回调URL, or the callback URL of the template
	DataURL               string // 数据回调URL; $CORPID$ stands for the corp
}

// Callback is a callback URL, or "", and the pair that its pushes are signed and encrypted with.
type Callback struct{ URL, Token, AESKey string }

// Choices are what WeCom's documents leave open, or what differs from case to case.
type Choices struct {
	NewSuiteToken bool     `json:"new_suite_token" doc:"each fetch of a suite token brings a new one" zh:"每次获取 suite_access_token 都返回新值"`
	NewCorpToken  bool     `json:"new_corp_token" doc:"the same for the corp tokens of third-party apps" zh:"第三方应用每次获取企业 access_token 都返回新值"`
	TokenLife     Span     `json:"token_life" doc:"of tokens issued from now on; 0s: two hours" zh:"此后发放的令牌的有效期，0s 为两小时"`
	AllowedIPs    []string `json:"allowed_ips" doc:"other addresses get errcode 60020; none: every address may call" zh:"其他 IP 返回错误码 60020；不填则不限制"`
	Tries         int      `json:"tries" doc:"how often a push is tried; 0: three times" zh:"推送的尝试次数，0 为三次"`
	JSON          bool     `json:"json" doc:"pushes come as JSON" zh:"以 JSON 格式推送"`
	PerMinute     int      `json:"per_minute" doc:"how often an endpoint may be called for one corp in a minute, then errcode 45009; 0: no limit" zh:"每家企业每分钟可调用同一接口的次数，超出返回错误码 45009；0 为不限"`
	EditContacts  bool     `json:"edit_contacts" doc:"third-party apps may change address books; else they get errcode 48002" zh:"第三方应用可编辑通讯录；否则返回错误码 48002"`
}

func (c Choices) check() error {
	if min(int64(c.TokenLife), int64(c.Tries), int64(c.PerMinute)) < 0 {
		return invalid(words{"token life, tries and calls per minute must not be negative: leave them 0 for WeCom's own", "令牌有效期、推送次数与每分钟调用次数不能为负数：填 0 则与企业微信相同"})
	}
	const most = 100
	if c.Tries > most {
		return invalid(words{"%d tries of a push are too many: at most %d", "推送 %d 次过多：至多 %d 次"}, c.Tries, most)
	}
	for _, ip := range c.AllowedIPs {
		if _, err := netip.ParseAddr(ip); err != nil {
			return invalid(words{"%q is no address: give single ones, such as 127.0.0.1", "%q 不是 IP 地址：请逐个填写，如 127.0.0.1"}, ip)
		}
	}
	return nil
}

func (c Choices) engine() platform.Choices {
	return platform.Choices{NewSuiteToken: c.NewSuiteToken, NewCorpToken: c.NewCorpToken, AllowedIPs: c.AllowedIPs,
		TokenLife: time.Duration(c.TokenLife), Tries: c.Tries, JSON: c.JSON, PerMinute: c.PerMinute}
}

// Span is a time.Duration that JSON has as a text such as 1h30m.
type Span time.Duration

// MarshalText writes it as time.Duration does.
func (s Span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return invalid(words{"%q is no span of time: write it like 90s, 10m or 24h", "%q 不是时长：应形如 90s、10m 或 24h"}, text)
	}
	*s = Span(d)
	return nil
}

// secretForm is what a secret may be made of: so it is found in texts again.
var secretForm = regexp.MustCompile(`^[0-9A-Za-z_-]{8,256}$`)

// filled is the config with everything that was left out.
func (c Config) filled() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.CorpId == "" {
		c.CorpId = c.name("ww", 16, "provider")
	}
	if c.ProviderSecret == "" {
		c.ProviderSecret = c.name("", 43, "provider secret")
	}
	c.System = c.pair(c.System, "system")
	if len(c.Apps) == 0 {
		c.Apps = make([]App, 1)
	}
	apps := make([]App, len(c.Apps))
	for i, a := range c.Apps {
		n, prefix := fmt.Sprint(i), "ww"
		if a.Template {
			prefix = "dk"
		}
		if a.SuiteId == "" {
			a.SuiteId = c.name(prefix, 16, "suite", n)
		}
		if a.Secret == "" {
			a.Secret = c.name("", 43, "suite secret", n)
		}
		if a.Name == "" {
			a.Name = "App " + fmt.Sprint(i+1)
		}
		a.Callback = c.pair(a.Callback, "app"+n)
		apps[i] = a
	}
	c.Apps = apps
	return c
}

func (c Config) pair(to Callback, use string) Callback {
	if to.Token == "" {
		to.Token = c.name("", 20, "token", use)
	}
	if to.AESKey == "" {
		to.AESKey = c.name("", 43, "key", use)
	}
	return to
}

// name derives an id or a secret from the seed: prefix and n letters and digits.
func (c Config) name(prefix string, n int, parts ...string) string {
	return platform.Derive(prefix, n, append(parts, c.Seed)...)
}

// check returns an error for what cannot be, of a filled config.
func (c Config) check() error {
	if c.Corps < 0 || c.Corps > maxCorps {
		return fmt.Errorf("sandbox: %d corps: there can be 0 to %d", c.Corps, maxCorps)
	}
	wrong := errors.Join(prefixed(c.Choices.check()), checkSecret("the secret of the provider", c.ProviderSecret), c.System.check("the system events"))
	seen := map[string]bool{c.CorpId: true}
	for _, a := range c.Apps {
		if seen[a.SuiteId] {
			wrong = errors.Join(wrong, fmt.Errorf("sandbox: there are two of the id %s: each app needs its own", a.SuiteId))
		}
		seen[a.SuiteId] = true
		wrong = errors.Join(wrong, checkSecret("the secret of "+a.SuiteId, a.Secret), a.check(a.SuiteId), checkURL(a.DataURL))
	}
	return wrong
}

// prefixed says whose error it is.
func prefixed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sandbox: %w", err)
}

func checkSecret(what, secret string) error {
	if secretForm.MatchString(secret) {
		return nil
	}
	return fmt.Errorf("sandbox: %s has 8 to 256 letters, digits, - or _, this has %d bytes or others among them: leave it out, and one is made", what, len(secret))
}

var (
	tokenForm = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)
	keyForm   = regexp.MustCompile(`^[0-9A-Za-z]{43}$`)
)

// check says whose callback URL is wrong, and shows no secret.
func (to Callback) check(of string) error {
	switch {
	case !tokenForm.MatchString(to.Token):
		return fmt.Errorf("sandbox: the Token of %s has 1 to 32 letters or digits, this has %d bytes or others among them: leave it out, and one is made", of, len(to.Token))
	case !keyForm.MatchString(to.AESKey):
		return fmt.Errorf("sandbox: the EncodingAESKey of %s has exactly 43 letters or digits, this has %d bytes or others among them: copy it again, or leave it out, and one is made", of, len(to.AESKey))
	}
	return checkURL(to.URL)
}

// checkURL wants a URL of a server, or none.
func checkURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(strings.ReplaceAll(text, "$CORPID$", "corp"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("sandbox: a callback URL is like http://127.0.0.1:9001/wecom: one that was given is not")
	}
	return nil
}
