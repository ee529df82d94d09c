package messages

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// usualRepeat is how long a repeated message is held back if the app names no other time.
const usualRepeat = 1800

// requestOf is what a message is asked for with.
func requestOf(c *platform.Call) string {
	body, _ := json.Marshal(c.Body()) // it was decoded from JSON
	return string(body)
}

// repeats reports whether a message is held back as one that the app has just sent
// (enable_duplicate_check). Messages are the same if their requests are.
func (m *Messages) repeats(c *platform.Call) bool {
	if c.Int("enable_duplicate_check") != 1 {
		return false
	}
	within := time.Duration(cmp.Or(c.Int("duplicate_check_interval"), usualRepeat)) * time.Second
	request := requestOf(c)
	for _, old := range m.sent {
		reached := len(old.to) > 0
		if reached && old.request == request && old.CorpId == c.Corp().Id && old.SuiteId == c.SuiteId() && c.Now().Sub(old.Time) < within {
			return true
		}
	}
	return false
}
