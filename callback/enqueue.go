package callback

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const unattendedAfter = time.Minute // without Run, while notices wait

// enqueue stores what must be stored before the push is answered, and puts the notice into
// the queue.
func (in *Inbox) enqueue(ctx context.Context, h *Handler, n *Notice) error {
	if stored, err := storeTicket(ctx, h.api, n); err != nil {
		return err
	} else if stored && !in.wants(n) {
		return nil
	}
	n.work.installed = h.url.Channel == App && n.ReceiveId != h.api.SuiteId() && !slices.Contains(h.url.ReceiveIds, n.ReceiveId)
	return in.put(ctx, queueItem(h.route, n))
}

func (in *Inbox) put(ctx context.Context, item Item) error {
	if in.isClosed() {
		return fmt.Errorf("%w: Run has ended, and the queue keeps nothing over the end of the process", ErrClosed)
	}
	if err := in.puts.do(ctx, item); err != nil {
		return fmt.Errorf("callback: put the notice into the queue: %w", err)
	}
	in.noticeAbsence(ctx)
	return nil
}

// queueItem is what the queue keeps of a notice.
func queueItem(route string, n *Notice) Item {
	item := Item{Route: route, Identity: n.identity(route), Urgent: n.isUrgent(), Payload: encodePayload(n)}
	if item.Identity == "" {
		item.Same = n.same(route)
	}
	item.Lane = n.lane(item.Identity, item.Same)
	if item.Urgent {
		item.Lane = "!" + item.Identity
	}
	return item
}

// noticeAbsence reports, once a minute, notices that wait while nobody runs the inbox.
func (in *Inbox) noticeAbsence(ctx context.Context) {
	if in.isRunning() || !in.absence.isDue() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	s, err := in.Stats(ctx)
	if err == nil && s.Waiting > 0 && s.Oldest >= unattendedAfter {
		in.alarm(ctx, nil, fmt.Errorf("callback: %d notices wait, the oldest for %s, and nobody processes them: is Inbox.Run running, here or elsewhere?", s.Waiting, s.Oldest.Round(time.Second)))
	}
}
