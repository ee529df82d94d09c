package token

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of what is read as one escaped character, so that the search takes linear time.
const (
	maxBackslashes = 31 // of JSON in JSON, five levels deep
	maxEntity      = 12 // bytes of &…; with leading zeros
)

// hide replaces a secret everywhere in s: plain, or escaped for a URL, JSON or HTML, also
// several times and mixed.
func hide(s, secret string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] != secret[0] && strings.IndexByte(`\%&+`, s[i]) < 0 {
			continue
		}
		if n := escapedLen(s[i:], secret); n > 0 {
			b.WriteString(s[from:i])
			b.WriteString("***")
			from = i + n
			i = from - 1
		}
	}
	return b.String() + s[from:]
}

// escapedLen returns the length of text, escaped in any way, at the beginning of s; 0 if s
// does not begin with it. An escaped character can often be read in two ways, so all
// possible ends of the text before it are kept.
func escapedLen(s, text string) int {
	ends := []int{0}
	for text != "" {
		_, size := utf8.DecodeRuneInString(text)
		next := make([]int, 0, 4)
		for _, end := range ends {
			next = appendEnds(next, s, end, text[:size])
		}
		if len(next) == 0 {
			return 0
		}
		slices.Sort(next)
		ends, text = slices.Compact(next), text[size:]
	}
	return ends[len(ends)-1]
}

// appendEnds appends the positions where an escaped character that begins at a position in s
// may end.
func appendEnds(ends []int, s string, at int, char string) []int {
	if strings.HasPrefix(s[at:], char) {
		ends = append(ends, at+len(char))
	}
	n := unitLen(s[at:], char)
	if n > 0 {
		ends = append(ends, at+n)
	}
	if char == "%" && n > 0 {
		for at += n; strings.HasPrefix(s[at:], "25"); at += 2 { // escaped more than once
			ends = append(ends, at+2)
		}
	}
	return ends
}

// unitLen returns the length of one escaped character at the beginning of s.
func unitLen(s, char string) int {
	switch {
	case s == "":
		return 0
	case s[0] == '+' && char == " ":
		return 1
	case s[0] == '&':
		return entityLen(s, char)
	case s[0] == '%':
		if n := percentLen(s, char); n > 0 {
			return n
		}
		return backslashLen(s, char) // of JSON in a query
	case s[0] == '\\':
		return backslashLen(s, char)
	}
	return 0
}

// percentLen reads %2F, and %252F (escaped twice).
func percentLen(s, char string) int {
	at := 0
	for i := range len(char) {
		if at >= len(s) || s[at] != '%' {
			return 0
		}
		at++
		for char[i] != '%' && strings.HasPrefix(s[at:], "25") {
			at += 2
		}
		if at+2 > len(s) || hexValue(s[at:at+2]) != int(char[i]) {
			return 0
		}
		at += 2
	}
	return at
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

// entityLen reads &amp;, &#43; and &#x2b;.
func entityLen(s, char string) int {
	name, _, ended := strings.Cut(s[1:min(len(s), maxEntity)], ";")
	if !ended {
		return 0
	}
	found := entities[name]
	if number, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if number != "" && number[0]|0x20 == 'x' {
			number, base = number[1:], 16
		}
		if n, err := strconv.ParseUint(number, base, 21); err == nil {
			found = string(rune(n))
		}
	}
	if found != char {
		return 0
	}
	return len("&;") + len(name)
}

// backslashLen reads \", \/, \n, \u003c and surrogate pairs, after any number of
// backslashes.
func backslashLen(s, char string) int {
	at := backslashes(s)
	rest := s[at:]
	if at == 0 || backslashes(rest) > 0 { // none, or too many
		return 0
	}
	want, _ := utf8.DecodeRuneInString(char)
	if r, n := unicodeEscape(rest); n > 0 {
		next := n + backslashes(rest[n:])
		if low, m := unicodeEscape(rest[next:]); utf16.IsSurrogate(r) && m > 0 {
			r, n = utf16.DecodeRune(r, low), next+m
		}
		if r == want {
			return at + n
		}
	}
	if n := shortEscapeLen(rest, char); n > 0 {
		return at + n
	}
	return 0
}

// shortEscapeLen reads what may follow a backslash for char: a letter for a control
// character, or char itself.
func shortEscapeLen(rest, char string) int {
	if rest == "" {
		return 0
	}
	if i := strings.IndexByte("nrtbf", rest[0]); i >= 0 && string("\n\r\t\b\f"[i]) == char {
		return 1
	}
	if strings.HasPrefix(rest, char) {
		return len(char)
	}
	return unitLen(rest, char)
}

// backslashes returns the length of the backslashes at the beginning of s, escaped or not.
func backslashes(s string) (at int) {
	for range maxBackslashes {
		switch {
		case strings.HasPrefix(s[at:], `\`):
			at++
		case strings.HasPrefix(s[at:], "%"):
			at += percentLen(s[at:], `\`)
		}
	}
	return at
}

// unicodeEscape reads u and four hexadecimal digits.
func unicodeEscape(s string) (r rune, n int) {
	if len(s) < 5 || s[0] != 'u' {
		return 0, 0
	}
	v := hexValue(s[1:5])
	if v < 0 {
		return 0, 0
	}
	return rune(v), 5
}

// hexValue returns the value of hexadecimal digits, or -1.
func hexValue(digits string) int {
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return -1
	}
	return int(v)
}

// valueLen returns the length of the JSON value or bare word at the beginning of s. It may
// be quoted in another JSON text, and be truncated.
func valueLen(s string) int {
	at, depth := 0, 0
	for at < len(s) {
		n, c := quoteLen(s[at:]), s[at]
		switch {
		case n > 0:
			at += n
		case c == '[' || c == '{':
			depth++
			at++
		case (c == ']' || c == '}') && depth > 0:
			depth--
			at++
		case depth > 0:
			at++
			continue
		default:
			return at + bareLen(s[at:])
		}
		if depth == 0 {
			return at
		}
	}
	return at
}

// bareLen returns the length of the bare word at the beginning of s, which is one line.
func bareLen(s string) int {
	if end := strings.IndexAny(s, "\"&<>,;}]) "); end >= 0 {
		return end
	}
	return len(s)
}

// quoteLen returns the length of the quoted text at the beginning of s, 0 if there is none.
// A text quoted in another one has a backslash before its quotes.
func quoteLen(s string) int {
	level := len(s) - len(strings.TrimLeft(s, `\`))
	if level == len(s) || s[level] != '"' {
		return 0
	}
	for at := level + 1; ; at++ {
		escapes := len(s[at:]) - len(strings.TrimLeft(s[at:], `\`))
		at += escapes
		switch {
		case at >= len(s):
			return len(s)
		case s[at] == '"' && (escapes == level || level == 0 && escapes%2 == 0):
			return at + 1
		}
	}
}
