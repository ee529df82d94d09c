package lenient

import (
	"bytes"
	"strings"
)

// clean returns data in a form that encoding/json accepts, with the same meaning: byte-order
// marks are removed, control characters outside strings become blanks, those inside strings
// and the backslash of an unknown escape are escaped.
func clean(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '"':
			end := skipText(data, i)
			if end == truncated {
				return append(out, data[i:]...) // truncated: no JSON either way
			}
			out = append(out, '"')
			out = append(cleanText(out, data[i+1:end-1]), '"')
			i = end
			continue
		case atByteOrderMark(data, i):
			i += len(byteOrderMark)
			continue
		default:
			out = append(out, max(c, ' '))
		}
		i++
	}
	return out
}

// cleanText appends the content of a string.
func cleanText(out, text []byte) []byte {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c < ' ':
			const digits = "0123456789abcdef"
			out = append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		case c == '\\':
			n := escapeLen(text[i:])
			if n == 0 {
				out, n = append(out, '\\'), 1
			}
			out = append(out, text[i:i+n]...)
			i += n
			continue
		default:
			out = append(out, c)
		}
		i++
	}
	return out
}

// escapeLen returns the length of the escape at the beginning of text, 0 if JSON has no such
// escape. A backslash is never the last byte: it would have escaped the closing quote.
func escapeLen(text []byte) int {
	switch {
	case strings.IndexByte(`"\/bfnrt`, text[1]) >= 0:
		return 2
	case len(text) >= 6 && text[1] == 'u' && len(bytes.Trim(text[2:6], "0123456789abcdefABCDEF")) == 0:
		return 6
	}
	return 0
}
