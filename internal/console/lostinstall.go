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
	for _, x := range slices.Backward(pushes.Pushes) {
		if x.Kind == "create_auth" && !x.Accepted {
			d.Lost = &lostInstall{x, p.Now().Sub(x.Time) > authCodeLife}
		}
		if x.Kind == "create_auth" || x.Kind == "cancel_auth" {
			break
		}
	}
	if d.Lost == nil {
		return nil
	}
	calls, err := c.world.ListRequests(ctx, sandbox.RequestQuery{})
	if slices.ContainsFunc(calls.Requests, func(r sandbox.Request) bool {
		return strings.HasSuffix(r.Path, "/get_permanent_code") && r.Status == http.StatusOK && r.ErrCode == 0 && r.Time.After(d.Lost.Time)
	}) {
		d.Lost = nil
	}
	return err
}
