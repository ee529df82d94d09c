package lenient

import "bytes"

// The functions in this file find the end of a value. They check quotes and brackets only,
// so the document may be malformed elsewhere. Each takes the index of the first byte and
// returns the index behind the last, or -1 for a truncated value.

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
	return data[i] == byteOrderMark[0] && i+3 <= len(data) && string(data[i:i+3]) == byteOrderMark
}

func skipValue(data []byte, i int) int {
	if i >= len(data) {
		return -1
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
	return -1
}

func skipText(data []byte, i int) int {
	start := i + 1
	for end := start; ; end++ {
		n := bytes.IndexByte(data[end:], '"')
		if n < 0 {
			return -1
		}
		end += n
		if !endsEscaping(data[start:end]) {
			return end + 1
		}
	}
}

// endsEscaping reports whether the byte behind text is escaped: text ends with an odd number
// of backslashes.
func endsEscaping(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

func skipNested(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		switch data[i] {
		case '"':
			if i = skipText(data, i); i < 0 {
				return -1
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
	return -1
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
