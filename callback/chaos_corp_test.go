package callback_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

// chaosPush is a notice that WeCom has pushed, or tries to.
type chaosPush struct {
	id, kind, lane, order string
	corp                  *chaosCorp
	urgent, probe         bool
	again                 bool // it has no identity: one that is delivered again is processed again
	deliveries            atomic.Int32
	code                  string // that it brings

	// under chaosWorld.mu
	sent, answered time.Time
	life           int // that answered
}

type pushKey struct{}

// push makes a notice with orders for its functions, and has it delivered. send gets its
// text.
func (w *chaosWorld) push(p *chaosPush, what string, until time.Time, send func(ctx context.Context, text string) error) {
	w.mu.Lock()
	w.serial++
	p.id, p.order = fmt.Sprintf("p%d", w.serial), what
	text := fmt.Sprintf("%s.%s.%s.%d", p.id, what, string("ab"[w.serial%2]), max(0, until.UnixMilli()))
	p.sent = time.Now()
	w.order = append(w.order, p)
	w.mu.Unlock()
	if err := send(context.WithValue(context.Background(), pushKey{}, p), text); err != nil {
		w.problem("push of %s: %v", p.id, err)
	}
}

// courier brings a push to whichever child there is, until it is answered with success, byte
// for byte the same; some also after that, or without waiting for the answer.
func (w *chaosWorld) courier(r *http.Request) (*http.Response, error) {
	p, _ := r.Context().Value(pushKey{}).(*chaosPush)
	if p == nil {
		p = &chaosPush{}
	}
	testTimeout := 5 * time.Second
	if rand.N(50) == 0 {
		testTimeout = rand.N(20 * time.Millisecond)
	}
	for {
		life, err := w.deliver(p, r, testTimeout)
		if err == nil {
			w.mu.Lock()
			p.answered, p.life = time.Now(), life
			w.mu.Unlock()
			break
		}
		if time.Since(w.began) > *chaos+chaosPatience {
			return nil, err
		}
		testTimeout = 5 * time.Second
		time.Sleep(10*time.Millisecond + rand.N(50*time.Millisecond))
	}
	if rand.N(20) == 0 && p.kind != "kf" { // of which the newest counts
		w.strays.Go(func() {
			time.Sleep(rand.N(3 * time.Second))
			_, _ = w.deliver(p, r, testTimeout)
		})
	}
	return &http.Response{Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(strings.NewReader("success")), Request: r}, nil
}

// deliver tries once. It returns the life that answered with success.
func (w *chaosWorld) deliver(p *chaosPush, r *http.Request, testTimeout time.Duration) (life int, err error) {
	address, life := w.server()
	if address == "" {
		return 0, fmt.Errorf("nobody is there")
	}
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	defer cancel()
	r = r.Clone(ctx)
	r.URL.Host = address
	if r.GetBody != nil {
		r.Body, _ = r.GetBody() // a bytes.Reader always
	}
	p.deliveries.Add(1)
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || string(body) != "success") {
		w.count(fmt.Sprintf("answers %d", resp.StatusCode))
		err = fmt.Errorf("%s", resp.Status)
	}
	return life, err
}

// chaosCorp is a corp and its administrator.
type chaosCorp struct {
	w         *chaosWorld
	suite, id string
	quiet     bool // it says something only now and then
	churns    bool // it cancels and installs again

	// under chaosWorld.mu
	installed bool
	code      string // the newest auth code
	cancels   []chaosSpan
	service   *chaosPush // the newest of customer service that was answered
}

func (w *chaosWorld) makeCorps() {
	n := 40
	if w.long {
		n = 200
	}
	for i := range n {
		w.corps = append(w.corps, w.makeCorp(fmt.Sprintf("wpChaos%06d", i), chaosSuites[i%len(chaosSuites)]))
		w.corps[i].quiet, w.corps[i].churns = i%10 == 7, i%20 == 11 || i%20 == 16
	}
}

func (w *chaosWorld) makeCorp(id, suite string) *chaosCorp {
	c := &chaosCorp{w: w, id: id, suite: suite}
	assert.NoError(w.t, w.fake.AddCorp(platform.Corp{Id: c.id, Members: []platform.Member{{UserId: "woLin", Admin: true}}}))
	return c
}

// newcomers install the app one after the other.
func (w *chaosWorld) newcomers(ctx context.Context) {
	for i := 0; pause(ctx, time.Second); i++ {
		c := w.makeCorp(fmt.Sprintf("wpNew%06d", i), chaosSuites[i%len(chaosSuites)])
		w.mu.Lock()
		w.corps = append(w.corps, c)
		w.mu.Unlock()
		c.install()
	}
}

