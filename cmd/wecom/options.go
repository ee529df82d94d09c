package main

import (
	"slices"
	"strings"
)

// option is one that a command knows.
type option struct {
	name  string // without its dash
	value string // stands for the value in the help; "": a switch
	help  text
}

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

// parse divides the arguments into options and the rest, in any order.
func (s *session) parse(args []string) error {
	s.options = map[string][]string{}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			s.args = append(s.args, args...)
			return nil
		case isHelp(arg):
			s.options["help"] = []string{""}
		case len(arg) < 2 || arg[0] != '-':
			s.args = append(s.args, arg)
		default:
			rest, err := s.parseOption(strings.TrimPrefix(arg[1:], "-"), args)
			if err != nil {
				return err
			}
			args = rest
		}
	}
	return nil
}

// parseOption reads one option, whose value may be the next argument.
func (s *session) parseOption(arg string, next []string) (rest []string, err error) {
	name, value, together := strings.Cut(arg, "=")
	known := s.command.allOptions()
	i := slices.IndexFunc(known, func(o option) bool { return o.name == name })
	switch {
	case i < 0:
		return nil, s.unknownOption(name)
	case known[i].value == "" && together:
		return nil, s.wrong(text{"-%s takes no value", "-%s 不带值"}, name)
	case known[i].value != "" && !together && len(next) == 0:
		return nil, s.wrong(text{"-%s needs a value: -%s %s", "-%s 需要一个值：-%s %s"}, name, name, known[i].value)
	case known[i].value != "" && !together:
		value, next = next[0], next[1:]
	}
	s.options[name] = append(s.options[name], value)
	return next, nil
}

// unknownOption explains why a secret cannot be an argument. The name is repeated only if it
// looks like one.
func (s *session) unknownOption(name string) error {
	for _, x := range settings {
		if x.secret && x.name == name {
			return s.wrong(text{"no secret is taken as an argument, for it would stay in the history of the shell and show in the list of processes: set %s in the environment, or give the name of a file with -%s-file",
				"不接受以参数给出的密钥：它会留在 shell 历史和进程列表中。请设置环境变量 %s，或用 -%s-file 指定文件"}, x.env(), x.name)
		}
	}
	var names []string
	for _, o := range s.command.allOptions() {
		names = append(names, "-"+o.name)
	}
	return s.wrong(text{"an option is unknown; there are %s", "有一个未知的选项；可用的选项有 %s"}, strings.Join(names, ", "))
}

// has reports whether an option was given.
func (s *session) has(name string) bool { return len(s.options[name]) > 0 }

// value is the last value of an option.
func (s *session) value(name string) string {
	if values := s.options[name]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

// noArguments refuses what is left besides the options.
func (s *session) noArguments() error {
	if len(s.args) == 0 {
		return nil
	}
	return s.wrong(text{"it takes options only; other arguments that were given: %d", "只接受选项，但给出了 %d 个其他参数"}, len(s.args))
}
