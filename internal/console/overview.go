package console

import (
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// link is a link of the chain of the main job.
type link struct {
	Kind              string // ok, warn, bad, now (the next step) or todo
	Href, State       string
	Name, Text        string
	mendable, working bool
}

// overviewData is what the overview shows.
type overviewData struct {
	Chain       []link
	Fresh       bool // nothing has been done yet
	Next        string
	Unpaid      *sandbox.Order // to be paid next
	NextCorp    *sandbox.Corp  // to install next
	Lost        *lostInstall   // to be pushed again next
	Suite       sandbox.Suite  // the app of the environment
	Suites      []sandbox.Suite
	Environment []variable
	URLs        []callbackURL
	Rows        []logRow
	Effects     []effect // of a move of the clock
}

// variable is a line of the environment.
type variable struct {
	sandbox.Variable
	Label string
}

const shownRows = 6

// overview is the start: the chain of the main job, and what an app is configured with.
func (c *Console) overview(p *page) error {
	d, err := c.gather(p)
	if err != nil {
		return err
	}
	if err := c.findLostInstall(p, d); err != nil {
		return err
	}
	d.Chain, d.Effects = p.chain(d), p.effects(d)
	p.Data = d.overviewData
	return nil
}

// overviewFacts is the overview with what its chain is made of.
type overviewFacts struct {
	overviewData
	provider sandbox.Provider
	corps    []sandbox.Corp
	tokens   []sandbox.Token
	orders   []sandbox.Order
	messages []sandbox.Message
}

func (c *Console) gather(p *page) (d *overviewFacts, err error) {
	ctx, none := p.request.Context(), struct{}{}
	d = &overviewFacts{}
	if d.provider, err = c.world.ShowProvider(ctx, none); err != nil {
		return nil, err
	}
	d.URLs, d.Suites, d.Suite = callbackURLs(d.provider), d.provider.Suites, d.provider.Suites[0]
	for _, s := range d.Suites {
		if s.SuiteId == p.Query("suite") {
			d.Suite = s
		}
	}
	environment, err := c.world.ShowEnvironment(ctx, sandbox.EnvironmentQuery{SuiteId: d.Suite.SuiteId})
	if err != nil {
		return nil, err
	}
	for _, v := range environment.Variables {
		d.Environment = append(d.Environment, variable{v, p.lang.variable(v.Name)})
	}
	if d.Rows, err = c.rows(ctx, p.lang, shownRows); err != nil {
		return nil, err
	}
	corps, err := c.world.ListCorps(ctx, none)
	if err != nil {
		return nil, err
	}
	tokens, err := c.world.ListTokens(ctx, none)
	if err != nil {
		return nil, err
	}
	orders, err := c.world.ListOrders(ctx, sandbox.CorpQuery{})
	if err != nil {
		return nil, err
	}
	messages, err := c.world.ListMessages(ctx, sandbox.InboxQuery{})
	d.corps, d.tokens, d.orders, d.messages = corps.Corps, tokens.Tokens, orders.Orders, messages.Messages
	return d, err
}

// variable is the name of a variable of the environment for people.
func (l language) variable(name string) string {
	labels := map[string][2]string{
		"WECOM_BASE_URL": {"基础地址", "Base URL"}, "WECOM_CORP_ID": {"服务商 CorpID", "Provider corp id"},
		"WECOM_PROVIDER_SECRET": {"服务商密钥", "Provider secret"}, "WECOM_SUITE_ID": {"应用 SuiteID", "Suite id"},
		"WECOM_SUITE_SECRET": {"应用密钥", "Suite secret"}, "WECOM_SUITE_TICKET": {"最新 suite_ticket", "Newest suite_ticket"},
		"WECOM_TOKEN": {"Token", "Token"}, "WECOM_AES_KEY": {"EncodingAESKey", "EncodingAESKey"},
		"WECOM_SYSTEM_TOKEN": {"系统事件 Token", "System Token"}, "WECOM_SYSTEM_AES_KEY": {"系统事件 AESKey", "System AESKey"},
	}
	return l.t(labels[name][0], labels[name][1])
}

// chain tells how far the main job has come. Its first link that is not good, and that the user
// can mend here, is the next step.
func (p *page) chain(d *overviewFacts) []link {
	list := []link{p.urlLink(d), p.ticketLink(d), p.corpLink(d), p.tokenLink(d), p.orderLink(d), p.licenseLink(d), p.messageLink(d)}
	d.Fresh = !list[0].working && !list[2].working
	next := false
	for i := range list {
		x := &list[i]
		if x.State == "" {
			x.State = map[string]string{"ok": p.lang.t("正常", "Good"), "todo": p.lang.t("待办", "to do")}[x.Kind]
		}
		if x.Kind == "todo" && x.mendable && !next {
			next = true
			x.Kind, x.State = "now", p.lang.t("下一步", "Next")
			d.Next = x.Href
		}
	}
	return list
}

func (p *page) urlLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/urls", Name: p.lang.t("回调 URL", "Callback URLs"), Text: p.lang.t("还没有设置", "none set"), mendable: true}
	set, good := 0, 0
	for _, u := range d.URLs {
		if u.URL != "" {
			set++
		}
		if u.Check != nil && u.Check.Ok {
			good++
		}
	}
	if set == 0 {
		return x
	}
	x.Kind, x.working, x.Text = "ok", true, p.lang.t("%d 个中 %d 个通过", "%d set, %d pass", set, good)
	switch {
	case p.Broken > 0:
		x.Kind, x.State = "bad", p.lang.t("%d 个失败", "%d failed", p.Broken)
	case good < set:
		x.Kind, x.State = "warn", p.lang.t("未验证", "Not checked")
	}
	return x
}

