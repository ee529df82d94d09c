package lenient

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Members visits the members of the JSON object data, in order, without decoding it. visit
// gets the name without quotes and the raw value, both valid as long as data, and returns
// whether to go on.
//
// It returns false if data is no object, as far as it was read: the rest after the last
// visit is not read, and values are not checked. It accepts a byte-order mark, blanks, and
// raw control characters inside strings. A number at the end of data is not visited, as its
// end may be missing. Names without escapes allocate nothing.
func Members(data []byte, visit func(key, value []byte) (more bool)) bool {
	i := skipBlank(data, 0)
	return i < len(data) && data[i] == '{' &&
		Walk(data, func(key, value []byte, whole bool) bool { return whole && visit(key, value) })
}

// readMark returns the next byte after blanks from i, 0 at the end, and the index behind it.
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
	if end == truncated {
		return nil, i, false
	}
	mark, value := readMark(data, end)
	key = data[i+1 : end-1]
	if !plain(key) {
		key = []byte(unquote(data[i:end]))
	}
	return key, value, mark == ':'
}

// Find returns the raw value at a path of names. Case counts. Of members with the same name
// the last one counts, as for encoding/json. The answer may be malformed or truncated
// elsewhere. Without a path it returns the first value of data.
func Find(data []byte, path ...string) (value []byte, ok bool) {
	if len(path) == 0 {
		start := skipBlank(data, 0)
		end := skipValue(data, start)
		if end == truncated {
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

// Text reads a raw value as text: a string with decoded escapes, with raw control characters
// kept and bad UTF-8 replaced; a number or a bool as it is written. It returns "" and false
// for null, objects, lists and malformed values.
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
// and "" are 0 and true. Everything else, and a number that overflows int64, is 0 and false.
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

// kind is the kind of a raw value.
type kind int

const (
	isNothing kind = iota
	isNull
	isBool
	isNumber
	isText
	isOdd // an object, a list, or no JSON value
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

// trimBlank removes blanks around a value.
func trimBlank(raw []byte) []byte {
	raw = raw[skipBlank(raw, 0):]
	return bytes.TrimRightFunc(raw, func(r rune) bool { return r <= ' ' })
}

// plain reports whether a text needs no decoding.
func plain(text []byte) bool {
	return bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}

// unquote decodes a quoted string.
func unquote(raw []byte) string {
	if inner := raw[1 : len(raw)-1]; plain(inner) {
		return string(inner)
	}
	return unescape(raw)
}

func unescape(raw []byte) (text string) {
	if json.Unmarshal(raw, &text) != nil {
		_ = json.Unmarshal(clean(raw), &text) // can't fail after clean
	}
	return text
}
