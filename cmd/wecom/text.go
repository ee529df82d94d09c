package main

import (
	"fmt"
	"strings"
)

// language is what the command speaks.
type language int

const (
	english language = iota
	chinese
)

// text is one thing that the command says, in both languages. Whatever it prints is written as
// such a pair, where it is said; a test finds the pairs and compares their verbs.
type text struct{ en, zh string }

// in returns the text in a language.
func (t text) in(lang language) string {
	if lang == chinese {
		return t.zh
	}
	return t.en
}

// languageOf reads the locale: the first variable that is set decides.
func languageOf(env func(string) string) language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := env(name); locale != "" {
			if strings.HasPrefix(strings.ToLower(locale), "zh") {
				return chinese
			}
			return english
		}
	}
	return english
}

// chooseLanguage takes -lang out of the arguments, wherever it stands.
func (s *session) chooseLanguage(args []string) (rest []string, err error) {
	for i := 0; i < len(args); i++ {
		name, value, together := strings.Cut(args[i], "=")
		switch {
		case name == "--":
			return append(rest, args[i:]...), err
		case name != "-lang" && name != "--lang":
			rest = append(rest, args[i])
			continue
		case !together && i+1 < len(args):
			i++
			value = args[i]
		}
		switch strings.ToLower(value) {
		case "en":
			s.lang = english
		case "zh":
			s.lang = chinese
		default:
			err = s.wrong(text{"-lang is en or zh", "-lang 只能是 en 或 zh"})
		}
	}
	return rest, err
}

// tell returns a text in the language of the session, without the known secrets.
func (s *session) tell(t text, args ...any) string {
	for i, arg := range args {
		switch arg := arg.(type) {
		case text:
			args[i] = arg.in(s.lang)
		case string:
			args[i] = s.scrub(arg)
		case error:
			args[i] = s.scrub(arg.Error())
		}
	}
	return fmt.Sprintf(t.in(s.lang), args...)
}