func (p *page) ticketLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/log?q=suite_ticket", Name: "suite_ticket", Text: p.lang.t("URL 设置后推送", "comes once a URL is set")}
	if d.Suite.CommandURL != "" && !d.Suite.TicketAt.IsZero() {
		x.Kind, x.working, x.Text = "ok", true, p.lang.t("%s前生成", "made %s ago", p.lang.span(-p.Left(d.Suite.TicketAt)))
	}
	return x
}

func (p *page) corpLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/corps", Name: p.lang.t("已安装企业", "Installed corps"), Text: p.lang.t("还没有", "none yet"), mendable: true}
	installs, with := 0, 0
	for _, c := range d.corps {
		installs += len(c.Installs)
		if len(c.Installs) > 0 {
			with++
		} else if d.NextCorp == nil {
			d.NextCorp = &c
		}
	}
	if installs > 0 {
		x.Kind, x.working, x.Text = "ok", true, p.lang.count(with, "家企业", "corp")+p.lang.t("，", ", ")+p.lang.count(installs, "次安装", "install")
	}
	return x
}

func (p *page) tokenLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/corps#tokens", Name: p.lang.t("令牌", "Tokens"), Text: p.lang.t("由应用获取", "your app fetches them")}
	good, first := 0, time.Duration(0)
	for _, t := range d.tokens {
		if left := time.Duration(t.Left); t.Killed == 0 {
			good++
			if first == 0 || left < first {
				first = left
			}
		}
	}
	if good > 0 {
		x.Kind, x.working = "ok", true
		x.Text = p.lang.t("%d 个有效，最早 %s后过期", "%d valid; the first ends in %s", good, p.lang.span(first))
	}
	if d.Lost != nil {
		x.Kind, x.mendable, x.Text = "todo", true, p.lang.t("应用没有收到 create_auth", "the app has missed create_auth")
	}
	return x
}

func (p *page) orderLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/orders", Name: p.lang.t("许可订单", "Licence orders"), Text: p.lang.t("还没有", "none yet"), mendable: true}
	for _, o := range d.orders {
		if o.Status == 0 && d.Unpaid == nil && o.Parent == "" {
			d.Unpaid = &o
		}
	}
	if d.Unpaid != nil {
		x.Href, x.Text = "/orders/"+d.Unpaid.OrderId, p.lang.t("有待支付的订单，共 %d 个", "one is unpaid, of %d", len(d.orders))
	} else if len(d.orders) > 0 {
		x.Kind, x.working, x.Text = "ok", true, p.lang.t("共 %d 个", "%d in all", len(d.orders))
	}
	return x
}

func (p *page) licenseLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/codes", Name: p.lang.t("激活许可", "Licences"), Text: p.lang.t("还没有", "none yet")}
	active, unbound := 0, 0
	for _, o := range d.orders {
		for _, code := range o.Codes {
			switch code.Status {
			case 1:
				unbound++
			case 2:
				active++
			}
		}
	}
	if active+unbound > 0 {
		x.working, x.Text = true, p.lang.t("%d 个已激活，%d 个未绑定", "%d active, %d unbound", active, unbound)
	}
	if active > 0 {
		x.Kind = "ok"
	}
	return x
}

func (p *page) messageLink(d *overviewFacts) link {
	x := link{Kind: "todo", Href: "/inbox", Name: p.lang.t("应用消息", "Messages"), Text: p.lang.t("还没有", "none yet")}
	if n := len(d.messages); n > 0 {
		x.Kind, x.working, x.Text = "ok", true, p.lang.t("已送达 %d 条", "%d delivered", n)
	}
	return x
}
