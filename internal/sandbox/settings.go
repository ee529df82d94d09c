package sandbox

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// isScan reports whether a link is the content of a QR code that installs.
func isScan(link string) bool {
	u, err := url.Parse(link)
	return err == nil && strings.HasSuffix(u.Path, "/scan")
}

// markQuery puts the mark of a secret in the query of a URL in its place.
func markQuery(link, name string) (marked, mark string) {
	u, err := url.Parse(link)
	if err != nil {
		return link, ""
	}
	q := u.Query()
	mark = platform.Mark(q.Get(name))
	q.Set(name, mark)
	u.RawQuery = q.Encode()
	return u.String(), mark
}

// Suite is an app as the provider console shows it.
type Suite struct {
	SuiteId      string    `json:"suite_id"`
	Name         string    `json:"name"`
	Template     bool      `json:"template" doc:"代开发应用模板" zh:"是否为代开发应用模板"`
	Secret       string    `json:"secret" doc:"a mark" zh:"标记"`
	CommandURL   string    `json:"command_url" doc:"指令回调URL, or the callback URL of a template" zh:"指令回调 URL；代开发应用模板则为模板回调 URL"`
	DataURL      string    `json:"data_url" doc:"数据回调URL" zh:"数据回调 URL"`
	Token        string    `json:"token" doc:"a mark, of both URLs" zh:"两个 URL 共用，显示为标记"`
	AESKey       string    `json:"aes_key" doc:"a mark, of both URLs" zh:"两个 URL 共用，显示为标记"`
	CommandCheck *Checked  `json:"command_check" doc:"the last check of command_url; null: there was none" zh:"command_url 最近一次验证，null 为未验证"`
	DataCheck    *Checked  `json:"data_check" doc:"the last check of data_url; null: there was none" zh:"data_url 最近一次验证，null 为未验证"`
	TicketAt     time.Time `json:"ticket_at" doc:"when the newest suite_ticket was made" zh:"最新 suite_ticket 的生成时间"`
	Tickets      []Ticket  `json:"tickets" doc:"that are good" zh:"仍有效的 suite_ticket"`
}

// Ticket is a suite_ticket.
type Ticket struct {
	Ticket string    `json:"ticket" doc:"a mark" zh:"标记"`
	Made   time.Time `json:"made"`
	Left   Span      `json:"left" doc:"how long it is good" zh:"剩余有效期"`
}

// Provider is the provider (服务商) with his apps.
type Provider struct {
	CorpId      string   `json:"corp_id"`
	Secret      string   `json:"secret" doc:"a mark" zh:"标记"`
	SystemURL   string   `json:"system_url" doc:"系统事件接收URL" zh:"系统事件接收 URL"`
	Token       string   `json:"token" doc:"a mark, of that URL" zh:"该 URL 的，显示为标记"`
	AESKey      string   `json:"aes_key" doc:"a mark, of that URL" zh:"该 URL 的，显示为标记"`
	SystemCheck *Checked `json:"system_check" doc:"the last check of system_url; null: there was none" zh:"system_url 最近一次验证，null 为未验证"`
	Balance     int64    `json:"balance" doc:"of the prepaid account, in fen; negative: there is none" zh:"充值账户余额，单位：分；负数表示未开通"`
	Suites      []Suite  `json:"suites"`
}

// ShowProvider shows the provider and his apps.
func (w *World) ShowProvider(context.Context, none) (Provider, error) {
	x := w.theProvider()
	out := Provider{CorpId: x.CorpId, Secret: platform.Mark(x.Secret), SystemURL: x.System.URL, Token: platform.Mark(x.System.Token),
		AESKey: platform.Mark(x.System.EncodingAESKey), SystemCheck: w.lastCheck("system", "", x.System.URL), Balance: w.engine.Balance(x.CorpId), Suites: []Suite{}}
	for _, a := range w.cfg.Apps { // in the order of the config
		s, err := w.suite(a.SuiteId)
		if err != nil {
			return out, err
		}
		out.Suites = append(out.Suites, w.showSuite(s))
	}
	return out, nil
}

