package main

import (
	"io"
	"strings"
	"unicode/utf8"
)

// overview lists the commands.
func (s *session) overview(w io.Writer) {
	var b strings.Builder
	b.WriteString(s.tell(text{"wecom helps to build apps for WeCom, and to mend their callback URLs, in any language.",
		"wecom 帮助开发企业微信应用、排查回调 URL，适用于任何编程语言。"}) + "\n\n")
	var rows [][]string
	for _, c := range commands() {
		rows = append(rows, []string{"wecom " + c.name, c.title.in(s.lang)})
	}
	rows = append(rows, []string{"wecom help COMMAND", s.tell(text{"all about one command, with examples", "查看某个命令的详细说明与示例"})},
		[]string{"wecom version", s.tell(text{"which version this is", "查看版本"})})
	table(&b, rows)
	b.WriteString("\n" + s.tell(text{`Secrets are read from the environment (WECOM_TOKEN=… or WECOM_TOKEN=@file) or from files
(-token-file FILE), never from arguments, and are never printed. The exit code is 0 if all is
well, 1 if the answer is bad, 2 for wrong use. -lang en or zh chooses the language.`,
		`密钥只从环境变量（WECOM_TOKEN=… 或 WECOM_TOKEN=@文件）或文件（-token-file FILE）读取，
不接受命令行参数，也从不显示。退出码：0 表示正常，1 表示结果有问题，2 表示用法错误。
用 -lang en 或 -lang zh 选择语言。`}) + "\n\n")
	b.WriteString(s.tell(text{"Try:", "试试："}) + "\n")
	for _, c := range commands() {
		b.WriteString("  " + c.examples[0] + "\n")
	}
	_, _ = io.WriteString(w, b.String())
}

// help answers "wecom help" and "wecom help NAME".
func (s *session) help(args []string) error {
	if len(args) == 0 {
		s.overview(s.stdout)
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			s.manual(c)
			return nil
		}
	}
	return s.wrong(text{"there is no such command; there are %s", "没有这个命令；可用的命令有 %s"}, commandNames())
}

// manual prints all about one command.
func (s *session) manual(c *command) {
	var b strings.Builder
	b.WriteString("wecom " + c.name + ": " + c.title.in(s.lang) + "\n")
	for _, usage := range c.usage {
		b.WriteString("\n  wecom " + c.name + " " + usage)
	}
	b.WriteString("\n\n" + c.about.in(s.lang) + "\n\n" + s.tell(text{"Examples:", "示例："}) + "\n\n")
	for _, example := range c.examples {
		b.WriteString("  " + example + "\n")
	}
	b.WriteString("\n" + s.tell(text{"Configuration, by the environment or by options:", "配置（环境变量或选项）："}) + "\n\n")
	var rows [][]string
	for _, name := range c.settings {
		x := settingOf(name)
		o := x.option()
		rows = append(rows, []string{x.env() + ", -" + o.name + " " + o.value, x.what.in(s.lang)})
	}
	table(&b, rows)
	b.WriteString("\n" + s.tell(text{"Options:", "选项："}) + "\n\n")
	rows = rows[:0]
	all := c.allOptions()
	for _, o := range append(all[:len(c.options):len(c.options)], all[len(all)-1]) {
		rows = append(rows, []string{strings.TrimSpace("-" + o.name + " " + o.value), o.help.in(s.lang)})
	}
	table(&b, rows)
	s.print(b.String())
}

// table writes rows of columns.
func table(b *strings.Builder, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		last := len(row) - 1
		for i, cell := range row[:last] {
			b.WriteString("  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		b.WriteString("  " + row[last] + "\n")
	}
}
