// Command wecom helps to build apps for WeCom (企业微信), and to mend their callback URLs, in any
// language:
//
//	go run github.com/gothird/wecom/cmd/wecom@latest help
//
// It runs a WeCom of one's own with an admin API, explains why a URL check or a push is refused,
// pushes any documented event to a handler under development, encrypts and decrypts single
// messages, and asks WeCom whether credentials are good. Secrets come from the environment or
// from files, and are not printed unless that is asked for. It speaks English and Chinese.
//
// The exit code is 0 if all is well, 1 if the answer is bad, 2 for wrong use.
package main

import (
	"context"
	"io"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// Exit codes.
const (
	exitGood  = 0
	exitBad   = 1 // the answer is bad
	exitUsage = 2 // wrong use
)

// run runs one command and returns its exit code. env returns "" for what is not set.
func run(ctx context.Context, args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &session{ctx: ctx, env: env, stdin: stdin, stdout: stdout, stderr: stderr, lang: languageOf(env)}
	s.hideEnvironment()
	args, err := s.chooseLanguage(args)
	if err == nil {
		err = s.dispatch(args)
	}
	return s.end(err)
}

// dispatch runs the command that the first argument names.
func (s *session) dispatch(args []string) error {
	if len(args) == 0 {
		s.overview(s.stderr)
		return failure{code: exitUsage}
	}
	if isHelp(args[0]) || args[0] == "help" {
		return s.help(args[1:])
	}
	if isVersion(args[0]) {
		s.version()
		return nil
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		s.command = c
		if err := s.parse(args[1:]); err != nil {
			return err
		}
		if s.has("help") {
			s.manual(c)
			return nil
		}
		return c.run(s)
	}
	return s.wrong(text{"there is no such command; there are %s. \"wecom help\" shows what they do",
		"没有这个命令；可用的命令有 %s。运行 wecom help 查看说明"}, commandNames())
}
