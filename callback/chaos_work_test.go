package callback_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/clock"
)

// register makes two functions for every notice: one by its type, and one for all.
func (c *chaosChild) register() {
	chaosOn[callback.TextMessage](c)
	chaosOn[callback.ContactEvent](c)
	chaosOn[callback.AuthEvent](c)
	chaosOn[callback.ExternalContactEvent](c)
	chaosOn[callback.KfMsgEvent](c)
	chaosOn[callback.LicensePayEvent](c)
	c.in.OnAny(func(ctx context.Context, n *callback.Notice) error { return c.work(ctx, "b", n) })
}

func chaosOn[E any](c *chaosChild) {
	callback.On(c.in, func(ctx context.Context, n *callback.Notice, _ *E) error { return c.work(ctx, "a", n) })
}

// chaosOrder is what a notice has done to itself: which of its functions misbehaves, how,
// and until when.
var chaosOrder = regexp.MustCompile(`p(\d+)\.([a-z]+)\.([ab])\.(\d+)`)

// chaosId is what parent and child call a notice.
func chaosId(n *callback.Notice) (id string, order []string) {
	if m := chaosOrder.FindStringSubmatch(string(n.Raw)); m != nil {
		return "p" + m[1], m[2:]
	}
	return n.Kind() + ":" + n.SuiteId + ":" + n.CorpId(), []string{"ok", "a", "0"}
}

var errChaos = errors.New("as ordered")

// work is one of the functions of a user.
func (c *chaosChild) work(ctx context.Context, function string, n *callback.Notice) (err error) {
	id, order := chaosId(n)
	c.write("begin", function, id, "-")
	outcome := "panicked"
	defer func() { c.write("end", function, id, outcome) }()
	what := order[0]
	if order[1] != function {
		what = "ok"
	}
	until, err := strconv.ParseInt(order[2], 10, 64)
	if err != nil {
		panic(err)
	}
	err = c.carryOut(ctx, what, id, time.Until(time.UnixMilli(until)))
	switch {
	case err == nil:
		outcome = "done"
	case errors.Is(err, callback.ErrGiveUp):
		outcome = "gaveup"
	default:
		outcome = "failed"
	}
	return err
}

// carryOut does what a notice says, for as long as it says.
func (c *chaosChild) carryOut(ctx context.Context, what, id string, left time.Duration) error {
	switch what {
	case "ok":
		time.Sleep(rand.N(3 * time.Millisecond)) // what work takes
	case "hang":
		return clock.Sleep(ctx, left)
	case "deaf":
		time.Sleep(left)
	case "kill":
		c.killOnce(id)
	case "die":
		die()
	default:
		return fail(what, left > 0)
	}
	return nil
}

// fail is how functions fail: for a while, for ever, or once and for all.
func fail(what string, early bool) error {
	switch {
	case what == "giveup":
		return fmt.Errorf("%w: %w", callback.ErrGiveUp, errChaos)
	case what == "panic" && early:
		panic(what)
	case what == "never" || early:
		return errChaos
	}
	return nil
}

// killOnce ends the process at the first try of a notice.
func (c *chaosChild) killOnce(id string) {
	f, err := os.OpenFile(filepath.Join(c.orders.Dir, "marks", id), os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		f.Close()
		die()
	}
}

// die ends the process as the system would.
func die() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}
