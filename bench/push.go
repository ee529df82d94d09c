package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/internal/wexml"
)

const (
	pushToken = "mW3xLq8ZtR5nK1vB"
	pushKey   = "k7Qd2Xc9Vb4Nm6As1Zf8Gh3Jt5Lp0Wy2Er7Ui4Oq6Tn"
	samples   = "../callback/testdata/"
	nonce     = "8c2f1d7b"
	// corpOfSamples is the corp in whose contacts something changes.
	corpOfSamples = "wpJ3nQCgAAh7VtXw0bR5LmZe9KsYd2Uf"
)

// push is one encrypted push, and the ways to open it.
type push struct {
	crypt                *callback.Crypt
	floor                *floor
	signature, timestamp string
	body                 []byte
}

func newPush(payload []byte) (*push, error) {
	c, err := callback.NewCrypt(pushToken, pushKey)
	if err != nil {
		return nil, err
	}
	p := &push{crypt: c, floor: newFloor(pushToken, pushKey), timestamp: fmt.Sprint(time.Now().Unix())}
	encrypt, signature, err := c.Encrypt(payload, suiteId, p.timestamp, nonce)
	if err != nil {
		return nil, err
	}
	p.signature = signature
	p.body = fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName>"+
		"<Encrypt><![CDATA[%s]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>", suiteId, encrypt)
	return p, nil
}

// samplePush is a push with a sample of package callback in it.
func samplePush(name string) (*push, error) {
	payload, err := os.ReadFile(samples + name)
	if err != nil {
		return nil, fmt.Errorf("run this in its own folder, as `make bench` does: %w", err)
	}
	return newPush(payload)
}

// ours is envelope, signature, decryption and the event as its own type: what a Handler does
// with a body. The envelope is read by the function that the Handler has for it.
func (p *push) ours() (*callback.Notice, error) {
	payload, err := p.decrypt()
	if err != nil {
		return nil, err
	}
	return callback.Parse(payload)
}

func (p *push) decrypt() ([]byte, error) {
	encrypt, err := wexml.Text(p.body, "Encrypt")
	if err != nil {
		return nil, err
	}
	payload, _, err := p.crypt.Decrypt(p.signature, p.timestamp, nonce, strings.TrimSpace(encrypt))
	return payload, err
}

// standard is ours with encoding/xml for the message, in its favour: one pass, no lists split.
func (p *push) standard() (*knownUser, error) {
	payload, err := p.decrypt()
	if err != nil {
		return nil, err
	}
	u := new(knownUser)
	return u, xml.Unmarshal(payload, u)
}

func (p *push) hand() *knownUser { return p.floor.open(p.signature, p.timestamp, nonce, p.body) }

func (p *push) ways() (hand, ours, standard way) {
	hand = func() error {
		if p.hand() == nil {
			return errors.New("the floor refuses the signature")
		}
		return nil
	}
	ours = func() error {
		_, err := p.ours()
		return err
	}
	standard = func() error {
		_, err := p.standard()
		return err
	}
	return hand, ours, standard
}

// addCallbacks adds the rows of what a Handler does with a body.
func addCallbacks(b *bench) error {
	for _, sample := range []struct{ name, file string }{
		{"small", "suite_ticket.xml"}, {"2 KiB", "update_user.xml"},
	} {
		p, err := samplePush(sample.file)
		if err != nil {
			return err
		}
		hand, ours, standard := p.ways()
		err = errors.Join(
			b.compare("callback, "+sample.name, pairbench.Goal{Ratio: 1.35}, pair{hand, ours}),
			b.compare("callback, "+sample.name+", by encoding/xml", pairbench.Goal{}, pair{standard, ours}),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// requests are n pushes that tell of n members, as bytes of HTTP.
func requests(n int) ([][]byte, error) {
	payload, err := os.ReadFile(samples + "update_user.xml")
	if err != nil {
		return nil, err
	}
	now := fmt.Appendf(nil, "<TimeStamp>%d<", time.Now().Unix())
	payload = bytes.Replace(payload, []byte("<TimeStamp>1760000000<"), now, 1)
	all := make([][]byte, n)
	for i := range all {
		p, err := newPush(bytes.Replace(payload, []byte("[wangxiaoming]"), fmt.Appendf(nil, "[member%08d]", i), 1))
		if err != nil {
			return nil, err
		}
		all[i] = fmt.Appendf(nil, "POST /wecom?msg_signature=%s&timestamp=%s&nonce=%s HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s",
			p.signature, p.timestamp, nonce, len(p.body), p.body)
	}
	return all, nil
}
