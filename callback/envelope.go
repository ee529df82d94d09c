package callback

import (
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/internal/wexml"
)

// parseEnvelope takes the ciphertext out of the body of a push, XML or JSON, which is read
// as tolerantly as what it holds. The rest of the envelope (ToUserName, AgentID) is not
// read: nobody signed it.
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

// jsonMember finds a text in an object without reading the rest, of which nobody knows who
// wrote it. The case of the name does not count.
func jsonMember(object []byte, name string) (text string) {
	lenient.Members(object, func(key, value []byte) bool {
		if strings.EqualFold(string(key), name) {
			text, _ = lenient.Text(value)
		}
		return true
	})
	return text
}
