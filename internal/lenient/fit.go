package lenient

// misses is the end of a value that perhaps does not fit.
const misses = -1

// passFitting passes over a value that encoding/json has certainly decoded. It may miss
// one: then the value is decoded again, to the same.
func (d *decoder) passFitting(p *plan) bool {
	end := misses
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
	if end == misses {
		return false
	}
	d.at = end
	return true
}

// wholeEnd is the end of a whole number that is short enough to fit, else misses.
func wholeEnd(data []byte, i int, p *plan) int {
	if p.signed && data[i] == '-' {
		i++
	}
	end := i
	for isDigit(data[end]) {
		end++
	}
	if end == i || end-i > p.digits || skipLiteral(data, end) != end {
		return misses
	}
	return end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// decimalEnd is the end of a number that no float is too small for, else misses.
func decimalEnd(data []byte, i int) int {
	const most = 20
	for end := i; end < i+most; end++ {
		switch c := data[end]; {
		case isDigit(c), c == '-', c == '.':
		case end > i && c != 'e' && c != 'E':
			return end
		default:
			return misses
		}
	}
	return misses
}
