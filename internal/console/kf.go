package console

import (
	"cmp"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// kfData is what the page of customer service (微信客服) shows.
type kfData struct {
	Corps    []sandbox.Corp
	Corp     sandbox.Corp
	Members  []sandbox.Member // who are there
	Apps     []sandbox.Suite  // that the corp has
	Accounts []sandbox.KfAccount
	Account  *sandbox.KfAccount
	Managers []sandbox.Suite // apps that manage the account
	Answer   []kfPerson      // who answer for it
	Others   []kfPerson      // members who do not
	Talk     *sandbox.KfConversation
	Servicer string // his name
	Lines    []kfLine

	files shelf
}

// kfPerson is a member, and whether he receives customers.
type kfPerson struct {
	UserId, Name string
	Rest         int  // 0 he does, 1 he has stopped, 2 he is suspended
	Single       bool // he was named himself, not his department
}

// kfLine is a message of a conversation.
type kfLine struct {
	Id       string
	Time     time.Time
	When     bool // a long time after the line before
	Origin   int
	Who      string // the servicer
	Recalled bool
	Drawn    drawn
}

// Who has written a message, and where a conversation stands.
const (
	kfCustomer = 3
	kfServicer = 5

	kfPool   = 2
	kfServed = 3
	kfOver   = 4
)

// Mine reports whether the customer has written a message: the phone is his.
func (x kfLine) Mine() bool { return x.Origin == kfCustomer }

// Human reports whether a servicer has written it.
func (x kfLine) Human() bool { return x.Origin == kfServicer }

// CanTake, CanAnswer and CanEnd report what a servicer can do now.
func (d *kfData) CanTake() bool { return d.Talk.State == kfPool || d.Talk.State == kfServed }

// CanAnswer reports whether a servicer can write: who has the conversation, and after its end
// each.
func (d *kfData) CanAnswer() bool { return d.Talk.State == kfServed || d.Talk.State == kfOver }

// CanEnd reports whether there is something to end.
func (d *kfData) CanEnd() bool { return d.Talk.State == kfServed }

// kf shows the accounts of customer service of a corp and their conversations.
func (c *Console) kf(p *page) (err error) {
	ctx := p.request.Context()
	d := &kfData{}
	p.Data = d
	if d.Corps, d.Corp, err = c.chosenCorp(p); err != nil || len(d.Corps) == 0 {
		return err
	}
	accounts, err := c.world.ListKf(ctx, sandbox.CorpRef{CorpId: d.Corp.CorpId})
	if err != nil {
		return err
	}
	d.Members, d.Accounts = present(d.Corp), accounts.Accounts
	if d.files, err = c.shelf(ctx, d.Corp.CorpId); err != nil {
		return err
	}
	provider, err := c.world.ShowProvider(ctx, struct{}{})
	for _, x := range provider.Suites {
		if slices.ContainsFunc(d.Corp.Installs, func(in sandbox.Installation) bool { return in.SuiteId == x.SuiteId }) {
			d.Apps = append(d.Apps, x)
		}
	}
	d.pick(p.Query("kf"), p.Query("who"))
	return err
}

// pick finds the account and the conversation that are shown: those of the query, or the first
// account and its newest conversation.
func (d *kfData) pick(openKfId, customer string) {
	if len(d.Accounts) == 0 {
		return
	}
	d.Account = &d.Accounts[max(0, slices.IndexFunc(d.Accounts, func(a sandbox.KfAccount) bool { return a.OpenKfId == openKfId }))]
	for _, x := range d.Apps {
		if slices.Contains(d.Account.Suites, x.SuiteId) {
			d.Managers = append(d.Managers, x)
		}
	}
	for _, m := range d.Members {
		x := kfPerson{m.UserId, m.Name, d.Account.Resting[m.UserId], slices.Contains(d.Account.UserIds, m.UserId)}
		if d.serves(m) {
			d.Answer = append(d.Answer, x)
		} else {
			d.Others = append(d.Others, x)
		}
	}
	talks := d.Account.Conversations
	if len(talks) == 0 {
		return
	}
	at := slices.IndexFunc(talks, func(t sandbox.KfConversation) bool { return t.ExternalUserId == customer })
	if at < 0 {
		at = newestTalk(talks)
	}
	d.show(&talks[at])
}

// serves reports whether a member answers for the account, by himself or by his department.
func (d *kfData) serves(m sandbox.Member) bool {
	departments := m.Departments
	if len(departments) == 0 {
		departments = []int64{1}
	}
	return slices.Contains(d.Account.UserIds, m.UserId) ||
		slices.ContainsFunc(departments, func(id int64) bool { return slices.Contains(d.Account.Departments, id) })
}

// newestTalk is the one with the newest message.
func newestTalk(talks []sandbox.KfConversation) (at int) {
	last := func(t sandbox.KfConversation) (when time.Time) {
		if n := len(t.Messages); n > 0 {
			when = t.Messages[n-1].Time
		}
		return when
	}
	for i := range talks {
		if last(talks[i]).After(last(talks[at])) {
			at = i
		}
	}
	return at
}

// show gathers the lines of a conversation.
func (d *kfData) show(talk *sandbox.KfConversation) {
	d.Talk, d.Servicer = talk, d.name(talk.UserId)
	messages := talk.Messages[max(0, len(talk.Messages)-mostLines):]
	for i, m := range messages {
		d.Lines = append(d.Lines, kfLine{Id: m.Id, Time: m.Time, When: i == 0 || m.Time.Sub(messages[i-1].Time) >= newTime,
			Origin: m.Origin, Who: d.name(m.UserId), Recalled: m.Recalled, Drawn: draw(m.Kind, m.Content, i, d.files)})
	}
}

// name is that of a member.
func (d *kfData) name(userId string) string {
	for _, m := range d.Corp.Members {
		if m.UserId == userId {
			return cmp.Or(m.Name, userId)
		}
	}
	return userId
}