// theProvider is the one that there is.
func (w *World) theProvider() platform.Provider {
	all := w.engine.Providers()
	return all[slices.IndexFunc(all, func(x platform.Provider) bool { return x.CorpId == w.provider })]
}

func (w *World) showSuite(x platform.Suite) Suite {
	out := Suite{SuiteId: x.Id, Name: x.Name, Template: x.Template, Secret: platform.Mark(x.Secret), CommandURL: x.Command.URL, DataURL: x.DataURL,
		Token: platform.Mark(x.Command.Token), AESKey: platform.Mark(x.Command.EncodingAESKey), Tickets: []Ticket{},
		CommandCheck: w.lastCheck("command", x.Id, x.Command.URL), DataCheck: w.lastCheck("data", x.Id, x.DataURL)}
	for _, t := range w.engine.Tickets(x.Id) {
		out.Tickets = append(out.Tickets, Ticket{t.Mark, t.Made, Span(t.Left)})
		out.TicketAt = t.Made
	}
	return out
}

// URLs are callback URLs. Those that are left out stay; "" takes one away.
type URLs struct {
	SuiteId    string  `json:"suite_id" doc:"of command_url and data_url; empty: the first" zh:"command_url 与 data_url 所属应用，不填则为第一个"`
	CommandURL *string `json:"command_url" doc:"指令回调URL, or the callback URL of a template" zh:"指令回调 URL；代开发应用模板则为模板回调 URL"`
	DataURL    *string `json:"data_url" doc:"数据回调URL; $CORPID$ stands for the corp" zh:"数据回调 URL，$CORPID$ 代表企业"`
	SystemURL  *string `json:"system_url" doc:"系统事件接收URL of the provider" zh:"服务商的系统事件接收 URL"`
}

// SetURLs changes callback URLs. A suite_ticket is pushed to a new command URL at once.
func (w *World) SetURLs(ctx context.Context, in URLs) (out Outcome, err error) {
	x, err := w.suite(in.SuiteId)
	if err != nil {
		return out, err
	}
	for _, given := range []*string{in.CommandURL, in.DataURL, in.SystemURL} {
		if given != nil && checkURL(*given) != nil {
			return out, invalid(words{"a callback URL is like http://127.0.0.1:9001/wecom, or empty: this is neither", "回调 URL 应形如 http://127.0.0.1:9001/wecom，或留空"})
		}
	}
	change(&x.Command.URL, in.CommandURL)
	change(&x.DataURL, in.DataURL)
	p := w.theProvider()
	change(&p.System.URL, in.SystemURL)
	return w.act(ctx, func(ctx context.Context) error {
		if err := w.engine.AddSuite(x); err != nil {
			return err
		}
		if err := w.engine.AddProvider(p); err != nil {
			return err
		}
		if in.CommandURL != nil && *in.CommandURL != "" {
			w.ticket(ctx, x.Id)
		}
		return nil
	})
}

// URLRef names a callback URL.
type URLRef struct {
	Channel string `json:"channel" need:"1" doc:"command, data or system" zh:"command（指令）、data（数据）或 system（系统）"`
	SuiteId string `json:"suite_id" doc:"of command and data; empty: the first" zh:"command 与 data 所属应用，不填则为第一个"`
}

// Checked is the outcome of the check of a callback URL.
type Checked struct {
	Ok      bool   `json:"ok"`
	Want    string `json:"want" doc:"what the answer has to be, and nothing beside it" zh:"应答应有的全部内容"`
	Try     Try    `json:"try"`
	Problem string `json:"problem" doc:"what is wrong; empty: nothing" zh:"问题所在；为空则没有问题"`
}

