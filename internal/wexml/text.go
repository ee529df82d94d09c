package wexml

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// textOf returns the text directly inside an element, without that of its children.
func (d *document) textOf(index uint32) string {
	n := &d.nodes[index]
	raw := d.src[n.text:n.textEnd]
	switch {
	case n.content == mixed:
		return join(raw)
	case len(d.src) > sharedSize:
		return strings.Clone(raw)
	}
	return raw
}

// join extracts the text from markup that scan has checked.
func join(raw string) string {
	var b strings.Builder
	for depth := 0; raw != ""; {
		lt := strings.IndexByte(raw, '<')
		if lt < 0 {
			lt = len(raw)
		}
		if depth == 0 {
			resolve(&b, raw[:lt])
		}
		raw = raw[lt:]
		if text, ok := strings.CutPrefix(raw, cdataOpen); ok {
			text, raw, _ = strings.Cut(text, cdataClose)
			if depth == 0 {
				newlines(&b, text)
			}
			continue
		}
		tag, rest, _ := strings.Cut(raw, ">")
		switch {
		case strings.HasPrefix(tag, "</"):
			depth--
		case !strings.HasSuffix(tag, "/"):
			depth++
		}
		raw = rest
	}
	return b.String()
}

// resolve writes text with its references replaced; an & that begins no reference is kept. A
// carriage return from a reference is kept.
func resolve(b *strings.Builder, text string) {
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			newlines(b, text)
			return
		}
		newlines(b, text[:i])
		r, size := reference(text[i:])
		if size == 0 {
			r, size = '&', 1
		}
		b.WriteRune(r)
		text = text[i+size:]
	}
}

// newlines writes text, with \r\n and \r replaced by \n.
func newlines(b *strings.Builder, text string) {
	for {
		i := strings.IndexByte(text, '\r')
		if i < 0 {
			b.WriteString(text)
			return
		}
		b.WriteString(text[:i])
		b.WriteByte('\n')
		text = strings.TrimPrefix(text[i+1:], "\n")
	}
}

// reference reads the entity or character reference at the beginning of s; size 0: none.
func reference(s string) (r rune, size int) {
	end := 1
	for end < len(s) && (s[end] == '#' || nameByte[s[end]]) {
		end++
	}
	if end == len(s) || s[end] != ';' {
		return r, 0
	}
	name := s[1:end]
	for i, known := range entities {
		if name == known {
			return rune(entityChars[i]), end + 1
		}
	}
	if r, ok := numbered(name); ok {
		return r, end + 1
	}
	return r, 0
}

// The entities that XML defines, and their characters.
var entities = [...]string{"lt", "gt", "amp", "apos", "quot"}

const entityChars = `<>&'"`

// numbered reads a character reference: #65 or #x41.
func numbered(name string) (r rune, ok bool) {
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return r, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r = rune(n)
	if utf16.IsSurrogate(r) {
		r = utf8.RuneError // half of a surrogate pair, as in encoding/xml
	}
	return r, err == nil && validChar(r)
}

// validChar reports whether r, which is no half of a surrogate pair, is a Char of XML 1.0.
func validChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}
