package customers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Times and limits of transfers.
const (
	transferTime  = 24 * time.Hour
	transferYear  = 365 * 24 * time.Hour // how long after a member has left
	transferEvery = 90 * 24 * time.Hour
	maxTransfers  = 2 // of a customer in that time
)

// States of a transfer.
const (
	transferDone    = 1
	transferWaits   = 2
	transferRefused = 3
)

// transfer is a customer on the way from one member to another.
type transfer struct {
	from, to   string
	externalId string
	at         time.Time // when the customer is handed over if he does not refuse
	status     int
	resigned   bool // the old member has left
}

// handover asks for transfers.
type handover struct {
	From      string   `json:"handover_userid"`
	To        string   `json:"takeover_userid"`
	Customers []string `json:"external_userid"`
}

func transferOnJob(a *ask) (obj, error) {
	return a.transfer(func(in handover) (int, error) { return 0, a.seesAll(in.From) })
}

// transferResigned is about a member who has left, less than a year ago.
func transferResigned(a *ask) (obj, error) {
	return a.transfer(func(in handover) (int, error) {
		m, ok := a.corp.Member(in.From)
		switch {
		case !ok:
			return 0, platform.Refuse(codeNotVisible, "no privilege to access the user")
		case !m.Left || a.Now().Sub(m.LeftAt) > transferYear:
			return codeNotLeft, nil
		}
		return 0, nil
	})
}

// transfer begins transfers. check looks at the old member: a code is for each customer.
func (a *ask) transfer(check func(in handover) (code int, err error)) (obj, error) {
	var in handover
	if err := a.Decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.From == in.To:
		return nil, platform.Refuse(codeSameMember, "handover and takeover are the same")
	case len(in.Customers) == 0:
		return nil, platform.BadParam("external_userid is empty")
	}
	ofAll, err := check(in)
	if err == nil {
		err = a.seesAll(in.To)
	}
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, id := range in.Customers {
		code := ofAll
		if code == 0 {
			code = a.begin(in, id)
		}
		list = append(list, obj{"external_userid": id, "errcode": code})
	}
	return obj{"customer": list}, nil
}

// begin begins the transfer of one customer.
func (a *ask) begin(in handover, externalId string) (code int) {
	r := a.relation(in.From, externalId)
	m, _ := a.corp.Member(in.From)
	switch {
	case a.looksRight(externalId) != nil:
		return codeBadCustomer
	case r == nil || r.Half:
		return codeNotHis
	case a.waits(in.From, externalId):
		return codeInTransfer
	case !m.Left && a.recent(externalId) >= maxTransfers:
		return codeManyTransfers
	}
	a.transfers = append(a.transfers, &transfer{in.From, in.To, externalId, a.Now().Add(transferTime), transferWaits, m.Left})
	a.cs.changed(a.book, externalId)
	return 0
}

// waits reports whether a customer of a member is on the way to another one.
func (b *book) waits(userId, externalId string) bool {
	return slices.ContainsFunc(b.transfers, func(t *transfer) bool {
		return t.status == transferWaits && t.from == userId && t.externalId == externalId
	})
}

// recent counts the last transfers of a customer by members who were there.
func (a *ask) recent(externalId string) (n int) {
	for _, t := range a.transfers {
		if t.externalId == externalId && t.status == transferDone && !t.resigned && a.Now().Sub(t.at) < transferEvery {
			n++
		}
	}
	return n
}

// endTransfers hands over the customers whose time has come.
func (cs *Customers) endTransfers(b *book) {
	for _, t := range b.transfers {
		if t.status != transferWaits || cs.host.Now().Before(t.at) {
			continue
		}
		old := b.relation(t.from, t.externalId)
		if old == nil { // he has gone meanwhile
			t.status = transferRefused
			continue
		}
		cs.handOver(b, t, old)
	}
}

// handOver takes a customer from one member and gives him to the other, who is told of one
// that he never had.
func (cs *Customers) handOver(b *book, t *transfer, old *Relation) {
	b.drop(old)
	cs.tellContact(b, changeRemoved, old, always(platform.Text("Source", "DELETE_BY_TRANSFER")))
	if his := b.relation(t.to, t.externalId); his == nil || his.Half {
		b.drop(his)
		r := &Relation{Customer: old.Customer, UserId: t.to, Since: t.at, AddWay: addedByAdmin, OperUserId: t.from,
			Remark: old.Remark, Company: old.Company, Description: old.Description, Mobiles: old.Mobiles, Tags: slices.Clone(old.Tags), welcomed: true}
		b.relations = append(b.relations, r)
		if !b.gaveAway(t.to, t.externalId) {
			cs.tellContact(b, changeAdded, r, nil)
		}
	}
	t.status = transferDone
}

