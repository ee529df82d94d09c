package messages

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// usualRepeat is how long a repeated message is held back if the app names no other time.
const usualRepeat = 1800

// repeated reports whether a message is held back as one that the app has just sent
// (enable_duplicate_check). Messages are the same if their requests are.
func (m *Messages) repeated(c *platform.Call, sent *Message) bool {
	body, _ := json.Marshal(c.Body()) // it was decoded from JSON
	sent.request = string(body)
	if c.Int("enable_duplicate_check") != 1 {
		return false
	}
	within := time.Duration(cmp.Or(c.Int("duplicate_check_interval"), usualRepeat)) * time.Second
	for _, old := range m.sent {
		reached := len(old.to) > 0
		if reached && old.request == sent.request && old.CorpId == sent.CorpId && old.SuiteId == sent.SuiteId && sent.Time.Sub(old.Time) < within {
			return true
		}
	}
	return false
}
