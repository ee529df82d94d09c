package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
	"github.com/gothird/wecom/token"
)

// sandboxConfig reads the options and settings.
func (s *session) sandboxConfig() (c sandbox.Config, err error) {
	c = sandbox.Config{Seed: s.value("seed"), State: s.value("state"), Corps: 1, Choices: sandbox.Choices{JSON: s.has("json")}}
	suites, templates := 1, 0
	for name, to := range map[string]*int{"suites": &suites, "templates": &templates, "corps": &c.Corps,
		"tries": &c.Choices.Tries, "per-minute": &c.Choices.PerMinute} {
		if err := s.count(name, to); err != nil {
			return c, err
		}
	}
	if life := s.value("token-life"); life != "" {
		d, err := time.ParseDuration(life)
		if err != nil || d <= 0 {
			return c, s.wrong(text{"-token-life is a span of time, such as 90s, 10m or 2h", "-token-life 是一段时间，如 90s、10m 或 2h"})
		}
		c.Choices.TokenLife = sandbox.Span(d)
	}
	if suites+templates == 0 {
		return c, s.wrong(text{"a provider needs an app: -suites and -templates are both 0", "服务商至少需要一个应用：-suites 和 -templates 均为 0"})
	}
	for i := range suites + templates {
		c.Apps = append(c.Apps, sandbox.App{Template: i >= suites})
	}
	if err = s.sandboxSecrets(&c); err == nil {
		err = s.sandboxURLs(&c)
	}
	return c, err
}

// count reads a number of at least 0.
func (s *session) count(name string, to *int) error {
	if !s.has(name) {
		return nil
	}
	const most = 1000
	n, err := strconv.Atoi(s.value(name))
	if err != nil || n < 0 || n > most {
		return s.wrong(text{"-%s is a number from 0 to 1000", "-%s 是 0 到 1000 的数字"}, name)
	}
	*to = n
	return nil
}

// sandboxSecrets takes what the environment sets.
func (s *session) sandboxSecrets(c *sandbox.Config) error {
	values, err := s.load(nil, setCorpId, setProviderSecret, setSuiteId, setSuiteSecret, setToken, setKey)
	if err != nil {
		return err
	}
	c.CorpId, c.ProviderSecret = values[setCorpId], values[setProviderSecret]
	first := &c.Apps[0]
	first.SuiteId, first.Secret = values[setSuiteId], values[setSuiteSecret]
	if first.SuiteId != "" {
		first.Template = token.IsTemplate(first.SuiteId)
	}
	if values[setToken] == "" && values[setKey] == "" {
		return nil
	}
	p, err := s.pair() // says which of the two is missing or wrong
	first.Token, first.AESKey = p.token, p.key
	return err
}

// sandboxURLs reads the callback URLs.
func (s *session) sandboxURLs(c *sandbox.Config) error {
	for _, arg := range s.options["url"] {
		name, address, ok := strings.Cut(arg, "=")
		app, channel, numbered := strings.Cut(name, ":")
		if !numbered {
			app, channel = "1", name
		}
		n, err := strconv.Atoi(app)
		if !ok || err != nil || n < 1 || n > len(c.Apps) {
			return s.wrong(text{"-url is like command=http://127.0.0.1:9001/wecom, or 2:data=… for the second app of %d",
				"-url 形如 command=http://127.0.0.1:9001/wecom；2:data=… 表示第二个应用，共有 %d 个"}, len(c.Apps))
		}
		to := map[string]*string{"command": &c.Apps[n-1].URL, "data": &c.Apps[n-1].DataURL, "system": &c.System.URL}[channel]
		if to == nil {
			return s.wrong(text{"-url names a channel: command, data or system", "-url 需要指明通道：command、data 或 system"})
		}
		if *to, err = s.handlerURL(address); err != nil {
			return err
		}
	}
	return nil
}

