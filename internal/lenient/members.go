package lenient

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Members walks the members of the JSON object data, in their order, without decoding it:
// visit gets the name without its quotes and the raw value, both valid while data is, and
// says whether to go on.
//
// The answer is false if data is no object, as far as it was read: what stands behind the
// end of the walk is not looked at, and values are not checked. A byte-order mark, blanks
// and raw control characters inside of texts are taken. A number that ends with data is not
// visited, as its end may be missing. Names without escapes allocate nothing.
func Members(data []byte, visit func(key, value []byte) (more bool)) bool {
	i := skipBlank(data, 0)
	return i < len(data) && data[i] == '{' &&
		Walk(data, func(key, value []byte, whole bool) bool { return whole && visit(key, value) })
}

// readMark returns the byte that stands behind blanks at i, 0 at the end, and the index of
// what follows it.
func readMark(data []byte, i int) (mark byte, next int) {
	if i = skipBlank(data, i); i >= len(data) {
		return mark, i
	}
	return data[i], skipBlank(data, i+1)
}

// readKey reads a name and returns it with the index of the value behind it.
func readKey(data []byte, i int) (key []byte, value int, ok bool) {
	if i >= len(data) || data[i] != '"' {
		return nil, i, false
	}
	end := skipText(data, i)
	if end == brokeOff {
		return nil, i, false
	}
	mark, value := readMark(data, end)
	key = data[i+1 : end-1]
	if !plain(key) {
		key = []byte(unquote(data[i:end]))
	}
	return key, value, mark == ':'
}

// Find returns the raw value at a path of names, as written by WeCom: case counts. Of
// members with the same name the last one counts, as for encoding/json. Find gets along
// with an answer that is odd or broken off elsewhere. Without a path it returns the value
// that data begins with.
func Find(data []byte, path ...string) (value []byte, ok bool) {
	if len(path) == 0 {
		start := skipBlank(data, 0)
		end := skipValue(data, start)
		if end == brokeOff {
			return nil, false
		}
		return data[start:end], true
	}
	for i, name := range path {
		value, ok = nil, false
		Walk(data, func(key, v []byte, whole bool) bool {
			if key != nil && string(key) == name && (whole || i < len(path)-1) {
				value, ok = v, true
			}
			return true
		})
		if !ok {
			return nil, false
		}
		data = value
	}
	return value, true
}

// Text reads a raw value as text: a text with its escapes decoded, its raw control
// characters kept and bad UTF-8 replaced, a number or a truth value as it is written. It is
// "" and false for null, objects, lists, and what is no value.
func Text(value []byte) (string, bool) {
	value = trimBlank(value)
	switch kindOf(value) {
	case isText:
		return unquote(value), true
	case isNumber, isBool:
		return string(value), true
	}
	return "", false
}

// Int reads a raw value as a whole number: 5, "5", " 5 ", 5.0 and 5e0 are 5. Nothing, null
// and "" are 0 and true, as a number that is not given. Everything else, also what int64
// cannot hold, is 0 and false.
func Int(value []byte) (int64, bool) {
	value = trimBlank(value)
	var text string
	switch kindOf(value) {
	case isNothing, isNull:
		return 0, true
	case isText:
		text = unquote(value)
	case isNumber:
		text = string(value)
	default:
		return 0, false
	}
	return Whole(text, 64)
}

// kind tells raw values apart.
type kind int

const (
	isNothing kind = iota
	isNull
	isBool
	isNumber
	isText
	isOdd // an object, a list, or no value of JSON
)

func kindOf(raw []byte) kind {
	switch string(raw) {
	case "":
		return isNothing
	case "null":
		return isNull
	case "true", "false":
		return isBool
	}
	switch c := raw[0]; {
	case c == '"' && skipText(raw, 0) == len(raw):
		return isText
	case validNumber(string(raw)):
		return isNumber
	}
	return isOdd
}

// trimBlank drops what may stand around a value.
func trimBlank(raw []byte) []byte {
	raw = raw[skipBlank(raw, 0):]
	return bytes.TrimRightFunc(raw, func(r rune) bool { return r <= ' ' })
}

// plain says that a text needs no decoding.
func plain(text []byte) bool {
	return bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}

// unquote decodes a text that stands in quotes.
func unquote(raw []byte) string {
	if inner := raw[1 : len(raw)-1]; plain(inner) {
		return string(inner)
	}
	return unescape(raw)
}

func unescape(raw []byte) (text string) {
	if json.Unmarshal(raw, &text) != nil {
		_ = json.Unmarshal(clean(raw), &text) // clean leaves nothing to complain of
	}
	return text
}
