package token

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// secretNames are WeCom's names of values that must not be shown.
var secretNames = []string{
	"code", "access_token", "provider_access_token", "suite_access_token", "provider_secret", "suite_secret", "suite_ticket",
	"corpsecret", "permanent_code", "auth_code", "pre_auth_code", "user_ticket", "user_doc_ticket", "js_code", "session_key",
	"ticket", "register_code", "mass_call_ticket", "encoding_aes_key", "chat_key", "secret_no",
}

// handedOut finds what stands under a secret name, a mere "code" excepted, in an answer
// that may not be whole.
var handedOut = regexp.MustCompile(`(\b(?:` + strings.Join(secretNames[1:], "|") + `)["']?\s*[:=]\s*)` +
	`(?:"(?:[^"\\]|\\.)*"?|[^"&\s<>,;}]+)`)

// secrets lists what must not come back in a text: the token, and whatever was sent under
// a secret name, in every form in which it may stand there.
func (r *request) secrets(g *grant) []string {
	found := []string{}
	if g != nil {
		found = append(found, g.token)
	}
	for _, values := range r.secretQuery {
		found = append(found, values...)
	}
	var tree any
	if json.Unmarshal(r.body, &tree) == nil {
		found = collect(found, tree, false)
	}
	for _, s := range found {
		found = append(found, url.QueryEscape(s), url.PathEscape(s), quoted(s))
	}
	found = slices.DeleteFunc(found, func(s string) bool { return len(s) < 4 }) // of a few letters nothing can be told
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return found
}

// collect finds the texts below secret names.
func collect(found []string, tree any, secret bool) []string {
	switch t := tree.(type) {
	case map[string]any:
		for name, v := range t {
			found = collect(found, v, secret || slices.Contains(secretNames, name))
		}
	case []any:
		for _, v := range t {
			found = collect(found, v, secret)
		}
	case string:
		if secret {
			found = append(found, t)
		}
	}
	return found
}

// clean is a text without the secrets that were sent.
func (r *request) clean(text string, g *grant) string {
	text, _ = mask(oneLine(text), r.secrets(g))
	return text
}

// oneLine keeps what others wrote from forging lines of a log.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, s)
}

// snippet is the beginning of an answer as one line, without the secrets that WeCom hands
// out in it; scrub has the last word on it.
func snippet(body []byte) string {
	if len(body) > 64*maxSnippet {
		body = bytes.ToValidUTF8(body[:64*maxSnippet], nil)
	}
	if !utf8.Valid(body) {
		return fmt.Sprintf("%d bytes that are no text", len(body))
	}
	return handedOut.ReplaceAllString(strings.Join(strings.Fields(oneLine(string(body))), " "), "$1***")
}

const maxSnippet = 200 // of an answer that is no JSON, for the error

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always encodes
	return string(b[1 : len(b)-1])
}

// scrub takes the secrets out of everything that e shows.
func (e *Error) scrub(secrets []string) {
	e.Msg, _ = mask(oneLine(e.Msg), secrets)
	limit := maxSnippet
	if e.Code != 0 {
		limit = maxErrMsg
	}
	if len(e.Msg) > limit {
		cut := limit
		for !utf8.RuneStart(e.Msg[cut]) {
			cut--
		}
		e.Msg = e.Msg[:cut] + "…"
	}
	e.Hint, _ = mask(e.Hint, secrets)
	if e.Err != nil {
		e.Err = scrubError(e.Err, secrets)
	}
}

func scrubError(err error, secrets []string) error {
	if text, dirty := mask(err.Error(), secrets); dirty {
		return &scrubbed{text, err}
	}
	return err
}

func mask(s string, secrets []string) (string, bool) {
	clean := s
	for _, secret := range secrets {
		clean = strings.ReplaceAll(clean, secret, "***")
	}
	return clean, clean != s
}

// scrubbed stands for an error whose text holds a secret: it can be compared, not unwrapped.
type scrubbed struct {
	text string
	err  error
}

func (s *scrubbed) Error() string        { return s.text }
func (s *scrubbed) Is(target error) bool { return errors.Is(s.err, target) }
