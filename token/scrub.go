package token

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/redact"
)

// How much of a foreign text an error shows, in bytes.
const (
	maxErrMsg   = 2000            // of an errmsg, a warning or the text of a cause
	maxSnippet  = 200             // of an answer that is no JSON
	maxSearched = 64 * maxSnippet // is searched for secrets; what is behind is not shown
)

// secretName matches a secret name and the separator before its value, except for mere words. The answer may be truncated, or be quoted in another JSON text.
var secretName = regexp.MustCompile(`\b(?:` + strings.Join(redact.Names[redact.Words:], "|") + `)(?:\\*["'])?\s*[:=]\s*`)

// hideHandedOut masks the values with secret names; lists and objects as a whole.
func hideHandedOut(s string) string {
	var b strings.Builder
	for {
		found := secretName.FindStringIndex(s)
		if found == nil {
			return b.String() + s
		}
		b.WriteString(s[:found[1]])
		s = s[found[1]:]
		if n := valueLen(s); n > 0 {
			b.WriteString("***")
			s = s[n:]
		}
	}
}

// secrets lists the texts that no error may show: the token, and every value sent with a
// secret name, in base64 too. [hide] finds their escaped forms.
func (r *request) secrets(g *grant) []string {
	found := []string{}
	if g != nil {
		found = append(found, g.token)
	}
	for _, values := range r.secretQuery {
		found = append(found, values...)
	}
	if r.fileURL != nil { // whoever has such a URL has the file
		found = append(found, r.fileURL.RawQuery)
		for _, values := range r.fileURL.Query() {
			found = append(found, values...)
		}
	}
	var tree any
	if json.Unmarshal(r.body, &tree) == nil {
		found = collect(found, tree, false)
	}
	found = slices.DeleteFunc(found, func(s string) bool { return len(s) < 4 }) // too short to search for
	for _, s := range found {
		found = append(found, base64Forms(s)...)
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return found
}

// collect finds the texts under secret names.
func collect(found []string, tree any, secret bool) []string {
	switch t := tree.(type) {
	case map[string]any:
		for name, v := range t {
			found = collect(found, v, secret || slices.Contains(redact.Names, name))
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

// clean returns text without the secrets that were sent.
func (r *request) clean(text string, g *grant) string {
	return shown(text, r.secrets(g), maxErrMsg)
}

// oneLine replaces line breaks, so that an answer cannot forge log lines.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == '\u2028' || c == '\u2029' {
			return ' '
		}
		return c
	}, s)
}

// snippet returns the beginning of an answer as one line, without the secrets that WeCom
// hands out. scrub then removes the secrets that were sent.
func snippet(body []byte) string {
	text := beginning(body, maxSearched)
	if !utf8.Valid(text) {
		return fmt.Sprintf("%d bytes that are no text", len(body))
	}
	return hideHandedOut(strings.Join(strings.Fields(oneLine(string(text))), " "))
}

// base64Forms lists the base64 forms of a text inside a longer one, for each alignment,
// without the edge characters that depend on the neighbours.
func base64Forms(text string) (found []string) {
	for shift := range 3 {
		whole := append(make([]byte, shift, shift+len(text)), text...)
		from, to := (shift*8+5)/6, len(whole)*8/6
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if form := enc.EncodeToString(whole)[from:to]; len(form) >= 8 {
				found = append(found, form)
			}
		}
	}
	return found
}

// scrub removes the secrets from everything that e shows.
func (e *Error) scrub(secrets []string) {
	limit := maxSnippet
	if e.Code != 0 {
		limit = maxErrMsg
	}
	e.Msg = shown(e.Msg, secrets, limit)
	e.Hint = shown(e.Hint, secrets, maxSnippet)
	e.FromIP = shown(e.FromIP, secrets, maxSnippet)
	if e.Err != nil {
		e.Err = scrubError(e.Err, secrets)
	}
}

func scrubError(err error, secrets []string) error {
	if text := shown(err.Error(), secrets, maxErrMsg); text != err.Error() {
		return &scrubbed{text, err}
	}
	return err
}

// shown returns the beginning of foreign text as one line, without secrets.
func shown(text string, secrets []string, limit int) string {
	text = oneLine(beginning(text, maxSearched))
	for _, secret := range secrets {
		text = hide(text, secret)
	}
	if len(text) > limit {
		text = beginning(text, limit) + "…"
	}
	return text
}

// beginning returns at most n bytes of s, without a part of a character at the end.
func beginning[T string | []byte](s T, n int) T {
	if len(s) <= n {
		return s
	}
	for cut := n; cut > max(0, n-utf8.UTFMax); cut-- {
		if utf8.RuneStart(s[cut]) {
			return s[:cut]
		}
	}
	return s[:n] // no UTF-8
}

// scrubbed replaces an error whose text holds a secret or a line break: errors.Is works with
// it, errors.Unwrap does not.
type scrubbed struct {
	text string
	err  error
}

func (s *scrubbed) Error() string        { return s.text }
func (s *scrubbed) Is(target error) bool { return errors.Is(s.err, target) }
