package sandbox

import (
	"context"
	"net/http"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// Status is the world at a glance.
type Status struct {
	Now        time.Time `json:"now" doc:"by the clock of the sandbox" zh:"按沙箱时钟"`
	Ahead      Span      `json:"ahead" doc:"of the real clock" zh:"比真实时钟快多少"`
	Seed       string    `json:"seed"`
	BaseURL    string    `json:"base_url" doc:"of the fake" zh:"沙箱中企业微信的地址"`
	Corps      int       `json:"corps"`
	Installs   int       `json:"installs"`
	Orders     int       `json:"orders" doc:"of licenses" zh:"接口许可订单数"`
	Codes      int       `json:"codes" doc:"of licenses" zh:"激活码数"`
	Tokens     int       `json:"tokens" doc:"that are good" zh:"仍有效的令牌数"`
	Requests   int64     `json:"requests" doc:"id of the newest" zh:"最新一条的 ID"`
	Pushes     int       `json:"pushes" doc:"id of the newest" zh:"最新一条的 ID"`
	Unaccepted int       `json:"unaccepted" doc:"of the pushes that are kept: those with whose last answer WeCom is not content" zh:"最后一次应答不合要求的推送数"`
	Faults     int       `json:"faults"`
	LastChange int64     `json:"last_change" doc:"where to go on with GET /api/v1/changes" zh:"GET /api/v1/changes 由此继续"`
}

// ShowStatus tells of the world at a glance.
func (w *World) ShowStatus(context.Context, none) (Status, error) {
	last := w.engine.LastChange() // before what it tells of
	w.mu.Lock()
	base := w.base
	w.mu.Unlock()
	out := Status{Now: w.now(), Ahead: Span(w.engine.Ahead()), Seed: w.cfg.Seed, BaseURL: base, Corps: w.engine.CorpCount(),
		Installs: len(w.engine.Authorizations()), Pushes: w.engine.LastDelivery(), Faults: len(w.engine.Faults()), LastChange: last}
	for _, o := range w.engine.LicenseOrders(w.provider) {
		out.Orders++
		out.Codes += len(o.Codes)
	}
	for _, t := range w.engine.Tokens() {
		if t.Killed == 0 {
			out.Tokens++
		}
	}
	for _, r := range w.engine.NewestRequests(1, func(*platform.Request) bool { return true }) {
		out.Requests = r.Id
	}
	for _, d := range w.engine.Deliveries() {
		if d.Refused() != nil {
			out.Unaccepted++
		}
	}
	return out, nil
}

// ClockMove is how far the clock is put ahead.
type ClockMove struct {
	Add Span `json:"add" need:"1" doc:"such as 24h; the clock goes forward only" zh:"如 24h；时钟只能向前拨"`
}

// ClockMoved is the clock after a move.
type ClockMoved struct {
	Now   time.Time `json:"now"`
	Ahead Span      `json:"ahead" doc:"of the real clock" zh:"比真实时钟快多少"`
	Outcome
}

// MoveClock puts the clock ahead: tokens, tickets, trials, orders and licences follow it, and what
// is due is pushed. Pushes bear the real time all the same, for apps refuse those of another.
func (w *World) MoveClock(ctx context.Context, in ClockMove) (out ClockMoved, err error) {
	if in.Add < 0 || time.Duration(in.Add) > platform.MaxAhead-w.engine.Ahead() {
		return out, invalid(words{"add is %v: the clock goes forward only, and by a hundred years in all", "add 为 %v：时钟只能向前，且累计不超过一百年"}, time.Duration(in.Add))
	}
	out.Outcome, err = w.act(ctx, func(ctx context.Context) error {
		w.engine.Advance(time.Duration(in.Add))
		w.settle(ctx)
		return nil
	})
	out.Now, out.Ahead = w.now(), Span(w.engine.Ahead())
	return out, err
}

// Token is an access token that was handed out.
type Token struct {
	Token   string `json:"token" doc:"a mark" zh:"标记"`
	Kind    string `json:"kind" doc:"provider, suite or corp" zh:"provider（服务商）、suite（应用）或 corp（企业）"`
	SuiteId string `json:"suite_id"`
	CorpId  string `json:"corp_id"`
	Left    Span   `json:"left" doc:"how long it is good" zh:"剩余有效期"`
	Killed  int    `json:"killed" doc:"the errcode that it is answered with since it was ended early; 0: it was not" zh:"提前作废后返回的错误码，0 为未作废"`
}

// Tokens lists tokens.
type Tokens struct {
	Tokens []Token `json:"tokens"`
}

// ListTokens lists the tokens that have not run out.
func (w *World) ListTokens(context.Context, none) (Tokens, error) {
	out := Tokens{Tokens: []Token{}}
	for _, t := range w.engine.Tokens() {
		out.Tokens = append(out.Tokens, Token{t.Mark, t.Kind, t.SuiteId, t.CorpId, Span(t.Left), t.Killed})
	}
	return out, nil
}

// Kill says which tokens end early: one by its mark, or all of a kind.
type Kill struct {
	Token   string `json:"token" doc:"a mark of GET /api/v1/tokens" zh:"GET /api/v1/tokens 中的标记"`
	Kind    string `json:"kind" doc:"in place of token: provider, suite or corp" zh:"代替 token：provider、suite 或 corp"`
	ErrCode int    `json:"errcode" doc:"what they are answered with; 0: as unknown ones are" zh:"使用时返回的错误码，0 则与无效令牌相同"`
}

// Killed is how many tokens have ended.
type Killed struct {
	Killed int `json:"killed"`
}

// KillTokens ends tokens early, as WeCom may do at any time.
func (w *World) KillTokens(_ context.Context, in Kill) (Killed, error) {
	if (in.Token == "") == (in.Kind == "") {
		return Killed{}, invalid(words{"give one of token and kind", "token 与 kind 须填写其中一项"})
	}
	if in.Token != "" {
		if !w.engine.KillMarked(in.Token, in.ErrCode) {
			return Killed{}, unknown(words{"token", "令牌"}, in.Token, "/api/v1/tokens")
		}
		return Killed{1}, nil
	}
	if in.Kind != spec.CredentialProvider && in.Kind != spec.CredentialSuite && in.Kind != spec.CredentialCorp {
		return Killed{}, invalid(words{"kind is provider, suite or corp", "kind 应为 provider、suite 或 corp"})
	}
	return Killed{w.engine.KillTokens(in.Kind, in.ErrCode)}, nil
}

// Marked names a secret by its mark.
type Marked struct {
	Mark string `json:"mark" need:"1" doc:"such as #8f3a12cd" zh:"如 #8f3a12cd"`
}

// Secret is a secret as it is.
type Secret struct {
	Secret string `json:"secret"`
}

// Reveal shows a secret.
func (w *World) Reveal(_ context.Context, in Marked) (Secret, error) {
	value, ok := w.engine.Secret(in.Mark)
	if !ok {
		return Secret{}, failure(http.StatusNotFound, "unknown_mark", words{"there is no secret with this mark: take one from another answer, with its #", "没有此标记对应的密钥：请从其他应答中复制，含 # 号"})
	}
	return Secret{value}, nil
}

// EnvironmentQuery chooses an environment.
type EnvironmentQuery struct {
	SuiteId string `json:"-" query:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
	Reveal  bool   `json:"-" query:"reveal" doc:"true: with the secrets in place of marks" zh:"true 则显示密钥原文，而非标记"`
	Format  string `json:"-" query:"format" doc:"shell: lines of export NAME=value in place of JSON" zh:"shell：返回 export NAME=value 各行，而非 JSON"`
}

// Environment is what an app is configured with.
type Environment struct {
	Variables []Variable `json:"variables"`
}

// Variable is one variable of an environment.
type Variable struct {
	Name   string `json:"name"`
	Value  string `json:"value" doc:"of a secret its mark, unless it was to be revealed" zh:"密钥显示为标记，除非要求显示原文"`
	Secret bool   `json:"secret"`
}

// ShowEnvironment tells what an app needs to be configured with. The names are those that the
// command wecom reads.
func (w *World) ShowEnvironment(_ context.Context, in EnvironmentQuery) (Environment, error) {
	x, err := w.suite(in.SuiteId)
	if err != nil {
		return Environment{}, err
	}
	if in.Format != "" && in.Format != shellFormat {
		return Environment{}, invalid(words{"format is %s, or left out for JSON", "format 应为 %s，不填则返回 JSON"}, shellFormat)
	}
	w.mu.Lock()
	base := w.base
	w.mu.Unlock()
	p := w.theProvider()
	ticket := ""
	for _, t := range w.engine.Tickets(x.Id) {
		ticket, _ = w.engine.Secret(t.Mark)
	}
	out := Environment{Variables: []Variable{
		{"WECOM_BASE_URL", base, false},
		{"WECOM_CORP_ID", p.CorpId, false}, {"WECOM_PROVIDER_SECRET", p.Secret, true},
		{"WECOM_SUITE_ID", x.Id, false}, {"WECOM_SUITE_SECRET", x.Secret, true}, {"WECOM_SUITE_TICKET", ticket, true},
		{"WECOM_TOKEN", x.Command.Token, true}, {"WECOM_AES_KEY", x.Command.EncodingAESKey, true},
		{"WECOM_SYSTEM_TOKEN", p.System.Token, true}, {"WECOM_SYSTEM_AES_KEY", p.System.EncodingAESKey, true},
	}}
	for i, v := range out.Variables {
		if v.Secret && !in.Reveal {
			out.Variables[i].Value = platform.Mark(v.Value)
		}
	}
	return out, nil
}

const shellFormat = "shell"

// Shell is an environment as lines that a shell reads.
func (e Environment) Shell() string {
	text := ""
	for _, v := range e.Variables {
		text += "export " + v.Name + "='" + v.Value + "'\n" // no value has a quote: see Config
	}
	return text
}
