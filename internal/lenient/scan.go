package lenient

import "bytes"

// The functions in this file find the end of a value. They check quotes and brackets only,
// so the document may be malformed elsewhere. Each takes the index of the first byte and
// returns the index behind the last, or truncated.

const truncated = -1

const byteOrderMark = "\xef\xbb\xbf"

// skipBlank skips blanks, control characters and byte-order marks between values.
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
		return truncated
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
	return truncated
}

func skipText(data []byte, i int) int {
	start := i + 1
	for end := start; ; end++ {
		n := bytes.IndexByte(data[end:], '"')
		if n < 0 {
			return truncated
		}
		end += n
		if !endsEscaping(data[start:end]) {
			return end + 1
		}
	}
}

// endsEscaping reports whether the byte behind text is escaped: text ends with an odd number
// of backslashes.
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
			if i = skipText(data, i); i == truncated {
				return truncated
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
	return truncated
}

// skipLiteral skips a number, true, false, null, or another bare word.
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
