package token

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// secretNames are WeCom's names of values that must not be shown.
var secretNames = []string{
	"code", "access_token", "provider_access_token", "suite_access_token", "provider_secret", "suite_secret", "suite_ticket",
	"corpsecret", "permanent_code", "auth_code", "pre_auth_code", "user_ticket", "js_code", "session_key",
}

// handedOut finds what stands under a secret name, a mere "code" excepted, in an answer
// that may not be whole.
var handedOut = regexp.MustCompile(`(\b(?:` + strings.Join(secretNames[1:], "|") + `)["']?\s*[:=]\s*)` +
	`(?:"(?:[^"\\]|\\.)*"?|[^"&\s<>,;}]+)`)

// secrets lists what must not come back in an error text: the token, and whatever was
// sent under a secret name.
func (r *request) secrets(tok string) []string {
	found := []string{tok}
	for _, values := range r.secretQuery {
		found = append(found, values...)
	}
	var tree any
	if json.Unmarshal(r.body, &tree) == nil {
		found = collect(found, tree)
	}
	for _, s := range found {
		found = append(found, url.QueryEscape(s), url.PathEscape(s), quoted(s))
	}
	found = slices.DeleteFunc(found, func(s string) bool { return len(s) < 4 }) // of a few letters nothing can be told
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return found
}

func collect(found []string, tree any) []string {
	switch t := tree.(type) {
	case map[string]any:
		for name, v := range t {
			if s, ok := v.(string); ok && slices.Contains(secretNames, name) {
				found = append(found, s)
			}
			found = collect(found, v)
		}
	case []any:
		for _, v := range t {
			found = collect(found, v)
		}
	}
	return found
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always encodes
	return string(b[1 : len(b)-1])
}

// scrub takes the secrets out of everything that e shows.
func (e *Error) scrub(secrets []string) {
	e.Msg, _ = mask(e.Msg, secrets)
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
