package console

import (
	"context"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// outreach is what apps ask members to do for customers: to send, to publish, to hand over.
type outreach struct {
	Sends     []massTask
	Moments   []momentTask
	Transfers []handover
}

// Empty reports whether there is nothing of it.
func (o outreach) Empty() bool { return len(o.Sends)+len(o.Moments)+len(o.Transfers) == 0 }

// massTask is a member who has a mass message to send.
type massTask struct {
	sandbox.GroupMessage
	UserId, Member, App, Brief string
	Sent                       time.Time
	To                         int // customers or groups
}

// CanSend reports whether he can confirm it now.
func (x massTask) CanSend() bool { return x.Sent.IsZero() && !x.Cancelled }

// momentTask is a member who has a moment to publish.
type momentTask struct {
	sandbox.Moment
	UserId, Member, Brief string
	Published             bool
	Likes, Comments       int
	Seen                  []sandbox.Person // customers who see it
}

// CanPublish reports whether he can publish it now.
func (x momentTask) CanPublish() bool { return !x.Published && !x.Cancelled }

// handover is a customer on the way from one member to another.
type handover struct {
	sandbox.Transfer
	Customer, From, To string
}

// Waits reports whether the customer can still refuse.
func (x handover) Waits() bool { return x.Status == transferWaits }

const (
	transferDone  = 1 // of Transfer.Status
	transferWaits = 2
)

// Done reports whether the customer is with his new member.
func (x handover) Done() bool { return x.Status == transferDone }

// outreach gathers it.
func (c *Console) outreach(ctx context.Context, corp sandbox.CorpRef, known names) (out outreach, err error) {
	sends, err := c.world.ListGroupMessages(ctx, corp)
	if err != nil {
		return out, err
	}
	for _, m := range sends.Messages {
		for _, t := range m.Tasks {
			out.Sends = append(out.Sends, massTask{m, t.UserId, known.of(t.UserId), known.of(m.SuiteId), brief("", m.Contents), t.Sent, len(t.To)})
		}
	}
	moments, err := c.world.ListMoments(ctx, corp)
	if err != nil {
		return out, err
	}
	for _, m := range moments.Moments {
		for _, t := range m.Tasks {
			out.Moments = append(out.Moments, newMomentTask(m, t, known))
		}
	}
	transfers, err := c.world.ListTransfers(ctx, corp)
	for _, t := range transfers.Transfers {
		out.Transfers = append(out.Transfers, handover{t, known.of(t.ExternalUserId), known.of(t.FromUserId), known.of(t.ToUserId)})
	}
	return out, err
}

func newMomentTask(m sandbox.Moment, t sandbox.MomentTask, known names) momentTask {
	x := momentTask{Moment: m, UserId: t.UserId, Member: known.of(t.UserId), Brief: brief(m.Text, m.Contents), Published: t.Published}
	for _, r := range t.Reactions {
		if r.Like {
			x.Likes++
		} else {
			x.Comments++
		}
	}
	for _, id := range t.To {
		x.Seen = append(x.Seen, sandbox.Person{ExternalUserId: id, Name: known.of(id)})
	}
	return x
}

// brief is a text with attachments in a few words.
func brief(text string, parts []sandbox.Content) string {
	if text != "" {
		return short(text)
	}
	if len(parts) == 0 {
		return "–"
	}
	return draw(parts[0].Kind, parts[0].Content, 0, nil).Brief()
}
