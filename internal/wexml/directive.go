package wexml

import (
	"slices"
	"strings"
)

// After so many directives without an end, the search for an end is limited.
const maxNoDirective = 16

// declaration reads markup that begins with <!.
func (r *repairer) declaration() {
	if n := commentLen(r.in); n != 0 {
		r.in = r.in[n:]
		return
	}
	if text, ok := strings.CutPrefix(r.in, cdataOpen); ok {
		text, r.in, _ = strings.Cut(text, cdataClose)
		var b strings.Builder
		newlines(&b, text)
		r.write(b.String())
		return
	}
	r.directive(r.in[len("<!"):])
}

// directive skips the <! at the beginning of s that is neither a comment nor CDATA.
func (r *repairer) directive(s string) {
	end, nested := directiveEnd(s, r.noDirective < maxNoDirective)
	dtd := len(r.open) == 0 && isDTD(s)
	switch {
	case dtd && (nested || s[0] != 'D'):
		r.err = errDTD
	case end != noEnd && s[0] != '[':
		r.in = s[end+1:]
	case dtd:
		r.giveUp()
	default:
		r.noDirective++
		r.literal()
	}
}

// isDTD reports whether a directive is a document type, which may stand before the root.
func isDTD(s string) bool {
	return slices.ContainsFunc([]string{"DOCTYPE", "ENTITY", "ELEMENT", "ATTLIST", "NOTATION"},
		func(word string) bool { return strings.HasPrefix(s, word) })
}

// directiveEnd returns the index of the > that ends a directive, or noEnd. As in encoding/xml
// the first byte may be any, quoted text is skipped, and tags and comments inside are
// skipped if beyond is true. nested reports that tags or definitions begin in it.
func directiveEnd(s string, beyond bool) (end int, nested bool) {
	var d directive
	for i := 1; i < len(s); i++ {
		if d.quote == 0 {
			if s[i] == '<' && !beyond {
				return noEnd, true
			}
			nested = nested || s[i] == '<' || s[i] == '['
			if n := commentLen(s[i:]); n != 0 {
				i += n - 1
				continue
			}
		}
		if d.ends(s[i]) {
			return i, nested
		}
	}
	return noEnd, nested
}

// directive is the state inside a directive.
type directive struct {
	quote byte // the open quote, or 0
	depth int  // of tags
}

func (d *directive) ends(c byte) bool {
	switch {
	case d.quote != 0:
		if c == d.quote {
			d.quote = 0
		}
	case c == '"' || c == '\'':
		d.quote = c
	case c == '<':
		d.depth++
	case c == '>':
		d.depth--
	}
	return d.depth < 0
}

// commentLen returns the length of the comment at the beginning of s, 0 if there is none.
func commentLen(s string) int {
	if !strings.HasPrefix(s, "<!--") {
		return 0
	}
	n := strings.Index(s[len("<!--"):], "-->")
	if n < 0 {
		return len(s)
	}
	return len("<!--") + n + len("-->")
}
