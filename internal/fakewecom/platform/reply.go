package platform

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
)

// reply is the envelope of a passive reply.
type reply struct {
	XMLName      xml.Name `xml:"xml" json:"-"`
	Encrypt      string
	MsgSignature string
	TimeStamp    json.Number
	Nonce        string
}

// OpenReply checks and decrypts the passive reply (被动回复) in the answer to a
// push. An empty answer is no reply: nil.
func (p *Platform) OpenReply(d Delivery) ([]byte, error) {
	if d.Body == "" || d.Body == wantAnswer {
		return nil, nil
	}
	var in reply
	read, form := xml.Unmarshal, "XML"
	if p.Choices().JSON {
		read, form = json.Unmarshal, "JSON"
	}
	if err := read([]byte(d.Body), &in); err != nil {
		return nil, fmt.Errorf("fakewecom: the passive reply is no %s: %w", form, err)
	}
	p.mu.Lock()
	a, err := p.address(d.Target, false)
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if a.cipher.Sign(in.TimeStamp.String(), in.Nonce, in.Encrypt) != in.MsgSignature {
		return nil, errors.New("fakewecom: the passive reply is signed wrongly")
	}
	msg, receiveId, err := a.cipher.Decrypt(in.Encrypt)
	if err != nil {
		return nil, err
	}
	if receiveId != a.receiveId {
		return nil, fmt.Errorf("fakewecom: the passive reply is for %q, want %q", receiveId, a.receiveId)
	}
	return msg, nil
}
