package wexml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// textOf is the text directly inside an element, without that of its children.
func (d *document) textOf(index uint32) string {
	n := &d.nodes[index]
	raw := d.src[n.text:n.textEnd]
	if n.content != mixed {
		return raw
	}
	return join(raw)
}

// join puts the text together from markup that scan has checked.
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
		case tag != "" && !strings.HasSuffix(tag, "/"):
			depth++
		}
		raw = rest
	}
	return b.String()
}

// resolve writes text with its references replaced. A carriage return that came as a
// reference stays one.
func resolve(b *strings.Builder, text string) {
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			newlines(b, text)
			return
		}
		newlines(b, text[:i])
		r, size := reference(text[i:])
		b.WriteRune(r)
		text = text[i+size:]
	}
}

// newlines writes text with \r\n and \r as \n.
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

// reference reads the entity or character reference that s begins with; size 0 if none.
func reference(s string) (r rune, size int) {
	const longest = len("&#x0010FFFF;")
	end := strings.IndexByte(s[:min(len(s), longest)], ';')
	if end < 0 {
		return 0, 0
	}
	switch name := s[1:end]; name {
	case "lt":
		r = '<'
	case "gt":
		r = '>'
	case "amp":
		r = '&'
	case "apos":
		r = '\''
	case "quot":
		r = '"'
	default:
		digits, ok := strings.CutPrefix(name, "#")
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if !ok || err != nil || n > utf8.MaxRune || !validChar(rune(n)) {
			return 0, 0
		}
		r = rune(n)
	}
	return r, end + 1
}

// validChar is the Char production of XML 1.0.
func validChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}
