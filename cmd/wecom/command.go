package main

import (
	"strings"
)

// command is one subcommand.
type command struct {
	name     string
	title    text
	usage    []string // what may stand behind the name
	about    text     // paragraphs
	options  []option
	settings []string // names
	examples []string
	run      func(*session) error
}

// commands lists the subcommands in the order of the help.
func commands() []*command {
	return []*command{sandboxCommand(), explainCommand(), pushCommand(), decryptCommand(), encryptCommand(), verifyCommand()}
}

func commandNames() string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}

// allOptions are those of the command, its settings, and those that all commands have.
func (c *command) allOptions() []option {
	list := append([]option{}, c.options...)
	for _, name := range c.settings {
		list = append(list, settingOf(name).option())
	}
	return append(list, option{name: "lang", value: "en|zh", help: text{"language; without it, that of the locale", "语言；默认取自系统区域设置"}})
}
