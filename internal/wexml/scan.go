package wexml

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// document is a checked text and the table of its elements in order of their start tags.
type document struct {
	src   string
	nodes []node
	table *[]node // what nodes was borrowed from
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

// checkChars refuses what is no XML character, wherever it stands.
func checkChars(data []byte) error {
	if !utf8.Valid(data) {
		return errUTF8
	}
	rest := data
	for ; len(rest) >= 8; rest = rest[8:] {
		// Eight bytes at a time: the mask has a bit set if one of them is below 0x20.
		const ones = 0x0101010101010101
		x := binary.LittleEndian.Uint64(rest)
		if (x-ones*0x20)&^x&(ones*0x80) != 0 && control(rest[:8]) {
			return errChar
		}
	}
	if control(rest) {
		return errChar
	}
	if bytes.Contains(data, []byte("\uFFFE")) || bytes.Contains(data, []byte("\uFFFF")) {
		return errChar
	}
	return nil
}

func control(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			return true
		}
	}
	return false
}

// scan checks the whole document and fills the table.
func (d *document) scan() error {
	pos, err := d.declaration()
	if err != nil {
		return err
	}
	var stack [maxDepth]uint32
	open := stack[:0]
	for {
		lt := strings.IndexByte(d.src[pos:], '<')
		if lt < 0 {
			return errEnd
		}
		if lt > 0 {
			if err := d.run(open, pos, pos+lt); err != nil {
				return err
			}
			pos += lt
		}
		switch rest := d.src[pos:]; {
		case strings.HasPrefix(rest, "</"):
			if len(open) == 0 {
				return errExtra
			}
			if pos, err = d.endTag(open[len(open)-1], pos); err != nil {
				return err
			}
			open = open[:len(open)-1]
		case strings.HasPrefix(rest, cdataOpen):
			if pos, err = d.cdata(open, pos); err != nil {
				return err
			}
		default:
			if pos, open, err = d.startTag(open, pos); err != nil {
				return err
			}
		}
		if len(open) == 0 {
			if !blank(d.src[pos:]) {
				return errExtra
			}
			return nil
		}
	}
}

// declaration skips an XML declaration if there is one.
func (d *document) declaration() (pos int, err error) {
	rest, ok := strings.CutPrefix(d.src, "<?xml")
	if !ok {
		return 0, nil
	}
	text, rest, ok := strings.Cut(rest, "?>")
	if !ok {
		return 0, errEnd
	}
	for _, word := range strings.Fields(strings.ReplaceAll(text, "'", `"`)) {
		switch strings.ToLower(word) {
		case `version="1.0"`, `encoding="utf-8"`, `standalone="yes"`, `standalone="no"`:
		default:
			return 0, errors.New("wexml: XML declaration that is not of version 1.0 in UTF-8")
		}
	}
	return len(d.src) - len(rest), nil
}

// run takes the text between two tags into the innermost open element.
func (d *document) run(open []uint32, pos, end int) error {
	text := d.src[pos:end]
	if len(open) == 0 {
		if !blank(text) {
			return errExtra
		}
		return nil
	}
	asIs := true
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\r':
			asIs = false
		case '&':
			_, size := reference(text[i:])
			if size == 0 {
				return errors.New("wexml: & that begins no reference")
			}
			asIs = false
		case '>':
			if strings.HasSuffix(text[:i+1], cdataClose) {
				return errors.New("wexml: ]]> outside CDATA")
			}
		}
	}
	d.add(open, pos, end, asIs)
	return nil
}

func (d *document) cdata(open []uint32, pos int) (int, error) {
	if len(open) == 0 {
		return 0, errExtra
	}
	start := pos + len(cdataOpen)
	n := strings.Index(d.src[start:], cdataClose)
	if n < 0 {
		return 0, errEnd
	}
	d.add(open, start, start+n, strings.IndexByte(d.src[start:start+n], '\r') < 0)
	return start + n + len(cdataClose), nil
}

// add notes a part of text: alone and as it stands it needs no copy.
func (d *document) add(open []uint32, start, end int, asIs bool) {
	n := &d.nodes[open[len(open)-1]]
	if n.content == empty && asIs {
		n.content, n.text, n.textEnd = plain, uint32(start), uint32(end)
	} else {
		n.content = mixed
	}
}

func (d *document) startTag(open []uint32, pos int) (int, []uint32, error) {
	name := pos + 1
	end := nameEnd(d.src, name)
	if end == name || !letter(d.src[name]) {
		return 0, nil, fmt.Errorf("wexml: byte %d: no start tag", pos)
	}
	if len(open) == maxDepth {
		return 0, nil, errors.New("wexml: elements nested too deeply")
	}
	if len(open) > 0 {
		d.nodes[open[len(open)-1]].content = mixed
	}
	index := uint32(len(d.nodes))
	d.nodes = append(d.nodes, node{name: uint32(name), nameEnd: uint32(end), next: index + 1})
	pos = skipBlank(d.src, end)
	switch rest := d.src[pos:]; {
	case strings.HasPrefix(rest, ">"):
		return pos + 1, append(open, index), nil
	case strings.HasPrefix(rest, "/>"):
		return pos + 2, open, nil
	}
	return 0, nil, fmt.Errorf("wexml: byte %d: start tag with an attribute or name space, or cut off", pos)
}

func (d *document) endTag(index uint32, pos int) (int, error) {
	n := &d.nodes[index]
	rest, ok := strings.CutPrefix(d.src[pos+len("</"):], d.src[n.name:n.nameEnd])
	at := len(d.src) - len(rest)
	if ok {
		at = skipBlank(d.src, at)
	}
	if !ok || at == len(d.src) || d.src[at] != '>' {
		return 0, fmt.Errorf("wexml: byte %d: no end tag of <%s>", pos, d.name(index))
	}
	n.next = uint32(len(d.nodes))
	if n.content == mixed {
		body := int(n.nameEnd) + strings.IndexByte(d.src[n.nameEnd:], '>') + 1
		n.text, n.textEnd = uint32(body), uint32(pos)
	}
	return at + 1, nil
}

func (d *document) name(index uint32) string {
	return d.src[d.nodes[index].name:d.nodes[index].nameEnd]
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

func nameEnd(s string, pos int) int {
	for pos < len(s) && (letter(s[pos]) || '0' <= s[pos] && s[pos] <= '9' || s[pos] == '-' || s[pos] == '.') {
		pos++
	}
	return pos
}

func skipBlank(s string, pos int) int {
	for pos < len(s) && (s[pos] == ' ' || s[pos] == '\n' || s[pos] == '\t' || s[pos] == '\r') {
		pos++
	}
	return pos
}

func blank(s string) bool { return skipBlank(s, 0) == len(s) }
