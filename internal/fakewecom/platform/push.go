package platform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/wecrypt"
)

const (
	pushTimeout = 5 * time.Second // how long WeCom waits for a callback URL
	maxAnswer   = 64 << 10
	wantAnswer  = "success"
)

// Target is where a push goes.
type Target struct {
	Channel string // one of spec.ChannelInstruction, spec.ChannelTemplate, spec.ChannelData, spec.ChannelSystem
	SuiteId string // whose URL; not for spec.ChannelSystem
	CorpId  string // spec.ChannelData: whose event; spec.ChannelSystem: the provider, "" for the first
}

// Delivery is the fate of one push.
type Delivery struct {
	Id       int // for Redeliver
	Target   Target
	Status   int // HTTP status; 0 without an answer
	Body     string
	Duration time.Duration
}

// Accepted reports whether WeCom would be content with the answer.
func (d Delivery) Accepted() bool {
	return d.Status == http.StatusOK && (d.Target.Channel == spec.ChannelData || d.Body == wantAnswer)
}

// parcel is a push as it went out.
type parcel struct {
	target Target
	url    string
	body   []byte
}

// address is what a Target stands for.
type address struct {
	url, receiveId, checkId, to, agent string
	cipher                             *wecrypt.Cipher
}

// address looks a target up. In a data URL $CORPID$ is the corp of the event;
// when the URL is checked, the provider. p.mu is held.
func (p *Platform) address(t Target, check bool) (address, error) {
	if t.Channel == spec.ChannelSystem {
		return p.systemAddress(t)
	}
	x := p.suites[t.SuiteId]
	if x == nil {
		return address{}, fmt.Errorf("fakewecom: no suite %q", t.SuiteId)
	}
	if !slices.Contains([]string{spec.ChannelInstruction, spec.ChannelTemplate, spec.ChannelData}, t.Channel) {
		return address{}, fmt.Errorf("fakewecom: no channel %q", t.Channel)
	}
	a := address{url: x.Command.URL, receiveId: x.Id, checkId: x.ProviderCorpId, to: x.Id, cipher: x.cipher}
	if t.Channel == spec.ChannelData {
		a.receiveId, a.to = t.CorpId, t.CorpId
		if check {
			a.receiveId = a.checkId
		}
		a.url = strings.ReplaceAll(x.DataURL, "$CORPID$", url.QueryEscape(a.receiveId))
		if in := p.installs[installKey{x.Id, t.CorpId}]; in != nil {
			a.agent = strconv.FormatInt(in.AgentId, 10)
		}
	}
	if a.url == "" || a.cipher == nil {
		return address{}, fmt.Errorf("fakewecom: suite %s has no %s callback URL, or no Token and EncodingAESKey", x.Id, t.Channel)
	}
	return a, nil
}

func (p *Platform) systemAddress(t Target) (address, error) {
	id := t.CorpId
	if id == "" {
		id = p.firstProvider
	}
	x := p.providers[id]
	if x == nil || x.System.URL == "" {
		return address{}, fmt.Errorf("fakewecom: no provider %q, or without a system event URL", id)
	}
	cipher, err := wecrypt.New(x.System.Token, x.System.EncodingAESKey)
	return address{url: x.System.URL, receiveId: id, checkId: id, to: id, cipher: cipher}, err
}

// Push encrypts payload and posts it to the target's callback URL. The error
// says that it was not delivered or not accepted; the Delivery is filled in
// both cases.
func (p *Platform) Push(ctx context.Context, t Target, payload []byte) (Delivery, error) {
	sent, err := p.pack(t, payload)
	if err != nil {
		return Delivery{Target: t}, err
	}
	p.mu.Lock()
	p.sent = append(p.sent, sent)
	id := len(p.sent)
	p.mu.Unlock()
	return p.deliver(ctx, id, sent)
}

// Redeliver repeats a push byte for byte, as WeCom does after a failure.
func (p *Platform) Redeliver(ctx context.Context, id int) (Delivery, error) {
	p.mu.Lock()
	if id < 1 || id > len(p.sent) {
		p.mu.Unlock()
		return Delivery{}, fmt.Errorf("fakewecom: no push %d", id)
	}
	sent := p.sent[id-1]
	p.mu.Unlock()
	return p.deliver(ctx, id, sent)
}

// pack makes the request of a push.
func (p *Platform) pack(t Target, payload []byte) (*parcel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, err := p.address(t, false)
	if err != nil {
		return nil, err
	}
	encrypt, err := a.cipher.Encrypt(payload, a.receiveId)
	if err != nil {
		return nil, err
	}
	envelope := EventXML(Text("ToUserName", a.to), Text("Encrypt", encrypt), Text("AgentID", a.agent))
	return &parcel{t, p.signed(a, encrypt, nil), envelope}, nil
}

// signed adds the signature to the callback URL. p.mu is held.
func (p *Platform) signed(a address, encrypt string, more url.Values) string {
	stamp, nonce := strconv.FormatInt(p.now().Unix(), 10), p.id("", 10)
	q := url.Values{"msg_signature": {a.cipher.Sign(stamp, nonce, encrypt)}, "timestamp": {stamp}, "nonce": {nonce}}
	for k, v := range more {
		q[k] = v
	}
	sep := "?"
	if strings.Contains(a.url, "?") {
		sep = "&"
	}
	return a.url + sep + q.Encode()
}

func (p *Platform) deliver(ctx context.Context, id int, sent *parcel) (Delivery, error) {
	d := Delivery{Id: id, Target: sent.target}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, sent.url, bytes.NewReader(sent.body))
	if err != nil {
		return d, withoutURL(err)
	}
	req.Header.Set("Content-Type", "text/xml")
	if err := p.send(req, &d); err != nil {
		return d, err
	}
	if !d.Accepted() {
		return d, fmt.Errorf("fakewecom: push %d answered with HTTP %d %.100q", id, d.Status, d.Body)
	}
	return d, nil
}

func (p *Platform) send(req *http.Request, d *Delivery) error {
	start := time.Now()
	res, err := p.opt.Client.Do(req)
	d.Duration = time.Since(start)
	if err != nil {
		return withoutURL(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	d.Status, d.Body, d.Duration = res.StatusCode, string(body), time.Since(start)
	return err
}

// withoutURL takes the URL, with its signature, out of a network error.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return fmt.Errorf("fakewecom: callback: %w", ue.Err)
	}
	return err
}

// CheckURL makes the check of a callback URL that WeCom makes when it is saved.
func (p *Platform) CheckURL(ctx context.Context, t Target) (Delivery, error) {
	d := Delivery{Target: t}
	p.mu.Lock()
	a, err := p.address(t, true)
	if err != nil {
		p.mu.Unlock()
		return d, err
	}
	want := p.digits(19)
	echo, err := a.cipher.Encrypt([]byte(want), a.checkId)
	link := p.signed(a, echo, url.Values{"echostr": {echo}})
	p.mu.Unlock()
	if err != nil {
		return d, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return d, withoutURL(err)
	}
	if err := p.send(req, &d); err != nil {
		return d, err
	}
	if d.Status != http.StatusOK || d.Body != want {
		return d, fmt.Errorf("fakewecom: the URL check wants HTTP 200 and %s, got HTTP %d %.100q", want, d.Status, d.Body)
	}
	return d, nil
}

// digits makes a decimal text. p.mu is held.
func (p *Platform) digits(n int) string {
	b := []byte(p.id("", n))
	for i, c := range b {
		b[i] = '1' + c%9
	}
	return string(b)
}
