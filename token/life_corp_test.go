package token_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// lifeCorp is a corp with its administrator, and its lane of the queue that all processes
// work: one notice at a time, in the order of arrival; one that fails leaves the lane and
// comes again beside newer ones.
type lifeCorp struct {
	life      *life
	suite, id string
	auth      *lifeAuth // nil: it does not have the suite
	known     bool      // it had it before
	lane      []lifeNotice
	failed    []lifeNotice
	codes     []lifeNotice     // that were exchanged
	browsers  int              // that bring an auth code on their own
	busy      chan lifeOutcome // of the notice that is being worked
	back      chan lifeOutcome // of browsers
}

// lifeAuth is one authorisation, from the installation to the cancellation.
type lifeAuth struct{ over atomic.Bool }

type lifeNotice struct {
	lifeOrder
	auth *lifeAuth // of an auth code
}

type lifeOutcome struct {
	notice lifeNotice
	reply  lifeReply
	alive  bool
}

// live acts and delivers at random until ctx ends, then delivers what is left.
func (c *lifeCorp) live(ctx context.Context) {
	end := time.Now().Add(*chaos + time.Minute)
	for ctx.Err() == nil || !c.quiet() {
		if c.quiet() && rand.N(3) == 0 {
			c.probe("in between", rand.N(2), false)
		}
		if c.busy == nil && (ctx.Err() != nil || rand.N(3) > 0) {
			c.deliver()
		}
		if ctx.Err() == nil {
			c.act()
		} else if time.Now().After(end) {
			c.life.problem("%s of %s: not delivered within a minute: %d notices", c.id, c.suite, len(c.lane)+len(c.failed))
			return
		}
		c.await()
	}
}

// quiet reports whether nothing is on its way that could change anything.
func (c *lifeCorp) quiet() bool {
	return c.busy == nil && len(c.lane)+len(c.failed)+c.browsers == 0
}

// await takes in what comes back within a while.
func (c *lifeCorp) await() {
	select {
	case o := <-c.busy:
		c.busy = nil
		c.settle(o)
	case o := <-c.back:
		c.browsers--
		c.settle(o)
	case <-time.After(rand.N(lifePace)):
	}
}

// probe calls a corp of which nothing is on its way, and reports whether the process lived
// to tell. One that has just started has no excuse.
func (c *lifeCorp) probe(when string, slot int, started bool) bool {
	r, alive := c.life.process(slot).do(lifeOrder{Do: "call", Suite: c.suite, For: c.id})
	who := fmt.Sprintf("%s: %s of %s, process %d", when, c.id, c.suite, slot)
	c.life.count("probes")
	switch {
	case !alive:
		return false
	case !started && slices.Contains([]int{40014, 42001, 40082, 42009}, r.Code):
		c.life.count("probes that met a pause") // tokens have died twice within a minute
	case c.auth != nil && r.Err != "":
		c.life.problem("%s: it is installed and can't be called: %s", who, r.Err)
	case c.auth == nil && !r.Gone:
		c.life.problem("%s: it has cancelled and is not forgotten: %q", who, r.Err)
	}
	return true
}

// act is what a user does, at random.
func (c *lifeCorp) act() {
	switch n := rand.N(20); {
	case n < 5:
		c.life.strays.Go(func() {
			c.life.process(rand.N(2)).do(lifeOrder{Do: "call", Suite: c.suite, For: c.id})
		})
	case n < 6 && len(c.codes) > 0:
		c.revisit(c.codes[rand.N(len(c.codes))]) // somebody goes back in his browser
	case len(c.lane)+len(c.failed) <= 4: // the queue keeps up
		c.decide(n)
	}
}

// decide is what the corp's administrator does.
func (c *lifeCorp) decide(n int) {
	switch {
	case c.auth == nil:
		if n < 9 {
			c.install()
		}
	case n < 10:
		if len(c.lane) == 0 || rand.N(4) == 0 {
			c.cancel()
		}
	case n < 11 && c.suite == templateId:
		c.reset()
	case n < 12:
		c.life.count("authorisations anew")
		c.authorise()
	}
}

func (c *lifeCorp) install() {
	c.auth = new(lifeAuth)
	if c.known {
		c.life.count("reinstalls")
	} else {
		c.life.count("installs")
	}
	c.known = true
	c.authorise()
}

