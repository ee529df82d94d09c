package platform

import "unicode/utf8"

// Cut is a text of at most so many bytes, without half a character at its end.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
