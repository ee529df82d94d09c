package callback

import (
	"fmt"
	"strings"

	"github.com/gothird/wecom/internal/wexml"
)

// parseEnvelope takes the ciphertext out of the body of a push, XML or JSON, which is read
// as tolerantly as what it holds. The rest of the envelope (ToUserName, AgentID) is not
// read: nobody signed it.
func parseEnvelope(body []byte) (encrypt string, err error) {
	encrypt, err = wexml.Text(body, "Encrypt")
	if err != nil {
		return "", fmt.Errorf("%w: envelope: %w", ErrPayload, err)
	}
	encrypt = strings.TrimSpace(encrypt)
	if encrypt == "" {
		return "", fmt.Errorf("%w: envelope without Encrypt", ErrPayload)
	}
	return encrypt, nil
}