// authorise brings an auth code: as a notice, by a browser, or by both, at once or not.
func (c *lifeCorp) authorise() {
	code, err := c.life.fake.Install(context.Background(), c.suite, c.id, platform.InstallOptions{FromProviderSite: true})
	if err != nil {
		c.life.problem("install: %v", err)
		return
	}
	n := lifeNotice{lifeOrder{Do: "exchange", Suite: c.suite, For: code}, c.auth}
	switch rand.N(3) {
	case 0:
		c.lane = append(c.lane, n)
	case 1:
		c.lane = append(c.lane, n)
		c.revisit(n)
	case 2:
		c.redirect(n)
	}
}

// redirect brings an auth code by a browser alone, that tries again until it has an answer.
func (c *lifeCorp) redirect(n lifeNotice) {
	c.life.count("redirects")
	c.browsers++
	go func() {
		for {
			r, alive := c.life.process(rand.N(2)).do(n.lifeOrder)
			if alive && (r.Err == "" || r.Code == badAuthCode) {
				c.back <- lifeOutcome{n, r, alive}
				return
			}
			<-time.After(rand.N(2 * lifePace))
		}
	}()
}

// revisit brings a code that is in good hands already.
func (c *lifeCorp) revisit(n lifeNotice) {
	c.life.count("revisits")
	c.life.strays.Go(func() {
		<-time.After(rand.N(2 * lifePace))
		r, alive := c.life.process(rand.N(2)).do(n.lifeOrder)
		if alive && r.Code == badAuthCode {
			c.refused(n)
		}
	})
}

func (c *lifeCorp) cancel() {
	c.life.count("cancels")
	c.auth.over.Store(true)
	c.auth = nil
	_ = c.life.fake.Cancel(context.Background(), c.suite, c.id) // there is no callback URL
	c.lane = append(c.lane, lifeNotice{lifeOrder: lifeOrder{Do: "cancel", Suite: c.suite, For: c.id}})
}

func (c *lifeCorp) reset() {
	c.life.count("resets")
	code, _ := c.life.fake.ResetPermanentCode(context.Background(), c.suite, c.id) // the same
	c.lane = append(c.lane, lifeNotice{lifeOrder{Do: "exchange", Suite: c.suite, For: code}, c.auth})
}

// deliver gives the next notice to one of the processes.
func (c *lifeCorp) deliver() {
	from := &c.lane
	if len(c.failed) > 0 && (len(c.lane) == 0 || rand.N(2) == 0) {
		from = &c.failed
	}
	if len(*from) == 0 {
		return
	}
	n := (*from)[0]
	*from = (*from)[1:]
	out := make(chan lifeOutcome, 1)
	go func() {
		r, alive := c.life.process(rand.N(2)).do(n.lifeOrder)
		out <- lifeOutcome{n, r, alive}
	}()
	c.busy = out
}

const badAuthCode = 40078

func (c *lifeCorp) settle(o lifeOutcome) {
	switch {
	case !o.alive:
		c.life.count("redeliveries")
		c.lane = append([]lifeNotice{o.notice}, c.lane...)
	case o.reply.Err == "":
		c.done(o)
	case o.reply.Code == badAuthCode:
		if c.refused(o.notice) && c.auth == o.notice.auth {
			c.authorise()
		}
	default:
		c.life.count("failures: " + class(o.reply))
		c.failed = append(c.failed, o.notice)
	}
}

func (c *lifeCorp) done(o lifeOutcome) {
	switch {
	case o.notice.Do == "exchange":
		c.codes = append(c.codes, o.notice)
	case o.reply.Removed:
		c.life.count("removals")
	}
}

// refused looks at why WeCom did not take an auth code, and reports whether the corp has
// to authorise once more.
func (c *lifeCorp) refused(n lifeNotice) (cut bool) {
	switch {
	case n.auth.over.Load():
		c.life.count("codes of corps that had cancelled")
	case c.life.cut(n.For):
		c.life.count("cut")
		return true
	default:
		if n.auth.over.Load() { // just now
			return false
		}
		c.life.problem("%s of %s: WeCom was shown an auth code again", c.id, c.suite)
	}
	return false
}

// class is a failure without what differs each time.
func class(r lifeReply) string {
	if r.Code != 0 {
		return fmt.Sprintf("errcode %d", r.Code)
	}
	return r.Err[:min(len(r.Err), 80)]
}
