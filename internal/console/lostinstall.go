package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// authCodeLife is how long an auth_code can be exchanged.
const authCodeLife = 10 * time.Minute

// lostInstall is an install that the app does not know of.
type lostInstall struct {
	sandbox.Push
	Late bool // its auth_code has expired: to push it again does not help
}

// findLostInstall finds the notice of the newest install, if the app has not accepted it, nor
// exchanged an auth_code since: a redirect may have brought one.
func (c *Console) findLostInstall(p *page, d *overviewFacts) error {
	ctx := p.request.Context()
	pushes, err := c.world.ListPushes(ctx, sandbox.PushQuery{})
	if err != nil {
		return err
	}
	lost := missedInstall(pushes.Pushes)
	if lost == nil {
		return nil
	}
	calls, err := c.world.ListRequests(ctx, sandbox.RequestQuery{})
	if err == nil && !exchangedSince(lost.Time, calls.Requests) {
		d.Lost = &lostInstall{*lost, p.Now().Sub(lost.Time) > authCodeLife}
	}
	return err
}

// missedInstall is the newest install among pushes, if it was not accepted, and the corp has not
// cancelled it.
func missedInstall(pushes []sandbox.Push) *sandbox.Push {
	for _, x := range slices.Backward(pushes) {
		switch {
		case x.Kind == "create_auth" && !x.Accepted:
			return &x
		case x.Kind == "create_auth" || x.Kind == "cancel_auth":
			return nil
		}
	}
	return nil
}

func exchangedSince(since time.Time, calls []sandbox.Request) bool {
	return slices.ContainsFunc(calls, func(r sandbox.Request) bool {
		return strings.HasSuffix(r.Path, "/get_permanent_code") && r.Status == http.StatusOK && r.ErrCode == 0 && r.Time.After(since)
	})
}
