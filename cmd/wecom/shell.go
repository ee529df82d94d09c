package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// shellWords divides a command into words as a POSIX shell does, $'…' of bash included.
// Variables stay as they are. The command ends at a line end, | or ; outside of quotes.
func shellWords(command string) (words []string) {
	w := shell{rest: command}
	for w.rest != "" && !w.ended {
		w.next()
	}
	w.endWord()
	return w.words
}

type shell struct {
	rest   string
	word   strings.Builder
	inWord bool // also for an empty word: ''
	ended  bool
	words  []string
}

func (w *shell) endWord() {
	if w.inWord {
		w.words = append(w.words, w.word.String())
	}
	w.word.Reset()
	w.inWord = false
}

// next reads a piece: a quoted text, an escape, or one byte.
func (w *shell) next() {
	c := w.rest[0]
	switch {
	case strings.HasPrefix(w.rest, "$'"):
		w.rest = w.rest[2:]
		w.ansi()
	case c == '\'':
		text, rest, _ := strings.Cut(w.rest[1:], "'")
		w.add(text, rest)
	case c == '"':
		w.rest = w.rest[1:]
		w.double()
	case c == '\\':
		w.escape()
	case strings.IndexByte(" \t\r", c) >= 0:
		w.endWord()
		w.rest = w.rest[1:]
	case strings.IndexByte("\n;|", c) >= 0:
		w.ended = true
	default:
		w.add(w.rest[:1], w.rest[1:])
	}
}

func (w *shell) add(text, rest string) {
	w.inWord = true
	w.word.WriteString(text)
	w.rest = rest
}

// escape reads a backslash outside of quotes; before a line end, both are nothing.
func (w *shell) escape() {
	rest := w.rest[1:]
	for _, end := range []string{"\r\n", "\n"} {
		if after, ok := strings.CutPrefix(rest, end); ok {
			w.rest = after
			return
		}
	}
	if rest == "" {
		w.rest = ""
		return
	}
	w.add(rest[:1], rest[1:])
}

// double reads what stands in double quotes, the end included.
func (w *shell) double() {
	w.inWord = true
	for w.rest != "" {
		c := w.rest[0]
		switch {
		case c == '"':
			w.rest = w.rest[1:]
			return
		case c == '\\' && len(w.rest) > 1 && w.rest[1] == '\n':
			w.rest = w.rest[2:]
		case c == '\\' && len(w.rest) > 1 && strings.IndexByte("$`\"\\", w.rest[1]) >= 0:
			w.add(w.rest[1:2], w.rest[2:])
		default:
			w.add(w.rest[:1], w.rest[1:])
		}
	}
}

// ansi reads what stands in $'…', the end included.
func (w *shell) ansi() {
	w.inWord = true
	for w.rest != "" {
		switch {
		case w.rest[0] == '\'':
			w.rest = w.rest[1:]
			return
		case w.rest[0] == '\\' && len(w.rest) > 1:
			w.ansiEscape()
		default:
			w.add(w.rest[:1], w.rest[1:])
		}
	}
}

// ansiEscape reads an escape of $'…': \n, \x3c, \u003c.
func (w *shell) ansiEscape() {
	letter, rest := w.rest[1], w.rest[2:]
	if plain := strings.IndexByte("ntrabfv", letter); plain >= 0 {
		w.add("\n\t\r\a\b\f\v"[plain:plain+1], rest)
		return
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[letter]
	n := 0
	for n < digits && n < len(rest) && strings.IndexByte("0123456789abcdefABCDEF", rest[n]) >= 0 {
		n++
	}
	if n == 0 {
		w.add(w.rest[1:2], rest)
		return
	}
	code, _ := strconv.ParseUint(rest[:n], 16, 32) // up to 8 digits: no error
	if letter == 'x' {
		w.add(string([]byte{byte(code)}), rest[n:])
		return
	}
	w.add(string(utf8.AppendRune(nil, rune(code))), rest[n:])
}