// welcome prints what a person needs to begin.
func (s *session) welcome(world *sandbox.World, base, access string) error {
	s.say(text{"WeCom sandbox (not WeCom): %s\nOpen this address in a browser for the console.", "企业微信 sandbox（非企业微信官方服务）：%s\n用浏览器打开此地址即为控制台。"}, base)
	if access != "" {
		s.print("\n" + s.tell(text{"Others can reach this address, so console and API demand a token, which is shown only now:", "其他机器可以访问该地址，因此控制台和接口需要令牌，仅此时显示："}) +
			"\n  Authorization: Bearer " + access + "\n" + s.tell(text{"Programs send this header; the console asks for what is behind Bearer.", "程序发送此请求头；控制台会要求输入 Bearer 之后的部分。"}) + "\n")
	}
	all, err := world.ShowEnvironment(s.ctx, sandbox.EnvironmentQuery{Reveal: true})
	if err != nil {
		return err
	}
	if file := s.value("env-file"); file != "" {
		if err := s.writeEnvironment(file, all.Shell()); err != nil {
			return err
		}
	}
	shown, err := world.ShowEnvironment(s.ctx, sandbox.EnvironmentQuery{Reveal: s.has("reveal")})
	if err != nil {
		return err
	}
	s.print("\n" + s.environmentTitle() + "\n")
	for line := range strings.Lines(shown.Shell()) {
		s.print("  " + line)
	}
	return s.nextSteps(world, base)
}

// environmentTitle says where the secrets are that the environment does not show.
func (s *session) environmentTitle() string {
	switch file := s.value("env-file"); {
	case s.has("reveal"):
		return s.tell(text{"Environment of an app:", "应用的环境变量："})
	case file != "":
		return s.tell(text{"Environment of an app (of secrets, marks: they are in %s):", "应用的环境变量（密钥只显示标记，原文已写入 %s）："}, file)
	default:
		return s.tell(text{"Environment of an app (of secrets, marks: -reveal shows them, -env-file FILE writes them):",
			"应用的环境变量（密钥只显示标记：-reveal 显示密钥，-env-file FILE 写入文件）："})
	}
}

func (s *session) nextSteps(world *sandbox.World, base string) error {
	corps, err := world.ListCorps(context.WithoutCancel(s.ctx), struct{}{})
	if err != nil {
		return err
	}
	corp := "CORP_ID"
	if len(corps.Corps) > 0 {
		corp = corps.Corps[0].CorpId
	}
	const header = "-H 'Content-Type: application/json' -d "
	s.print("\n" + s.tell(text{"Next:", "下一步："}) + "\n")
	for _, step := range []struct {
		what text
		line string
	}{
		{text{"tell it your callback URL", "设置您的回调 URL"}, base + "/api/v1/urls " + header + `'{"command_url":"http://127.0.0.1:9001/wecom"}'`},
		{text{"let a corp install the app", "让企业安装应用"}, base + "/api/v1/installs " + header + `'{"corp_id":"` + corp + `"}'`},
	} {
		s.print("  # " + s.tell(step.what) + "\n  curl -s " + step.line + "\n")
	}
	s.say(text{"  # see what else there is: open %[1]s/api in a browser; %[1]s/api/v1 is the same in JSON", "  # 查看全部接口：用浏览器打开 %[1]s/api；JSON 格式见 %[1]s/api/v1"}, base)
	s.print("\n" + s.tell(text{"Ctrl-C ends it.", "按 Ctrl-C 退出。"}) + "\n")
	return nil
}

// writeEnvironment writes a file that only its owner can read.
func (s *session) writeEnvironment(name, content string) error {
	const private = 0o600
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, private)
	if err == nil {
		defer file.Close()
		if err = file.Chmod(private); err == nil { // it may have been there before
			_, err = file.WriteString(content)
		}
	}
	if err != nil {
		return s.bad(text{"the environment cannot be written: %v", "无法写入环境变量文件：%v"}, err)
	}
	return nil
}
