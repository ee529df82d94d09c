package platform

import (
	"cmp"
	"context"
	"encoding/json"
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
	pushTries   = 3               // "three tries in all"; whether they are 3 or 4 requests is not said
	maxAnswer   = 64 << 10
	wantAnswer  = "success"
)

// Target is where a push goes.
type Target struct {
	Channel string // one of spec.ChannelInstruction, spec.ChannelTemplate, spec.ChannelData, spec.ChannelSystem
	SuiteId string // whose URL; not for spec.ChannelSystem
	CorpId  string // spec.ChannelData: whose event; spec.ChannelSystem: the provider, "" for the first
	About   string // spec.ChannelSystem: the corp that a sample names

	// Own is a callback URL that a request has named, with its Token and key: it is taken in
	// place of that of the channel, for an event of CorpId.
	Own Callback
}

// parcel is a push as it goes out.
type parcel struct {
	Delivery
	url   string
	body  []byte
	json  bool
	tries int
	users int // who are trying it
}

// address is what a Target stands for.
type address struct {
	url, receiveId, checkId, to, agent string
	cipher                             *wecrypt.Cipher
}

// address looks a target up. In a data URL $CORPID$ is the corp of the event;
// when the URL is checked, the provider. p.mu is held.
func (p *Platform) address(t Target, check bool) (address, error) {
	if t.Own.URL != "" {
		cipher, err := wecrypt.New(t.Own.Token, t.Own.EncodingAESKey)
		return address{url: t.Own.URL, receiveId: t.CorpId, checkId: t.CorpId, to: t.CorpId, cipher: cipher}, err
	}
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
		return address{}, fmt.Errorf("fakewecom: suite %s has no %s callback URL, or no Token and EncodingAESKey: see Deliver", x.Id, t.Channel)
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

// Push encrypts payload and posts it to the target's callback URL, as often as WeCom does
// until the answer is right; its pages disagree on whether an answer with another status than
// 200 is tried again, which it is here. A *PushError says that it never was; the Delivery is filled in.
func (p *Platform) Push(ctx context.Context, t Target, payload []byte) (Delivery, error) {
	sent, err := p.pack(t, payload)
	if err != nil {
		return Delivery{Target: t, Payload: payload}, err
	}
	p.deliver(ctx, sent)
	d := p.tried(sent)
	return d, d.Refused()
}

// Redeliver repeats a push byte for byte, as WeCom does after a failure. It goes to the callback URL
// as that is now: a wrong one may have been why the push failed.
func (p *Platform) Redeliver(ctx context.Context, id int) (Delivery, error) {
	p.mu.Lock()
	sent := p.parcel(id)
	if sent == nil {
		p.mu.Unlock()
		return Delivery{}, fmt.Errorf("fakewecom: no push %d, or it is too old to be kept", id)
	}
	signature := strings.LastIndex(sent.url, signatureField)
	if a, err := p.address(sent.Target, false); err == nil && signature >= 0 && sent.users == 0 { // nobody reads the old one
		sent.url = withQuery(a.url, sent.url[signature:])
	}
	sent.users++
	p.mu.Unlock()
	p.try(ctx, sent)
	d := p.tried(sent)
	return d, d.Refused()
}

// Deliveries lists all pushes, the oldest first.
func (p *Platform) Deliveries() []Delivery { return p.DeliveriesAfter(0) }

// tried ends what has tried a push, and says what became of it.
func (p *Platform) tried(sent *parcel) Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	sent.users--
	return sent.Delivery
}

// pack makes the request of a push, and logs it.
func (p *Platform) pack(t Target, payload []byte) (*parcel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, err := p.address(t, false)
	if err != nil {
		return nil, err
	}
	if p.opt.JSON {
		if payload, err = asJSON(payload); err != nil {
			return nil, err
		}
	}
	encrypt, err := a.cipher.Encrypt(payload, a.receiveId)
	if err != nil {
		return nil, err
	}
	body := EventXML(Text("ToUserName", a.to), Text("Encrypt", encrypt), Text("AgentID", a.agent))
	if p.opt.JSON {
		body, _ = json.Marshal(Obj{"tousername": a.to, "encrypt": encrypt, "agentid": a.agent})
	}
	p.forgetPushes()
	p.pushId++
	d := Delivery{Id: p.pushId, Time: p.now(), Target: t, Payload: payload}
	sent := &parcel{d, p.signed(a, encrypt, nil), body, p.opt.JSON, cmp.Or(p.opt.Tries, pushTries), 1}
	p.sent = append(p.sent, sent)
	p.notePush(sent)
	return sent, nil
}

// signed adds the signature to the callback URL. The nonce takes no id: pushes go out beside
// requests, and what these are given must not depend on it. p.mu is held.
func (p *Platform) signed(a address, encrypt string, more url.Values) string {
	stamp, nonce := strconv.FormatInt(p.pushTime(), 10), hash(10, encrypt)
	q := url.Values{"msg_signature": {a.cipher.Sign(stamp, nonce, encrypt)}, "timestamp": {stamp}, "nonce": {nonce}}
	for k, v := range more {
		q[k] = v
	}
	return withQuery(a.url, q.Encode())
}

// signatureField is the first of what signed adds to the URL of a push.
const signatureField = "msg_signature="

func withQuery(address, query string) string {
	if strings.Contains(address, "?") {
		return address + "&" + query
	}
	return address + "?" + query
}

func (p *Platform) notePush(sent *parcel) {
	p.note(ChangedPush, sent.Target.SuiteId, sent.Target.CorpId, strconv.Itoa(sent.Id))
}

// send makes a request and reads its answer.
func (p *Platform) send(req *http.Request) (t Try) {
	start := time.Now()
	defer func() { t.At, t.Duration = start, max(1, time.Since(start)) }()
	res, err := p.opt.Client.Do(req)
	if err != nil {
		return Try{Err: withoutURL(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return Try{Status: res.StatusCode, Body: string(body), Err: err}
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
	d.Payload = []byte(want)
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
	if d.Try = p.send(req); d.Err != nil {
		return d, d.Err
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