// CheckURL makes the check that WeCom makes when a callback URL is saved.
func (w *World) CheckURL(ctx context.Context, in URLRef) (Checked, error) {
	to, err := w.target(in)
	if err != nil {
		return Checked{}, err
	}
	d, err := w.engine.CheckURL(ctx, to)
	out := Checked{Ok: err == nil, Want: string(d.Payload), Try: w.showTry(d.Try)}
	if err != nil {
		if d.Duration == 0 { // there is no URL
			return out, refused(err)
		}
		out.Problem = w.engine.Scrub(strings.TrimPrefix(err.Error(), "fakewecom: "))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.checks[in.Channel+to.SuiteId] = checkOf{w.urlOf(to), out}
	return out, nil
}

// checkOf is the outcome of a check of a URL.
type checkOf struct {
	url string
	Checked
}

// lastCheck is the outcome of the last check of a callback URL, as it is now.
func (w *World) lastCheck(channel, suiteId, url string) *Checked {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.checks[channel+suiteId]
	if !ok || url == "" || c.url != url {
		return nil
	}
	return &c.Checked
}

// urlOf is the callback URL of a target.
func (w *World) urlOf(to platform.Target) string {
	x, _ := w.engine.Suite(to.SuiteId)
	switch to.Channel {
	case spec.ChannelInstruction:
		return x.Command.URL
	case spec.ChannelData:
		return x.DataURL
	}
	return w.theProvider().System.URL
}

func (w *World) target(in URLRef) (platform.Target, error) {
	x, err := w.suite(in.SuiteId)
	if err != nil {
		return platform.Target{}, err
	}
	switch in.Channel {
	case "command":
		return platform.Target{Channel: spec.ChannelInstruction, SuiteId: x.Id}, nil
	case "data":
		return platform.Target{Channel: spec.ChannelData, SuiteId: x.Id}, nil
	case "system":
		return platform.Target{Channel: spec.ChannelSystem, CorpId: w.provider}, nil
	}
	return platform.Target{}, invalid(words{"channel is command, data or system", "channel 应为 command、data 或 system"})
}

// SuiteRef names a suite.
type SuiteRef struct {
	SuiteId string `json:"suite_id" doc:"empty: the first" zh:"不填则为第一个应用"`
}

// PushTicket makes a suite_ticket and pushes it.
func (w *World) PushTicket(ctx context.Context, in SuiteRef) (Outcome, error) {
	x, err := w.suite(in.SuiteId)
	if err != nil {
		return Outcome{}, err
	}
	return w.act(ctx, func(ctx context.Context) error { w.ticket(ctx, x.Id); return nil })
}

// ExpireTickets makes all tickets of a suite too old. The next one comes when it would have come
// anyway.
func (w *World) ExpireTickets(_ context.Context, in SuiteRef) (Suite, error) {
	x, err := w.suite(in.SuiteId)
	if err != nil {
		return Suite{}, err
	}
	w.engine.ExpireTickets(x.Id)
	return w.showSuite(x), nil
}

// Fen is an amount of money.
type Fen struct {
	Fen int64 `json:"fen" doc:"in the prepaid account (充值账户); negative: there is none" zh:"充值账户余额，单位：分；负数表示未开通"`
}

// SetBalance puts money into the provider's account.
func (w *World) SetBalance(_ context.Context, in Fen) (Fen, error) {
	w.engine.SetBalance(w.provider, in.Fen)
	return Fen{w.engine.Balance(w.provider)}, nil
}

// ShowChoices shows the choices.
func (w *World) ShowChoices(context.Context, none) (Choices, error) {
	c := w.engine.Choices()
	w.mu.Lock()
	defer w.mu.Unlock()
	return Choices{c.NewSuiteToken, c.NewCorpToken, Span(c.TokenLife), append([]string{}, c.AllowedIPs...), c.Tries, c.JSON, c.PerMinute, w.contacts}, nil
}

// Choose replaces the choices, all of them.
func (w *World) Choose(ctx context.Context, in Choices) (Choices, error) {
	if err := in.check(); err != nil {
		return Choices{}, err
	}
	w.engine.Choose(in.engine())
	w.mu.Lock()
	w.contacts = in.EditContacts
	w.mu.Unlock()
	for _, x := range w.engine.Suites() {
		if x.EditsContacts != in.EditContacts {
			x.EditsContacts = in.EditContacts
			if err := w.engine.AddSuite(x); err != nil {
				return Choices{}, err
			}
		}
	}
	return w.ShowChoices(ctx, none{})
}
