package lenient

import "strings"

// Walk is Members for objects and lists. A name is nil for the elements of a list, and only
// for them. It also visits a truncated object or list at the end, with whole false.
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

// cut reports whether a value is truncated. Only strings, objects and lists show their end.
func cut(data []byte, start, end int) bool {
	return end == truncated || end == len(data) && strings.IndexByte(`"{[`, data[start]) < 0
}
