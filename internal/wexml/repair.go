package wexml

import (
	"strings"
	"unicode/utf8"
)

// repair rewrites a document that scan does not take into one that it does, with the same
// elements and texts. What encoding/xml would pass over (attributes, comments, processing
// instructions, document types, prefixes of names) is left out. Where encoding/xml would
// give up, the rules are:
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
// lossy says that one of the last two has happened. Refused are documents without one
// complete element inside the root, unless the root is complete itself, document types with
// definitions of their own, and what has as many elements as limit, if that is not 0.
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

// replaceChars puts U+FFFD in the place of what is no character of XML.
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
	in  string // what is left to be read
	out strings.Builder
	err error

	open       []opened // elements around what is read, at most maxDepth
	tooDeep    int      // further ones, which are left out
	left       int      // how many elements may come, if there is a limit
	complete   bool     // an element inside the root is
	rootClosed bool
	lossy      bool

	noInstruction bool // no ?> comes any more: it is not looked for again
	noDirective   int  // how often no end of a directive was found
}

type opened struct {
	name  string
	start int  // where it begins in out
	outer bool // has elements in it
}

// next reads text up to the next markup, and that.
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

// giveUp passes over all that is left.
func (r *repairer) giveUp() { r.in = r.in[len(r.in):] }

// skip passes over what ends with those characters, if they come.
func (r *repairer) skip(end string) bool {
	_, rest, ok := strings.Cut(r.in, end)
	if ok {
		r.in = rest
	}
	return ok
}

// instruction passes over a processing instruction, or a declaration that ends as a tag.
func (r *repairer) instruction() {
	r.noInstruction = r.noInstruction || !strings.Contains(r.in, "?>")
	if r.noInstruction && !r.skip(">") || !r.noInstruction && !r.skip("?>") {
		r.giveUp()
	}
}

// literal takes a < as text.
func (r *repairer) literal() {
	r.write("<")
	r.in = r.in[1:]
}

// text takes raw text into the innermost element.
func (r *repairer) text(raw string) {
	var b strings.Builder
	resolve(&b, raw)
	r.write(b.String())
}

// escape makes any text one that scan takes.
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

// noEnd is the place of an end that there is not.
const noEnd = -1

// tagEnd finds the > that ends a start tag, outside of the values of attributes.
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

// localName reads the name that a tag begins with, without its prefix.
func localName(tag string) string {
	end := 0
	for end < len(tag) && (nameByte[tag[end]] || tag[end] == ':') {
		end++
	}
	colon := strings.LastIndexByte(tag[:end], ':')
	name := tag[colon+1 : end]
	if colon == 0 || name == "" || !startsName(name[0]) {
		return "_" + name // no name that a field has
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

// breakOff ends a document that has no end.
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
