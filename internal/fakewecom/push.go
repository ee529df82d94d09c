package fakewecom

import (
	"bytes"
	"context"
	"encoding/xml"
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
// when the URL is checked, the provider. s.mu is held.
func (s *Server) address(t Target, check bool) (address, error) {
	if t.Channel == spec.ChannelSystem {
		return s.systemAddress(t)
	}
	x := s.suites[t.SuiteId]
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
		if in := s.installs[installKey{x.Id, t.CorpId}]; in != nil {
			a.agent = strconv.FormatInt(in.agentId, 10)
		}
	}
	if a.url == "" || a.cipher == nil {
		return address{}, fmt.Errorf("fakewecom: suite %s has no %s callback URL, or no Token and EncodingAESKey", x.Id, t.Channel)
	}
	return a, nil
}

func (s *Server) systemAddress(t Target) (address, error) {
	id := t.CorpId
	if id == "" {
		id = s.firstProv
	}
	p := s.providers[id]
	if p == nil || p.System.URL == "" {
		return address{}, fmt.Errorf("fakewecom: no provider %q, or without a system event URL", id)
	}
	cipher, err := wecrypt.New(p.System.Token, p.System.EncodingAESKey)
	return address{url: p.System.URL, receiveId: id, checkId: id, to: id, cipher: cipher}, err
}

// Push encrypts payload and posts it to the target's callback URL. The error
// says that it was not delivered or not accepted; the Delivery is filled in
// both cases.
func (s *Server) Push(ctx context.Context, t Target, payload []byte) (Delivery, error) {
	p, err := s.pack(t, payload)
	if err != nil {
		return Delivery{Target: t}, err
	}
	s.mu.Lock()
	s.sent = append(s.sent, p)
	id := len(s.sent)
	s.mu.Unlock()
	return s.deliver(ctx, id, p)
}

// Redeliver repeats a push byte for byte, as WeCom does after a failure.
func (s *Server) Redeliver(ctx context.Context, id int) (Delivery, error) {
	s.mu.Lock()
	if id < 1 || id > len(s.sent) {
		s.mu.Unlock()
		return Delivery{}, fmt.Errorf("fakewecom: no push %d", id)
	}
	p := s.sent[id-1]
	s.mu.Unlock()
	return s.deliver(ctx, id, p)
}

// pack makes the request of a push.
func (s *Server) pack(t Target, payload []byte) (*parcel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.address(t, false)
	if err != nil {
		return nil, err
	}
	encrypt, err := a.cipher.Encrypt(payload, a.receiveId)
	if err != nil {
		return nil, err
	}
	body := "<xml><ToUserName><![CDATA[" + a.to + "]]></ToUserName><Encrypt><![CDATA[" + encrypt +
		"]]></Encrypt><AgentID><![CDATA[" + a.agent + "]]></AgentID></xml>"
	return &parcel{t, s.signed(a, encrypt, nil), []byte(body)}, nil
}

// signed adds the signature to the callback URL. s.mu is held.
func (s *Server) signed(a address, encrypt string, more url.Values) string {
	stamp, nonce := strconv.FormatInt(s.now().Unix(), 10), s.id("", 10)
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

func (s *Server) deliver(ctx context.Context, id int, p *parcel) (Delivery, error) {
	d := Delivery{Id: id, Target: p.target}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(p.body))
	if err != nil {
		return d, withoutURL(err)
	}
	req.Header.Set("Content-Type", "text/xml")
	if err := s.send(req, &d); err != nil {
		return d, err
	}
	if !d.Accepted() {
		return d, fmt.Errorf("fakewecom: push %d answered with HTTP %d %.100q", id, d.Status, d.Body)
	}
	return d, nil
}

func (s *Server) send(req *http.Request, d *Delivery) error {
	start := time.Now()
	res, err := s.opt.Client.Do(req)
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
func (s *Server) CheckURL(ctx context.Context, t Target) (Delivery, error) {
	d := Delivery{Target: t}
	s.mu.Lock()
	a, err := s.address(t, true)
	if err != nil {
		s.mu.Unlock()
		return d, err
	}
	want := s.digits(19)
	echo, err := a.cipher.Encrypt([]byte(want), a.checkId)
	link := s.signed(a, echo, url.Values{"echostr": {echo}})
	s.mu.Unlock()
	if err != nil {
		return d, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return d, withoutURL(err)
	}
	if err := s.send(req, &d); err != nil {
		return d, err
	}
	if d.Status != http.StatusOK || d.Body != want {
		return d, fmt.Errorf("fakewecom: the URL check wants HTTP 200 and %s, got HTTP %d %.100q", want, d.Status, d.Body)
	}
	return d, nil
}

// digits makes a decimal text. s.mu is held.
func (s *Server) digits(n int) string {
	b := []byte(s.id("", n))
	for i, c := range b {
		b[i] = '1' + c%9
	}
	return string(b)
}

// stamp is the TimeStamp of an event.
func (s *Server) stamp() string { return strconv.FormatInt(s.now().Unix(), 10) }

// infoXML writes an event in InfoType form: names and values in turn.
func infoXML(pairs ...string) []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	for i := 0; i+1 < len(pairs); i += 2 {
		name, value := pairs[i], pairs[i+1]
		b.WriteString("<" + name + ">")
		if name == "TimeStamp" {
			b.WriteString(value)
		} else if !strings.Contains(value, "]]>") {
			b.WriteString("<![CDATA[" + value + "]]>")
		} else {
			_ = xml.EscapeText(&b, []byte(value)) // into a bytes.Buffer: no error
		}
		b.WriteString("</" + name + ">")
	}
	b.WriteString("</xml>")
	return b.Bytes()
}
