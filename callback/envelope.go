package callback

import (
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/internal/wexml"
)

// parseEnvelope returns the ciphertext in the body of a push, XML or JSON; malformed bodies
// are accepted as in Parse. The rest of the envelope (ToUserName, AgentID) is not read: it
// is not signed.
func parseEnvelope(body []byte) (encrypt string, err error) {
	if isJSON(body) {
		encrypt = jsonMember(body, "Encrypt")
	} else if encrypt, err = wexml.Text(body, "Encrypt"); err != nil {
		return "", fmt.Errorf("%w: envelope: %w", ErrPayload, err)
	}
	encrypt = strings.TrimSpace(encrypt)
	if encrypt == "" {
		return "", fmt.Errorf("%w: envelope without Encrypt", ErrPayload)
	}
	return encrypt, nil
}

// jsonMember returns a text in an object without decoding the rest, which is untrusted. The
// case of the name does not count.
func jsonMember(object []byte, name string) (text string) {
	lenient.Members(object, func(key, value []byte) bool {
		if strings.EqualFold(string(key), name) {
			text, _ = lenient.Text(value)
		}
		return true
	})
	return text
}
