package token

import (
	"bytes"
	"errors"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
)

// Needing returns ep for a call whose answer must have a value. If an answer says success and
// has none of the names, or has them null or empty, the call fails with an error that names the
// first one; for a write that is [ErrOutcomeUnknown]. A dot in a name leads into an object.
// Upper and lower case are the same. 0 and false are values.
func (ep Endpoint) Needing(names ...string) Endpoint {
	ep.needs = strings.Join(names, "|")
	return ep
}

// lacking is the error for an answer without the value that the call is about.
func (ep Endpoint) lacking(body []byte) error {
	if ep.needs == "" {
		return nil
	}
	first, _, _ := strings.Cut(ep.needs, "|")
	for name := range strings.SplitSeq(ep.needs, "|") {
		if value := named(body, name); len(value) > 0 && !empty(value) {
			return nil
		}
	}
	return errors.New("the answer holds no " + first)
}

// named is the raw value at a path of names, nil if there is none. Case does not count, as for
// the decoder: older endpoints have UserId where newer ones have userid.
func named(value []byte, path string) []byte {
	for name := range strings.SplitSeq(path, ".") {
		data := value
		value = nil
		lenient.Members(data, func(key, v []byte) bool {
			if bytes.EqualFold(key, []byte(name)) {
				value = v
			}
			return true
		})
	}
	return value
}

// empty reports whether a raw value is null, or a text, list or object without content.
func empty(value []byte) bool {
	text := string(value)
	if text == "null" {
		return true
	}
	return len(text) > 1 && strings.ContainsRune(`"[{`, rune(text[0])) && strings.Trim(text[1:len(text)-1], " \t\r\n") == ""
}
