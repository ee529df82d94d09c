package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
)

// maxInput bounds what is read from a file or the standard input; WeCom pushes less than 1 MiB.
const maxInput = 8 << 20

// session is one run of the command.
type session struct {
	ctx            context.Context
	env            func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	lang           language

	noting  sync.Mutex // notes come from several goroutines
	command *command   // nil before it is known
	options map[string][]string
	args    []string // without options
	secrets []string // all that are known; they are never printed
}

// failure ends the command with an exit code; without a message it has been told already.
type failure struct {
	code    int
	message string
}

// Error returns the message.
func (f failure) Error() string { return f.message }

// wrong is the error of wrong use. It says what to do, and repeats no argument: that may be a
// secret.
func (s *session) wrong(t text, args ...any) error { return failure{exitUsage, s.tell(t, args...)} }

// bad is the error of an answer that is bad.
func (s *session) bad(t text, args ...any) error { return failure{exitBad, s.tell(t, args...)} }

// failed is the error of a result that is bad and has been printed.
func (s *session) failed() error { return failure{code: exitBad} }

// end prints an error and returns the exit code.
func (s *session) end(err error) int {
	if err == nil {
		return exitGood
	}
	f := failure{exitBad, err.Error()}
	_ = errors.As(err, &f)
	if f.message == "" {
		return f.code
	}
	name := "wecom"
	if s.command != nil {
		name += " " + s.command.name
	}
	_, _ = io.WriteString(s.stderr, name+": "+s.scrub(f.message)+"\n")
	if f.code == exitUsage && s.command != nil {
		_, _ = io.WriteString(s.stderr, "→ wecom help "+s.command.name+"\n")
	}
	return f.code
}

// say prints a line of the result.
func (s *session) say(t text, args ...any) { _, _ = io.WriteString(s.stdout, s.tell(t, args...)+"\n") }

// note prints a line beside the result, which may go into a pipe.
func (s *session) note(t text, args ...any) {
	s.noting.Lock()
	defer s.noting.Unlock()
	_, _ = io.WriteString(s.stderr, s.tell(t, args...)+"\n")
}

// print writes a result as it is.
func (s *session) print(result string) { _, _ = io.WriteString(s.stdout, result) }

// scrub replaces the known secrets in what came from outside, as they are and as URLs and JSON
// have them.
func (s *session) scrub(line string) string {
	for _, secret := range s.secrets {
		line = strings.ReplaceAll(line, secret, "***")
	}
	return line
}

// hide makes a value a secret. Short ones would hide parts of ordinary words.
func (s *session) hide(value string) {
	const shortest = 4
	if len(value) < shortest {
		return
	}
	quoted, _ := json.Marshal(value) // a string: no error
	s.secrets = append(s.secrets, value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`))
	slices.SortFunc(s.secrets, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
}

// read returns the content of a file, or of the standard input for "-".
func (s *session) read(name string) ([]byte, error) {
	in := s.stdin
	if name == "-" {
		if isTerminal(s.stdin) {
			s.note(text{"Paste it here, then press Ctrl-D.", "请粘贴内容，然后按 Ctrl-D。"})
		}
	} else {
		file, err := os.Open(name)
		if err != nil {
			return nil, s.unreadable(err)
		}
		defer file.Close()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err != nil {
		return nil, s.unreadable(err)
	}
	if len(data) > maxInput {
		return nil, s.wrong(text{"the input is larger than 8 MiB, and so none of WeCom's messages", "输入超过 8 MiB，不可能是企业微信的消息"})
	}
	return plainText(data), nil
}

// unreadable does not name the file: who mistakes a secret for a file name would read it.
func (s *session) unreadable(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return s.wrong(text{"a file that was named cannot be read: %v. Check its name, or use - for the standard input",
		"无法读取指定的文件：%v。请检查文件名，或用 - 表示标准输入"}, err)
}

// isTerminal reports whether somebody types.
func isTerminal(r io.Reader) bool {
	file, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// input reads the one file that the arguments may name, else the standard input.
func (s *session) input() ([]byte, error) {
	switch len(s.args) {
	case 0:
		return s.read("-")
	case 1:
		return s.read(s.args[0])
	}
	return nil, s.wrong(text{"one file at most, but %d arguments were given", "最多指定一个文件，但给出了 %d 个参数"}, len(s.args))
}
