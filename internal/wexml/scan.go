package wexml

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// document is a text and the table of its elements, in the order of their start tags.
type document struct {
	src    string
	nodes  []node
	memory *memory // owner of nodes and path
	cr     bool    // src contains carriage returns
	json   bool    // the document is JSON: src was made from it, and case of names does not count
	lossy  bool    // some of the document was not read
	limit  int     // of elements; 0: none

	// The misfits so far, and the present path.
	misfits []string
	path    []step

	// The rest of the memory for comma-separated lists.
	texts   []string
	numbers []int64

	// State of the scan.
	pos   int
	open  [maxDepth]uint32 // open elements at pos
	depth int
}

// node is one element; all but next are offsets into the text.
type node struct {
	name, nameEnd uint32
	text, textEnd uint32
	next          uint32 // the first node that is not inside this one
	content       content
}

type content uint8

const (
	empty content = iota
	plain         // text to textEnd is the text itself
	mixed         // text to textEnd is markup that join must read: references, children, several parts
)

const (
	cdataOpen  = "<![CDATA["
	cdataClose = "]]>"
)

// checkChars looks for bytes that are no XML character, and for \r.
func checkChars(data []byte) (cr, ok bool) {
	for i := 0; i < len(data); {
		if len(data)-i >= 8 {
			// Eight bytes at a time: the mask marks the first byte that is no printable
			// ASCII.
			const ones = 0x0101010101010101
			x := binary.LittleEndian.Uint64(data[i:])
			mask := (x | (x - ones*0x20)) & (ones * 0x80)
			if mask == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(mask) / 8
		}
		r, size := rune(data[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(data[i:])
		}
		if r == utf8.RuneError && size == 1 || !validChar(r) {
			return cr, false
		}
		cr = cr || r == '\r'
		i += size
	}
	return cr, true
}

// scan fills the table from a document of the usual form. It returns false for any other.
func (d *document) scan(src string, cr bool) bool {
	d.src, d.cr = src, cr
	d.nodes, d.pos, d.depth = d.nodes[:0], 0, 0
	for ok := d.declaration(); ok; {
		if !d.run() || d.pos+1 >= len(d.src) || d.isFull() {
			return false
		}
		switch d.src[d.pos+1] {
		case '/':
			ok = d.endTag()
		case '!':
			ok = d.cdata()
		default:
			ok = d.startTag()
		}
		if ok && d.depth == 0 {
			return true // the rest after the root is not read
		}
	}
	return false
}

func (d *document) isFull() bool { return d.limit != 0 && len(d.nodes) >= d.limit }

// declaration skips an XML declaration if there is one.
func (d *document) declaration() bool {
	if !strings.HasPrefix(d.src, "<?xml ") {
		return true
	}
	_, rest, ok := strings.Cut(d.src, "?>")
	d.pos = len(d.src) - len(rest)
	return ok
}

// run adds the text before the next tag to the innermost open element.
func (d *document) run() bool {
	if d.pos < len(d.src) && d.src[d.pos] == '<' {
		return true // most tags follow each other
	}
	n := strings.IndexByte(d.src[d.pos:], '<')
	if n < 0 {
		return false
	}
	text := d.src[d.pos : d.pos+n]
	if text == "" {
		return true
	}
	if d.depth == 0 {
		d.pos += n
		return blank(text)
	}
	d.add(d.pos, d.pos+n, !d.cr && !strings.Contains(text, "&"))
	d.pos += n
	return true
}

func (d *document) cdata() bool {
	text, ok := strings.CutPrefix(d.src[d.pos:], cdataOpen)
	n := strings.Index(text, cdataClose)
	if !ok || n < 0 || d.depth == 0 {
		return false
	}
	start := d.pos + len(cdataOpen)
	d.add(start, start+n, !d.cr)
	d.pos = start + n + len(cdataClose)
	return true
}

// add adds a part of text. A single unchanged part needs no copy.
func (d *document) add(start, end int, asIs bool) {
	n := d.innermost()
	if n.content == empty && asIs {
		n.content, n.text, n.textEnd = plain, uint32(start), uint32(end)
	} else {
		n.content = mixed
	}
}

func (d *document) innermost() *node { return &d.nodes[d.open[d.depth-1]] }

func (d *document) startTag() bool {
	name := d.pos + 1
	end := name
	for end < len(d.src) && nameByte[d.src[end]] {
		end++
	}
	if end == name || !startsName(d.src[name]) || d.depth == maxDepth {
		return false
	}
	if d.depth > 0 {
		d.innermost().content = mixed
	}
	index := uint32(len(d.nodes))
	d.nodes = append(d.nodes, node{name: uint32(name), nameEnd: uint32(end), next: index + 1})
	end = skipBlank(d.src, end)
	switch rest := d.src[end:]; {
	case strings.HasPrefix(rest, ">"):
		d.open[d.depth] = index
		d.depth++
		d.pos = end + 1
	case strings.HasPrefix(rest, "/>"):
		d.pos = end + 2
	default:
		return false
	}
	return true
}

func (d *document) endTag() bool {
	if d.depth == 0 {
		return false
	}
	n := d.innermost()
	rest, ok := strings.CutPrefix(d.src[d.pos+len("</"):], d.src[n.name:n.nameEnd])
	at := skipBlank(d.src, len(d.src)-len(rest))
	if !ok || at == len(d.src) || d.src[at] != '>' {
		return false
	}
	n.next = uint32(len(d.nodes))
	if n.content == mixed {
		body := int(n.nameEnd) + strings.IndexByte(d.src[n.nameEnd:], '>') + 1
		n.text, n.textEnd = uint32(body), uint32(d.pos)
	}
	d.depth--
	d.pos = at + 1
	return true
}

func (d *document) name(index uint32) string {
	return d.src[d.nodes[index].name:d.nodes[index].nameEnd]
}

// nameByte marks the bytes allowed in names: the ASCII that XML allows, without the colon,
// and all bytes of other characters, which are not checked.
var nameByte = func() (in [256]bool) {
	for c := range in {
		in[c] = c >= utf8.RuneSelf
	}
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") {
		in[c] = true
	}
	return in
}()

// startsName reports whether a name may begin with that byte.
func startsName(c byte) bool {
	return nameByte[c] && c != '-' && c != '.' && (c < '0' || c > '9')
}

func skipBlank(s string, pos int) int {
	for pos < len(s) && (s[pos] == ' ' || s[pos] == '\n' || s[pos] == '\t' || s[pos] == '\r') {
		pos++
	}
	return pos
}

func blank(s string) bool { return skipBlank(s, 0) == len(s) }
