package callback

import (
	"context"
	"fmt"
	"time"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/service"
)

// bringsAuthCode reports whether a notice is create_auth or reset_permanent_code.
func bringsAuthCode(n *Notice) bool {
	_, ok := n.Content.(*AuthEvent)
	return ok && (n.InfoType == KItCreateAuth || n.InfoType == KItResetPermanentCode)
}

// storeTicket stores a suite_ticket. It does so before the push is answered: without a
// ticket nothing works, and the next one comes ten minutes later.
func (h *Handler) storeTicket(ctx context.Context, n *Notice) error {
	e, ok := n.Content.(*SuiteTicketEvent)
	if !ok || h.cfg.Channel != Instruction {
		return nil
	}
	return h.api.WithContext(ctx).SetSuiteTicket(e.SuiteTicket, time.Unix(n.TimeStamp, 0))
}

// storeCancel removes the installation of a corp that has cancelled. It does so before the
// push is answered, not when its turn in the queue comes: by then the corp may have
// installed again, and the new installation must stay. So it must when the push is repeated.
func (h *Handler) storeCancel(ctx context.Context, n *Notice) error {
	_, ok := n.Content.(*AuthEvent)
	if !ok || h.cfg.Channel != Instruction || n.InfoType != KItCancelAuth || n.AuthCorpId == "" {
		return nil
	}
	api := h.api.WithContext(ctx).WithCorp(n.AuthCorpId)
	if in, err := api.Installation(); err == nil && in.SavedAt.Unix() > n.TimeStamp {
		return nil
	}
	return api.RemoveInstallation()
}

// exchange turns the auth code of a notice into an installation and notes whose it is.
func (h *Handler) exchange(ctx context.Context, n *Notice) error {
	if h.cfg.Channel != Instruction || !bringsAuthCode(n) {
		return nil
	}
	e := n.Content.(*AuthEvent)
	got, err := service.GetPermanentCode(h.api.WithContext(ctx).Suite(), data.D{"auth_code": e.AuthCode})
	if err != nil {
		return authCodeError{fmt.Errorf("callback: %s: exchange the auth code: %w", n.InfoType, err)}
	}
	if p, ok := got.(*service.Permanent); ok {
		n.AuthCorpId = p.AuthCorpInfo.CorpId
	}
	return nil
}
