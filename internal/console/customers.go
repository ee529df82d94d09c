package console

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

const (
	welcomePath = "/cgi-bin/externalcontact/send_welcome_msg"
	welcomeLife = 20 * time.Second // of a welcome_code
)

// customersData is what the page of customers shows.
type customersData struct {
	Corps     []sandbox.Corp
	Corp      sandbox.Corp
	Members   []sandbox.Member // who are there
	Welcomes  []welcoming
	Customers []relation
	People    []sandbox.Person // each customer once
	Groups    []group
	Tags      []sandbox.TagGroup
	Outreach  outreach
	Who       *sandbox.Person // whose messages are shown
	Messages  []reached
}

// relation is a customer of a member, with names.
type relation struct {
	sandbox.Customer
	Member string
	Tags   []string
}

// WeCom reports whether the customer is a user of WeCom; else he is one of WeChat.
func (r relation) WeCom() bool { return ofWeCom(r.ExternalUserId) }

func ofWeCom(externalUserId string) bool {
	return len(externalUserId) > 1 && externalUserId[:2] == "wo"
}

// group is a customer group, with names.
type group struct {
	sandbox.Group
	Owner   string
	Inside  []inGroup
	Outside []sandbox.Person // customers who are not in it
}

type inGroup struct {
	Id, Name string
	Customer bool
}

// welcoming is a welcome_code that is still good.
type welcoming struct {
	Customer, Member, App string
	Left                  time.Duration
	Sent                  bool

	pair string // member and customer
}

// reached is a message to a customer.
type reached struct {
	Time        time.Time
	Member, App string
	Drawn       drawn
}

// customers shows the customers of a corp, and lets them act.
func (c *Console) customers(p *page) (err error) {
	ctx := p.request.Context()
	d := &customersData{}
	p.Data = d
	if d.Corps, d.Corp, err = c.chosenCorp(p); err != nil || len(d.Corps) == 0 {
		return err
	}
	all, err := c.world.ListCustomers(ctx, sandbox.CorpRef{CorpId: d.Corp.CorpId})
	if err != nil {
		return err
	}
	d.Members = present(d.Corp)
	known := names(c.world.Names())
	for _, m := range d.Corp.Members {
		known[m.UserId] = m.Name
	}
	d.Tags = all.TagGroups
	for _, g := range d.Tags {
		for _, t := range g.Tags {
			known[t.Id] = t.Name
		}
	}
	d.related(all, known)
	d.grouped(all, known)
	if d.Outreach, err = c.outreach(ctx, sandbox.CorpRef{CorpId: d.Corp.CorpId}, known); err != nil {
		return err
	}
	if d.Welcomes, err = c.welcomes(ctx, p, d.Corp.CorpId, known); err != nil {
		return err
	}
	return c.reached(ctx, p, d, known)
}

// present are the members who have not left.
func present(corp sandbox.Corp) []sandbox.Member {
	return slices.DeleteFunc(slices.Clone(corp.Members), func(m sandbox.Member) bool { return m.Left })
}

// related lists who has whom, the newest first.
func (d *customersData) related(all sandbox.Customers, known names) {
	for _, x := range all.Customers {
		r := relation{Customer: x, Member: known.of(x.UserId)}
		for _, id := range x.Tags {
			r.Tags = append(r.Tags, known.of(id))
		}
		d.Customers = append(d.Customers, r)
		if known[x.ExternalUserId] == "" {
			d.People = append(d.People, sandbox.Person{ExternalUserId: x.ExternalUserId, Name: x.Name})
		}
		known[x.ExternalUserId] = cmp.Or(x.Name, x.ExternalUserId)
	}
	slices.SortStableFunc(d.Customers, func(a, b relation) int { return b.Since.Compare(a.Since) })
}

func (d *customersData) grouped(all sandbox.Customers, known names) {
	for _, x := range all.Groups {
		g := group{Group: x, Owner: known.of(x.Owner)}
		for _, id := range x.People {
			member := slices.ContainsFunc(d.Corp.Members, func(m sandbox.Member) bool { return m.UserId == id })
			g.Inside = append(g.Inside, inGroup{id, known.of(id), !member})
		}
		for _, who := range d.People {
			if !slices.Contains(x.People, who.ExternalUserId) {
				g.Outside = append(g.Outside, who)
			}
		}
		d.Groups = append(d.Groups, g)
	}
}

// welcomes are the codes that apps were told and that are still good. Of several apps the first
// that uses its own welcomes the customer.
func (c *Console) welcomes(ctx context.Context, p *page, corpId string, known names) (list []welcoming, err error) {
	pushes, err := c.pushesOf(ctx, corpId)
	if err != nil {
		return nil, err
	}
	sent, err := c.welcomed(ctx)
	done := map[string]bool{} // by member and customer
	for _, x := range slices.Backward(pushes) {
		e, left := readEvent(x.Event), welcomeLife-p.Now().Sub(x.Time)
		code, pair := e["WelcomeCode"], e["UserID"]+" "+e["ExternalUserID"]
		if code != "" && left > 0 {
			list = append(list, welcoming{known.of(e["ExternalUserID"]), known.of(e["UserID"]), known.of(x.SuiteId), left, sent[code], pair})
			done[pair] = done[pair] || sent[code]
		}
	}
	return slices.DeleteFunc(list, func(w welcoming) bool { return done[w.pair] && !w.Sent }), err
}

// welcomed are the codes that were used.
func (c *Console) welcomed(ctx context.Context) (map[string]bool, error) {
	calls, err := c.world.ListRequests(ctx, sandbox.RequestQuery{Path: welcomePath})
	sent := map[string]bool{}
	for _, x := range calls.Requests {
		if x.ErrCode == 0 {
			sent[readEvent(x.Body)["welcome_code"]] = true
		}
	}
	return sent, err
}

// reached gathers what has reached the customer of the query.
func (c *Console) reached(ctx context.Context, p *page, d *customersData, known names) error {
	i := slices.IndexFunc(d.People, func(who sandbox.Person) bool { return who.ExternalUserId == p.Query("who") })
	if i < 0 {
		return nil
	}
	d.Who = &d.People[i]
	files, err := c.shelf(ctx, d.Corp.CorpId)
	if err != nil {
		return err
	}
	all, err := c.world.ListCustomerMessages(ctx, sandbox.CustomerRef{CorpRef: sandbox.CorpRef{CorpId: d.Corp.CorpId}, ExternalUserId: d.Who.ExternalUserId})
	for i, m := range all.Messages {
		x := reached{m.Time, known.of(m.UserId), known.of(m.SuiteId), draw(m.Kind, m.Content, i, files)}
		d.Messages = append(d.Messages, x)
	}
	return err
}