// gaveAway reports whether a member has had a customer whom another one took over.
func (b *book) gaveAway(userId, externalId string) bool {
	return slices.ContainsFunc(b.transfers, func(t *transfer) bool {
		return t.status == transferDone && t.from == userId && t.externalId == externalId
	})
}

// RefuseTransfer is a customer who refuses the member who is to take him over.
func (cs *Customers) RefuseTransfer(ctx context.Context, corpId, userId, externalId string) error {
	return cs.waiting(ctx, corpId, userId, externalId, func(b *book, t *transfer) {
		t.status = transferRefused
		cs.tellRefused(b, t)
	})
}

// EndTransfer lets the time run out in which a customer could refuse the member who is to take
// him over: he is handed over now.
func (cs *Customers) EndTransfer(ctx context.Context, corpId, userId, externalId string) error {
	return cs.waiting(ctx, corpId, userId, externalId, func(b *book, t *transfer) {
		t.at = cs.host.Now()
		cs.changed(b, externalId)
	})
}

// waiting runs do for a transfer that is to bring a customer to a member.
func (cs *Customers) waiting(ctx context.Context, corpId, userId, externalId string, do func(b *book, t *transfer)) error {
	return cs.admin(ctx, corpId, func(b *book) error {
		for _, t := range b.transfers {
			if t.status == transferWaits && t.to == userId && t.externalId == externalId {
				do(b, t)
				return nil
			}
		}
		return fmt.Errorf("fakewecom: no transfer of %s to %q waits: it does for 24 hours after the app has asked for it", externalId, userId)
	})
}

// tellRefused tells the apps that see the member of a customer who has refused him.
func (cs *Customers) tellRefused(b *book, t *transfer) {
	cs.changed(b, t.externalId)
	if b.sees(t.to) {
		cs.tell(b, customerChanged, always(platform.Text("ChangeType", "transfer_fail"), platform.Text("FailReason", "customer_refused"),
			platform.Text("UserID", t.to), platform.Text("ExternalUserID", t.externalId)))
	}
}

func onJobResult(a *ask) (obj, error) { return a.result(false) }

func resignedResult(a *ask) (obj, error) { return a.result(true) }

// result lists transfers between two members, of each customer the last one.
func (a *ask) result(resigned bool) (obj, error) {
	from, to := a.Str("handover_userid"), a.Str("takeover_userid")
	if err := a.seesAll(to); err != nil {
		return nil, err
	}
	last, ids := map[string]*transfer{}, []string{}
	for _, t := range a.transfers {
		if t.from != from || t.to != to || t.resigned != resigned {
			continue
		}
		if last[t.externalId] == nil {
			ids = append(ids, t.externalId)
		}
		last[t.externalId] = t
	}
	const most = 1000
	part, next, err := page(platform.PageReq{Cursor: a.Str("cursor")}, a.pageKey(from, to), ids, most, most)
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, id := range part {
		t, at := last[id], int64(0)
		if t.status != transferRefused {
			at = t.at.Unix()
		}
		list = append(list, obj{"external_userid": id, "status": t.status, "takeover_time": at})
	}
	return obj{"customer": list, "next_cursor": next}, nil
}

// listUnassigned lists the customers of members who have left, but for those on their way.
func listUnassigned(a *ask) (obj, error) {
	all := []obj{}
	for _, r := range a.relations {
		if m, _ := a.corp.Member(r.UserId); m.Left && !r.Half && !a.waits(r.UserId, r.ExternalUserId) {
			all = append(all, obj{"handover_userid": r.UserId, "external_userid": r.ExternalUserId, "dimission_time": m.LeftAt.Unix()})
		}
	}
	const most = 1000
	req := platform.PageReq{Cursor: a.Str("cursor"), Limit: a.Int("page_size")}
	if id := a.Int("page_id"); id > 0 && req.Cursor == "" { // the old way, without a cursor
		return a.pageById(id, all)
	}
	list, next, err := page(req, a.pageKey(), all, most, most)
	if err != nil {
		return nil, err
	}
	return obj{"info": list, "next_cursor": next, "is_last": next == ""}, nil
}

// pageById cuts page id, counted from 0.
func (a *ask) pageById(id int64, all []obj) (obj, error) {
	const most = 1000
	size := a.Int("page_size")
	if size <= 0 || size > most {
		size = most
	}
	from := min(id, int64(len(all)))
	from = min(from*size, int64(len(all)))
	to := min(from+size, int64(len(all)))
	return obj{"info": all[from:to], "is_last": to == int64(len(all))}, nil
}
