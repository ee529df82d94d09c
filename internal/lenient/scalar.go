package lenient

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// setText sets v from text, which was a string or a number in the document. An empty text is
// 0 or false. It returns false, and v is unchanged, if text does not fit.
func setText(v reflect.Value, p *plan, text string) bool {
	if p.shape == shapeText {
		v.SetString(text)
		return true
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return true
	}
	switch p.shape {
	case shapeNumber:
		if !validNumber(text) {
			return false
		}
		v.SetString(text)
		return true
	case shapeBool:
		return setBool(v, text)
	case shapeWhole:
		return setWhole(v, text)
	case shapeFloat:
		return setFloat(v, text)
	}
	return false
}

// setTruth sets v from true or false: 1 or 0 for a number.
func setTruth(v reflect.Value, p *plan, text string) bool {
	switch {
	case p.shape != shapeWhole && p.shape != shapeFloat:
	case text == "true":
		text = "1"
	default:
		text = "0"
	}
	return setText(v, p, text)
}

func setBool(v reflect.Value, text string) bool {
	truth, ok := Truth(text)
	if ok {
		v.SetBool(truth)
	}
	return ok
}

// Truth reads a text as a bool: true, false, 1 or 0.
func Truth(text string) (truth, ok bool) {
	switch strings.ToLower(text) {
	case "true":
		text = "1"
	case "false":
		text = "0"
	}
	n, _, ok := parseInt(text, 64)
	return n == 1, ok && (n == 0 || n == 1)
}

func setWhole(v reflect.Value, text string) bool {
	bits := v.Type().Bits()
	if v.CanInt() {
		n, _, ok := parseInt(text, bits)
		if ok {
			v.SetInt(n)
		}
		return ok
	}
	n, err := strconv.ParseUint(wholeDigits(text), 10, bits)
	if err == nil {
		v.SetUint(n)
	}
	return err == nil
}

func setFloat(v reflect.Value, text string) bool {
	if strings.Trim(text, "+-.eE0123456789") != "" {
		return false // hexadecimal, infinity
	}
	f, err := strconv.ParseFloat(text, v.Type().Bits())
	if err == nil {
		v.SetFloat(f)
	}
	return err == nil
}

// Whole reads a text as a whole number of that many bits: 5, " 5 ", 5.0 and 5e0 are 5. A
// blank text is 0.
func Whole(text string, bits int) (n int64, ok bool) {
	n, given, ok := parseInt(text, bits)
	return n, ok || !given
}

// parseInt reads a whole number of that many bits. given is false for a blank text.
func parseInt(text string, bits int) (n int64, given, ok bool) {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		if n, err = strconv.ParseInt(wholeDigits(text), 10, bits); err != nil {
			n = 0
		}
	}
	return n, text != "", err == nil
}

// wholeDigits returns a whole number as digits with its sign: 120 for 1.2e2. It returns ""
// for a text that is no whole number or has more digits than any integer. It uses no
// float64, which would change large ids.
func wholeDigits(text string) string {
	mantissa, power, found := strings.Cut(strings.ToLower(text), "e")
	exponent := 0
	if found {
		var err error
		if exponent, err = strconv.Atoi(power); err != nil {
			return ""
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	sign := "-"
	if !negative {
		mantissa, sign = strings.TrimPrefix(mantissa, "+"), ""
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if strings.Trim(whole+fraction, "0123456789") != "" || whole+fraction == "" {
		return ""
	}
	return shift(sign, whole+fraction, len(whole), exponent)
}

const maxDigits = 20 // of a uint64

// shift writes 0.digits × 10^(point+exponent) as a whole number.
func shift(sign, digits string, point, exponent int) string {
	short := strings.TrimLeft(digits, "0")
	if short == "" {
		return "0"
	}
	// If the sum overflows, the result is far from any whole number too.
	point += exponent - (len(digits) - len(short))
	short = strings.TrimRight(short, "0")
	if point < len(short) || point > maxDigits {
		return ""
	}
	return sign + short + strings.Repeat("0", point-len(short))
}

// validNumber reports whether text is a JSON number.
func validNumber(text string) bool {
	if strings.Trim(text, "+-.eE0123456789") != "" {
		return false
	}
	return json.Valid([]byte(text))
}
