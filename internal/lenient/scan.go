package lenient

import "bytes"

// The functions of this file find where a value ends. They look at quotes and brackets
// only, so they also get through a document that is odd elsewhere. Each takes the index of
// a first byte and returns the index behind the last, or brokeOff for a value without an end.

const brokeOff = -1

const byteOrderMark = "\xef\xbb\xbf"

// skipBlank passes over what stands between values: blanks, control characters and
// byte-order marks.
func skipBlank(data []byte, i int) int {
	for i < len(data) {
		switch {
		case data[i] <= ' ':
			i++
		case atByteOrderMark(data, i):
			i += len(byteOrderMark)
		default:
			return i
		}
	}
	return i
}

func atByteOrderMark(data []byte, i int) bool {
	return string(data[i:min(i+3, len(data))]) == byteOrderMark
}

func skipValue(data []byte, i int) int {
	if i >= len(data) {
		return brokeOff
	}
	switch data[i] {
	case '"':
		return skipText(data, i)
	case '{', '[':
		return skipNested(data, i)
	}
	if end := skipLiteral(data, i); end > i {
		return end
	}
	return brokeOff
}

func skipText(data []byte, i int) int {
	start := i + 1
	for end := start; ; end++ {
		n := bytes.IndexByte(data[end:], '"')
		if n < 0 {
			return brokeOff
		}
		end += n
		if !endsEscaping(data[start:end]) {
			return end + 1
		}
	}
}

// endsEscaping says whether the byte behind text is escaped: an odd number of backslashes
// stands before it.
func endsEscaping(text []byte) (escaped bool) {
	for i := len(text) - 1; i >= 0 && text[i] == '\\'; i-- {
		escaped = !escaped
	}
	return escaped
}

func skipNested(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		switch data[i] {
		case '"':
			if i = skipText(data, i); i == brokeOff {
				return brokeOff
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return brokeOff
}

// skipLiteral passes over a number, true, false, null, or what stands in their place.
func skipLiteral(data []byte, i int) int {
	for ; i < len(data); i++ {
		switch c := data[i]; c {
		case ',', ':', '"', '{', '}', '[', ']':
			return i
		default:
			if c <= ' ' {
				return i
			}
		}
	}
	return i
}
