package callback

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/wexml"
)

// parseEnvelope takes the ciphertext out of the body of a push, XML or JSON. The rest of
// the envelope (ToUserName, AgentID) is not read: nobody signed it.
func parseEnvelope(body []byte) (encrypt string, err error) {
	body = bytes.TrimSpace(body)
	if bytes.HasPrefix(body, []byte("{")) {
		var envelope struct{ Encrypt string } // matches keys in any case
		err = json.Unmarshal(body, &envelope)
		encrypt = envelope.Encrypt
	} else {
		encrypt, err = wexml.Text(body, "Encrypt")
	}
	if err != nil {
		return "", fmt.Errorf("%w: envelope: %s", ErrPayload, err)
	}
	encrypt = strings.TrimSpace(encrypt)
	if encrypt == "" {
		return "", fmt.Errorf("%w: envelope without Encrypt", ErrPayload)
	}
	return encrypt, nil
}
