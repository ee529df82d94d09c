package platform

import (
	"encoding/xml"
	"errors"
	"fmt"
)

// OpenReply checks and decrypts the passive reply (被动回复) in the answer to a
// push. An empty answer is no reply: nil.
func (p *Platform) OpenReply(d Delivery) ([]byte, error) {
	if d.Body == "" || d.Body == wantAnswer {
		return nil, nil
	}
	var in struct {
		XMLName      xml.Name `xml:"xml"`
		Encrypt      string
		MsgSignature string
		TimeStamp    string
		Nonce        string
	}
	if err := xml.Unmarshal([]byte(d.Body), &in); err != nil {
		return nil, fmt.Errorf("fakewecom: the passive reply is no XML: %w", err)
	}
	p.mu.Lock()
	a, err := p.address(d.Target, false)
	p.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if a.cipher.Sign(in.TimeStamp, in.Nonce, in.Encrypt) != in.MsgSignature {
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
