package lenient

import "strings"

// Walk is Members for objects and lists alike: the elements of a list have no name. It also
// visits, last, an object or list that broke off: whole is false then. A name is nil for
// the elements of a list only.
func Walk(data []byte, visit func(key, value []byte, whole bool) (more bool)) bool {
	mark, i := readMark(data, 0)
	if mark != '{' && mark != '[' {
		return false
	}
	closing := mark + 2 // as '}' is to '{', and ']' to '['
	if mark, _ := readMark(data, i); mark == closing {
		return true
	}
	for {
		key, start, ok := []byte(nil), i, i < len(data)
		if closing == '}' {
			key, start, ok = readKey(data, i)
		}
		if !ok {
			return false
		}
		end := skipValue(data, start)
		if cut(data, start, end) {
			visit(key, data[start:], false)
			return false
		}
		if !visit(key, data[start:end], true) {
			return true
		}
		if mark, i = readMark(data, end); mark != ',' {
			return mark == closing
		}
	}
}

// cut says whether a value broke off. Only the end of a text, an object or a list shows
// that it is whole.
func cut(data []byte, start, end int) bool {
	return end == brokeOff || end == len(data) && strings.IndexByte(`"{[`, data[start]) < 0
}