// live acts at random.
func (c *chaosCorp) live(ctx context.Context) {
	first := 500 * time.Millisecond
	if c.w.long {
		first = 10 * time.Second
	}
	if !pause(ctx, first) {
		return
	}
	c.install()
	if c.quiet {
		return
	}
	for pause(ctx, 2*time.Second) {
		if c.churns && rand.N(4) == 0 {
			c.change()
		} else if c.has() {
			c.speak(ctx)
		}
	}
}

func (c *chaosCorp) has() bool {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.installed
}

// install brings an auth code: pushed, by a browser, or both.
func (c *chaosCorp) install() {
	p := &chaosPush{kind: "create_auth", corp: c, urgent: true}
	c.w.push(p, "ok", time.Time{}, func(ctx context.Context, text string) error {
		both := rand.N(4)
		code, err := c.w.fake.Install(ctx, c.suite, c.id, platform.InstallOptions{State: text, FromProviderSite: true})
		if err != nil {
			return err
		}
		c.w.mu.Lock()
		c.installed, c.code, p.code = true, code, code
		c.w.mu.Unlock()
		if both == 0 {
			c.redirect(p, code, text)
			return nil
		}
		if both == 1 {
			c.w.strays.Go(func() { c.redirect(&chaosPush{}, code, text) })
		}
		_, err = c.w.fake.Push(ctx, c.command(), chaosInfo(c.suite, "create_auth", "AuthCode", code, "State", text))
		return err
	})
}

// redirect is the browser of an administrator, which is reloaded until the page comes, or
// until WeCom says that the code is over.
func (c *chaosCorp) redirect(p *chaosPush, code, text string) {
	c.w.count("redirects")
	page := "http://child/redirect?" + url.Values{"suite": {c.suite}, "code": {code}, "state": {text}}.Encode()
	r, err := http.NewRequest(http.MethodGet, page, nil)
	if !assert.NoError(c.w.t, err) {
		return
	}
	for {
		life, err := c.w.deliver(p, r, 5*time.Second)
		if err == nil {
			c.w.mu.Lock()
			p.answered, p.life = time.Now(), life
			c.w.mu.Unlock()
			return
		}
		if c.w.isCut(code) || !c.isNewest(code) || time.Since(c.w.began) > *chaos+chaosPatience {
			return
		}
		time.Sleep(50*time.Millisecond + rand.N(200*time.Millisecond))
	}
}

func (c *chaosCorp) isNewest(code string) bool {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	return c.installed && c.code == code
}

// change is what an administrator does who is not content.
func (c *chaosCorp) change() {
	c.w.mu.Lock()
	installed := c.installed
	c.w.mu.Unlock()
	switch n := rand.N(4); {
	case !installed:
		c.w.count("reinstalls")
		c.install()
	case n == 0:
		c.w.count("authorisations anew")
		c.install()
	case n == 1 && strings.HasPrefix(c.suite, "dk"):
		c.reset()
	default:
		c.cancel()
	}
}

func (c *chaosCorp) cancel() {
	c.w.count("cancels")
	time.Sleep(time.Second) // WeCom's times have no fractions: what was said before is older
	begin := time.Now()
	c.w.mu.Lock()
	c.installed = false
	c.cancels = append(c.cancels, chaosSpan{from: begin})
	c.w.mu.Unlock()
	assert.NoError(c.w.t, c.w.fake.Cancel(context.Background(), c.suite, c.id))
	c.w.mu.Lock()
	c.cancels[len(c.cancels)-1].to = time.Now()
	c.w.mu.Unlock()
}

func (c *chaosCorp) reset() {
	c.w.count("resets")
	code, err := c.w.fake.ResetPermanentCode(context.Background(), c.suite, c.id)
	assert.NoError(c.w.t, err)
	c.w.mu.Lock()
	c.code = code
	c.w.mu.Unlock()
}

func (c *chaosCorp) command() platform.Target {
	return platform.Target{Channel: spec.ChannelInstruction, SuiteId: c.suite}
}

func (c *chaosCorp) data() platform.Target {
	return platform.Target{Channel: spec.ChannelData, SuiteId: c.suite, CorpId: c.id}
}

// send pushes a document.
func (c *chaosCorp) send(to platform.Target, p *chaosPush, what string, until time.Time, doc func(text string) []byte) {
	p.corp = c
	c.w.push(p, what, until, func(ctx context.Context, text string) error {
		_, err := c.w.fake.Push(ctx, to, doc(text))
		return err
	})
}
