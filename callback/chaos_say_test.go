package callback_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// What corps say, and what they have done to those who listen.

// speak pushes a notice of a random kind.
func (c *chaosCorp) speak(ctx context.Context) {
	what, until := c.w.behaviour()
	switch n := rand.N(20); {
	case n < 10:
		c.text(&chaosPush{}, what, until)
	case n < 14:
		c.contact(what, until)
	case n < 16:
		c.licence(what, until)
	case n < 18:
		c.welcome(what, until)
	default:
		c.customerService(what, until)
	}
	if what != "hang" && what != "deaf" || rand.N(2) == 0 {
		return
	}
	for range rand.N(6) { // there is more behind it
		if ctx.Err() == nil {
			c.text(&chaosPush{}, "ok", time.Time{})
		}
	}
}

// behaviour is what a notice does to its functions: mostly nothing.
func (w *chaosWorld) behaviour() (what string, until time.Time) {
	longest := 5 * time.Second
	if w.long {
		longest = 20 * time.Second
	}
	until = time.Now().Add(rand.N(longest))
	if what := w.rarity(); what == "hang" || what == "deaf" {
		return what, w.minutes()
	} else if what != "" {
		return what, until
	}
	switch n := rand.N(1000); {
	case n < 30:
		return "fail", until
	case n < 50:
		return "panic", until
	case n < 60:
		return "giveup", until
	case n < 65:
		return "never", until
	}
	return "ok", until
}

// rarities are what only some notices do, and how often one of them comes: a server that was
// killed begins again with all of them, and must get to the rest.
var rarities = map[string]time.Duration{"hang": 12 * time.Second, "deaf": 20 * time.Second, "kill": 20 * time.Second, "die": time.Minute}

func (w *chaosWorld) rarity() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for what, every := range rarities {
		if !w.long {
			every /= 4
		}
		if n := w.figures["notices that "+what]; time.Since(w.began) > time.Duration(n)*every+every/10 {
			w.figures["notices that "+what]++
			return what
		}
	}
	return ""
}

// minutes are some in a long run, and seconds in a short one.
func (w *chaosWorld) minutes() time.Time {
	switch {
	case !w.long:
		return time.Now().Add(rand.N(6 * time.Second))
	case rand.N(4) == 0:
		return time.Now().Add(time.Minute + rand.N(2*time.Minute))
	}
	return time.Now().Add(5*time.Second + rand.N(25*time.Second))
}

func chaosInfo(suite, infoType string, pairs ...string) []byte {
	return chaosDoc(append([]string{"SuiteId", suite, "InfoType", infoType, "TimeStamp", fmt.Sprint(time.Now().Unix())}, pairs...)...)
}

func (c *chaosCorp) event(pairs ...string) []byte {
	return chaosDoc(append([]string{"ToUserName", c.id, "CreateTime", fmt.Sprint(time.Now().Unix())}, pairs...)...)
}

func chaosDoc(pairs ...string) []byte {
	var b strings.Builder
	b.WriteString("<xml>")
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>", pairs[i], pairs[i+1], pairs[i])
	}
	b.WriteString("</xml>")
	return []byte(b.String())
}

func (c *chaosCorp) text(p *chaosPush, what string, until time.Time) {
	user := fmt.Sprintf("woUser%d", rand.N(2))
	p.kind, p.lane = "text", c.suite+"/"+c.id+"/"+user
	c.send(c.data(), p, what, until, func(text string) []byte {
		id, _, _ := strings.Cut(text, ".")
		return c.event("FromUserName", user, "MsgType", "text", "Content", text, "MsgId", "7"+id[1:], "AgentID", "1")
	})
}

func (c *chaosCorp) contact(what string, until time.Time) {
	p := &chaosPush{kind: "contact", lane: c.suite + "/" + c.id, again: true}
	c.send(c.command(), p, what, until, func(text string) []byte {
		return chaosInfo(c.suite, "change_contact", "AuthCorpId", c.id, "ChangeType", "update_user", "UserID", text)
	})
}

func (c *chaosCorp) licence(what string, until time.Time) {
	p := &chaosPush{kind: "licence", lane: "system/" + c.id}
	c.send(platform.Target{Channel: spec.ChannelSystem}, p, what, until, func(text string) []byte {
		return chaosDoc("ServiceCorpId", chaosProvider, "InfoType", "license_pay_success", "AuthCorpId", c.id,
			"OrderId", text, "BuyerUserId", "woLin", "TimeStamp", fmt.Sprint(time.Now().Unix()))
	})
}

// welcome is a push that wants an answer at once.
func (c *chaosCorp) welcome(what string, until time.Time) {
	p := &chaosPush{kind: "welcome", urgent: true}
	c.send(c.data(), p, what, until, func(text string) []byte {
		return c.event("FromUserName", "sys", "MsgType", "event", "Event", "change_external_contact", "ChangeType", "add_external_contact",
			"UserID", "woLin", "ExternalUserID", "wmX", "State", text, "WelcomeCode", "code-"+text)
	})
}

// customerService says that there are messages: the newest of those that wait is enough.
func (c *chaosCorp) customerService(what string, until time.Time) {
	p := &chaosPush{kind: "kf", lane: c.suite + "/" + c.id, again: true}
	c.send(c.data(), p, what, until, func(text string) []byte {
		return c.event("MsgType", "event", "Event", "kf_msg_or_event", "Token", text, "OpenKfId", "wkChaos")
	})
	c.w.mu.Lock()
	c.service = p
	c.w.mu.Unlock()
}

// probe lets quiet corps say something now and then.
func (w *chaosWorld) probe(ctx context.Context) {
	var quiet []*chaosCorp
	w.mu.Lock()
	for _, c := range w.corps {
		if c.quiet {
			quiet = append(quiet, c)
		}
	}
	w.mu.Unlock()
	for i := 0; pause(ctx, 200*time.Millisecond); i++ {
		c := quiet[i%len(quiet)]
		if c.has() {
			w.strays.Go(func() { c.text(&chaosPush{probe: true}, "ok", time.Time{}) })
		}
	}
}

// authoriseAgain lets corps whose auth code was cut off install once more.
func (w *chaosWorld) authoriseAgain(ctx context.Context) {
	for pause(ctx, 2*time.Second) {
		w.log.read()
		w.authoriseCut()
	}
}

func (w *chaosWorld) authoriseCut() {
	w.mu.Lock()
	var cut []*chaosCorp
	codes := map[*chaosCorp]string{}
	for _, c := range w.corps {
		if c.installed && c.code != "" {
			codes[c] = c.code
		}
	}
	w.mu.Unlock()
	for c, code := range codes {
		if w.isCut(code) && c.isNewest(code) {
			cut = append(cut, c)
		}
	}
	for _, c := range cut {
		w.count("corps that had to authorise again")
		c.install()
	}
}
