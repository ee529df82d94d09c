package wexml

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// document is a text and the table of its elements in order of their start tags.
type document struct {
	src   string
	nodes []node
	table *[]node // what nodes was borrowed from
	cr    bool    // src has carriage returns

	// What is left of the memory for comma-separated lists.
	texts   []string
	numbers []int64

	// State of the scan.
	pos   int
	open  [maxDepth]uint32 // elements around pos
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
	plain         // text to textEnd is the text as it stands
	mixed         // text to textEnd is markup to be joined: references, children, several parts
)

const (
	cdataOpen  = "<![CDATA["
	cdataClose = "]]>"
)

var (
	errUTF8  = errors.New("wexml: not UTF-8")
	errChar  = errors.New("wexml: character that XML forbids")
	errEnd   = errors.New("wexml: document is cut off")
	errExtra = errors.New("wexml: something beside the one root element")
)

// checkChars refuses what is no XML character, wherever it stands, and looks for \r.
func checkChars(data []byte) (cr bool, err error) {
	for i := 0; i < len(data); {
		if len(data)-i >= 8 {
			// Eight bytes at a time: the mask marks the first that is no printable ASCII.
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
		switch {
		case r == utf8.RuneError && size == 1:
			return false, errUTF8
		case !validChar(r):
			return false, errChar
		}
		cr = cr || r == '\r'
		i += size
	}
	return cr, nil
}

// scan checks the whole document and fills the table.
func (d *document) scan() error {
	if err := d.declaration(); err != nil {
		return err
	}
	for {
		if err := d.run(); err != nil {
			return err
		}
		if d.pos+1 >= len(d.src) {
			return errEnd
		}
		var err error
		switch d.src[d.pos+1] {
		case '/':
			err = d.endTag()
		case '!':
			err = d.cdata()
		default:
			err = d.startTag()
		}
		if err != nil {
			return err
		}
		if d.depth == 0 {
			if !blank(d.src[d.pos:]) {
				return errExtra
			}
			return nil
		}
	}
}

// declaration skips an XML declaration if there is one.
func (d *document) declaration() error {
	rest, ok := strings.CutPrefix(d.src, "<?xml")
	if !ok {
		return nil
	}
	text, rest, ok := strings.Cut(rest, "?>")
	if !ok {
		return errEnd
	}
	for _, word := range strings.Fields(strings.ReplaceAll(text, "'", `"`)) {
		switch strings.ToLower(word) {
		case `version="1.0"`, `encoding="utf-8"`, `standalone="yes"`, `standalone="no"`:
		default:
			return errors.New("wexml: XML declaration that is not of version 1.0 in UTF-8")
		}
	}
	d.pos = len(d.src) - len(rest)
	return nil
}

// run takes the text before the next tag, if any, into the innermost open element.
func (d *document) run() error {
	text := d.src[d.pos:]
	if strings.HasPrefix(text, "<") {
		return nil
	}
	n := strings.IndexByte(text, '<')
	if n < 0 {
		return errEnd
	}
	text = text[:n]
	if d.depth == 0 && !blank(text) {
		return errExtra
	}
	asIs := !d.cr
	for i := range len(text) {
		switch text[i] {
		case '&':
			if _, size := reference(text[i:]); size == 0 {
				return errors.New("wexml: & that begins no reference")
			}
			asIs = false
		case '>':
			if strings.HasSuffix(text[:i+1], cdataClose) {
				return errors.New("wexml: ]]> outside CDATA")
			}
		}
	}
	if d.depth > 0 {
		d.add(d.pos, d.pos+n, asIs)
	}
	d.pos += n
	return nil
}

func (d *document) cdata() error {
	text, ok := strings.CutPrefix(d.src[d.pos:], cdataOpen)
	if !ok || d.depth == 0 {
		return fmt.Errorf("wexml: byte %d: neither element nor CDATA", d.pos)
	}
	n := strings.Index(text, cdataClose)
	if n < 0 {
		return errEnd
	}
	start := d.pos + len(cdataOpen)
	d.add(start, start+n, !d.cr)
	d.pos = start + n + len(cdataClose)
	return nil
}

// add notes a part of text: alone and as it stands it needs no copy.
func (d *document) add(start, end int, asIs bool) {
	n := d.innermost()
	if n.content == empty && asIs {
		n.content, n.text, n.textEnd = plain, uint32(start), uint32(end)
	} else {
		n.content = mixed
	}
}

func (d *document) innermost() *node { return &d.nodes[d.open[d.depth-1]] }

func (d *document) startTag() error {
	name := d.pos + 1
	end := name
	for end < len(d.src) && nameByte[d.src[end]] {
		end++
	}
	if c := d.src[name]; end == name || c == '-' || c == '.' || '0' <= c && c <= '9' {
		return fmt.Errorf("wexml: byte %d: no start tag", d.pos)
	}
	if d.depth == maxDepth {
		return errors.New("wexml: elements nested too deeply")
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
		return fmt.Errorf("wexml: byte %d: start tag with an attribute or name space, or cut off", d.pos)
	}
	return nil
}

func (d *document) endTag() error {
	if d.depth == 0 {
		return errExtra
	}
	n := d.innermost()
	rest, ok := strings.CutPrefix(d.src[d.pos+len("</"):], d.src[n.name:n.nameEnd])
	at := skipBlank(d.src, len(d.src)-len(rest))
	if !ok || at == len(d.src) || d.src[at] != '>' {
		return fmt.Errorf("wexml: byte %d: not the end tag of the open element", d.pos)
	}
	n.next = uint32(len(d.nodes))
	if n.content == mixed {
		body := int(n.nameEnd) + strings.IndexByte(d.src[n.nameEnd:], '>') + 1
		n.text, n.textEnd = uint32(body), uint32(d.pos)
	}
	d.depth--
	d.pos = at + 1
	return nil
}

func (d *document) name(index uint32) string {
	return d.src[d.nodes[index].name:d.nodes[index].nameEnd]
}

// nameByte holds the ASCII part of what XML allows in names, without the colon.
var nameByte = func() (in [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") {
		in[c] = true
	}
	return in
}()

func skipBlank(s string, pos int) int {
	for pos < len(s) && (s[pos] == ' ' || s[pos] == '\n' || s[pos] == '\t' || s[pos] == '\r') {
		pos++
	}
	return pos
}

func blank(s string) bool { return skipBlank(s, 0) == len(s) }
