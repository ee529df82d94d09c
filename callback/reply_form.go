package callback

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/clock"
)

// sealReply encrypts a reply for the sender of the push, with the pair and in the form of
// the push.
func (a *acceptance) sealReply(document []byte) ([]byte, error) {
	timestamp := strconv.FormatInt(clock.Now().Unix(), 10)
	encrypt, signature, err := a.crypt.Encrypt(document, a.notice.ReceiveId, timestamp, a.query.nonce)
	if err != nil {
		return nil, err
	}
	envelope := struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }{encrypt, signature, timestamp, a.query.nonce}
	switch {
	case !isJSON(a.body):
		return joinXML(envelope)
	case bytes.Contains(a.body, []byte(`"encrypt"`)): // WeCom uses two spellings
		return joinJSON(map[string]string{
			"encrypt": envelope.Encrypt, "msgsignature": envelope.MsgSignature,
			"timestamp": envelope.TimeStamp, "nonce": envelope.Nonce,
		})
	}
	return joinJSON(envelope)
}

// joinXML makes one document from the elements of several structs.
func joinXML(parts ...any) ([]byte, error) {
	const open, end = "<xml>", "</xml>"
	inner := make([]string, len(parts))
	for i, part := range parts {
		var b strings.Builder
		root := xml.StartElement{Name: xml.Name{Local: "xml"}}
		if err := xml.NewEncoder(&b).EncodeElement(part, root); err != nil {
			return nil, err
		}
		inner[i] = strings.TrimSuffix(strings.TrimPrefix(b.String(), open), end)
	}
	return []byte(open + strings.Join(inner, "") + end), nil
}

// joinJSON makes one object from the members of several structs.
func joinJSON(parts ...any) ([]byte, error) {
	inner := make([]string, len(parts))
	for i, part := range parts {
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(part); err != nil {
			return nil, err
		}
		inner[i] = strings.TrimSuffix(strings.TrimPrefix(b.String(), "{"), "}\n")
	}
	return []byte("{" + strings.Join(inner, ",") + "}"), nil
}
