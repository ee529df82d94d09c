package wexml

import (
	"strings"
	"unicode/utf8"
)

// repair rewrites a document that scan does not accept into one that it does, with the same
// elements and texts. What encoding/xml would skip (attributes, comments, processing
// instructions, document types, prefixes of names) is left out. Where encoding/xml would
// return an error, the rules are:
//
//   - A character that XML forbids and a byte that is no UTF-8 become U+FFFD, whatever
//     encoding is declared.
//   - A < that begins no markup, an & that begins no reference and a ]]> outside of CDATA
//     are text.
//   - An end tag closes the innermost element, if it has the same name but for case, or
//     else that of its name and what is open in it; without one it is passed over.
//   - Elements nested deeper than the limit are left out.
//   - If the document breaks off, what is complete stays: the open elements are closed, but
//     one without elements in it, whose text may be half a text, is left out.
//
// lossy reports that one of the last two rules was applied. repair returns an error for a
// document without a complete element (inside the root, or the root itself), for a document
// type with definitions, and for limit or more elements if limit is not 0.
func repair(data []byte, limit int) (text string, lossy bool, err error) {
	r := repairer{in: replaceChars(data), left: limit}
	for r.in != "" && !r.rootClosed && r.err == nil {
		r.next()
	}
	switch {
	case r.err != nil:
		return text, lossy, r.err
	case r.rootClosed:
		return r.out.String(), r.lossy, nil
	case !r.complete:
		return text, lossy, errForm
	}
	return r.breakOff(), true, nil
}

// replaceChars replaces what is no XML character by U+FFFD.
func replaceChars(data []byte) string {
	if _, ok := checkChars(data); ok {
		return string(data)
	}
	return strings.Map(func(r rune) rune {
		if !validChar(r) {
			return utf8.RuneError
		}
		return r
	}, string(data))
}

type repairer struct {
	in  string // the rest to be read
	out strings.Builder
	err error

	open       []opened // open elements, at most maxDepth
	tooDeep    int      // deeper open elements, which are left out
	left       int      // how many more elements are allowed, if there is a limit
	complete   bool     // an element inside the root is complete
	rootClosed bool
	lossy      bool

	noInstruction bool // there is no further ?>: do not search again
	noDirective   int  // how often a directive had no end
}

type opened struct {
	name  string
	start int  // its position in out
	outer bool // contains elements
}

// next reads the text before the next markup, and that markup.
func (r *repairer) next() {
	lt := strings.IndexByte(r.in, '<')
	if lt < 0 {
		lt = len(r.in)
	}
	r.text(r.in[:lt])
	r.in = r.in[lt:]
	switch {
	case r.in == "":
	case strings.HasPrefix(r.in, "</"):
		r.endTag()
	case strings.HasPrefix(r.in, "<!"):
		r.declaration()
	case strings.HasPrefix(r.in, "<?"):
		r.instruction()
	case len(r.in) > 1 && (startsName(r.in[1]) || r.in[1] == ':'):
		r.startTag()
	default:
		r.literal()
	}
}

// giveUp skips all that is left.
func (r *repairer) giveUp() { r.in = r.in[len(r.in):] }

// skip skips to behind end, if there is one.
func (r *repairer) skip(end string) bool {
	_, rest, ok := strings.Cut(r.in, end)
	if ok {
		r.in = rest
	}
	return ok
}

// instruction skips a processing instruction, or a declaration that ends like a tag.
func (r *repairer) instruction() {
	r.noInstruction = r.noInstruction || !strings.Contains(r.in, "?>")
	if r.noInstruction && !r.skip(">") || !r.noInstruction && !r.skip("?>") {
		r.giveUp()
	}
}

// literal reads a < as text.
func (r *repairer) literal() {
	r.write("<")
	r.in = r.in[1:]
}

// text adds raw text to the innermost element.
func (r *repairer) text(raw string) {
	var b strings.Builder
	resolve(&b, raw)
	r.write(b.String())
}

// escape escapes a text so that scan accepts it.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

func (r *repairer) write(text string) {
	if len(r.open) > 0 && r.tooDeep == 0 {
		_, _ = escape.WriteString(&r.out, text)
	}
}

func (r *repairer) startTag() {
	end := tagEnd(r.in)
	if end == noEnd {
		r.giveUp()
		return
	}
	if r.left--; r.left == 0 {
		r.err = errForm
		return
	}
	name, closed := localName(r.in[1:end]), r.in[end-1] == '/'
	r.in = r.in[end+1:]
	if len(r.open) == maxDepth {
		r.lossy = true
		if !closed {
			r.tooDeep++
		}
		return
	}
	if n := len(r.open); n > 0 {
		r.open[n-1].outer = true
	}
	r.open = append(r.open, opened{name: name, start: r.out.Len()})
	r.out.WriteString("<" + name + ">")
	if closed {
		r.close()
	}
}

// noEnd is the index of a missing end.
const noEnd = -1

// tagEnd returns the index of the > that ends a start tag, outside attribute values, or noEnd.
func tagEnd(s string) int {
	var last byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '>':
			return i
		case (c == '"' || c == '\'') && last == '=':
			if _, rest, ok := strings.Cut(s[i+1:], string(c)); ok {
				i = len(s) - len(rest) - 1
			}
		}
		if !blank(s[i : i+1]) {
			last = s[i]
		}
	}
	return noEnd
}

// localName returns the name at the beginning of a tag, without its prefix.
func localName(tag string) string {
	end := 0
	for end < len(tag) && (nameByte[tag[end]] || tag[end] == ':') {
		end++
	}
	colon := strings.LastIndexByte(tag[:end], ':')
	name := tag[colon+1 : end]
	if colon == 0 || name == "" || !startsName(name[0]) {
		return "_" + name // no field has such a name
	}
	return name
}

func (r *repairer) endTag() {
	name := localName(r.in[len("</"):])
	if !r.skip(">") {
		r.giveUp()
		return
	}
	if r.tooDeep > 0 {
		r.tooDeep--
		return
	}
	i := len(r.open) - 1
	if i >= 0 && !strings.EqualFold(r.open[i].name, name) {
		for i >= 0 && r.open[i].name != name {
			i--
		}
	}
	for i >= 0 && len(r.open) > i {
		r.close()
	}
}

// close ends the innermost element.
func (r *repairer) close() {
	n := len(r.open) - 1
	r.out.WriteString("</" + r.open[n].name + ">")
	r.open = r.open[:n]
	r.complete = r.complete || n == 1
	r.rootClosed = n == 0
}

// breakOff ends a truncated document.
func (r *repairer) breakOff() string {
	if last := r.open[len(r.open)-1]; !last.outer {
		text := r.out.String()[:last.start]
		r.out.Reset()
		r.out.WriteString(text)
		r.open = r.open[:len(r.open)-1]
	}
	for len(r.open) > 0 {
		r.close()
	}
	return r.out.String()
}
