package lenient

// passFitting skips a value that encoding/json has certainly decoded. If it is not sure, the
// value is decoded again, with the same result.
func (d *decoder) passFitting(p *plan) bool {
	end := -1
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
	if end < 0 {
		return false
	}
	d.at = end
	return true
}

// wholeEnd returns the end of a whole number that is short enough to fit, else -1.
func wholeEnd(data []byte, i int, p *plan) int {
	if p.signed && i < len(data) && data[i] == '-' {
		i++
	}
	end := i
	for end < len(data) && isDigit(data[end]) {
		end++
	}
	if end == i || end-i > p.digits || skipLiteral(data, end) != end {
		return -1
	}
	return end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// decimalEnd returns the end of a number that fits into any float type, else -1.
func decimalEnd(data []byte, i int) int {
	const most = 20
	for end := i; end < len(data) && end < i+most; end++ {
		switch c := data[end]; {
		case isDigit(c), c == '-', c == '.':
		case end > i && c|0x20 != 'e':
			return end
		default:
			return -1
		}
	}
	return -1
}
