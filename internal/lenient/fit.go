package lenient

// unsure is the end of a value that may not fit.
const unsure = -1

// passFitting skips a value that encoding/json has certainly decoded. If it is not sure, the
// value is decoded again, with the same result.
func (d *decoder) passFitting(p *plan) bool {
	end := unsure
	switch p.shape {
	case shapeFree, shapeRaw:
		end = skipValue(d.data, d.at)
	case shapeText:
		if d.first() == '"' {
			end = skipText(d.data, d.at)
		}
	case shapeBool:
		if c := d.first(); c == 't' || c == 'f' {
			end = skipLiteral(d.data, d.at)
		}
	case shapeWhole:
		end = wholeEnd(d.data, d.at, p)
	case shapeFloat:
		end = decimalEnd(d.data, d.at)
	}
	if end == unsure {
		return false
	}
	d.at = end
	return true
}

// wholeEnd returns the end of a whole number that is short enough to fit, else unsure.
func wholeEnd(data []byte, i int, p *plan) int {
	if p.signed && data[i] == '-' {
		i++
	}
	end := i
	for isDigit(data[end]) {
		end++
	}
	if end == i || end-i > p.digits || skipLiteral(data, end) != end {
		return unsure
	}
	return end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// decimalEnd returns the end of a number that fits into any float type, else unsure.
func decimalEnd(data []byte, i int) int {
	const most = 20
	for end := i; end < i+most; end++ {
		switch c := data[end]; {
		case isDigit(c), c == '-', c == '.':
		case end > i && c != 'e' && c != 'E':
			return end
		default:
			return unsure
		}
	}
	return unsure
}
