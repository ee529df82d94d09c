package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gothird/wecom/internal/console"
	"github.com/gothird/wecom/internal/sandbox"
)

const sandboxAddress = "127.0.0.1:8700"

func sandboxCommand() *command {
	return &command{
		name:  "sandbox",
		title: text{"run a WeCom of your own, to develop and test against", "运行一个本地的企业微信，供开发和测试使用"},
		usage: []string{"[-url CHANNEL=URL ...]"},
		about: text{`Plays WeCom for programs in any language: a provider, his apps, and corps that install them.
It answers what qyapi.weixin.qq.com answers, refuses what it refuses, and pushes events to your
callback URLs, encrypted and signed. Nothing is kept when it ends, unless -state names a folder:
then the next start with it goes on where this one ended, and an app does not see a difference.

What others do in WeCom (install, pay, add customers, click, let time pass, fail) is done on the
console, the pages at its address in a browser, or by the JSON API under /api/v1, which describes
itself. It listens on this machine only; on any other address it demands a token, which is
printed once.

Ids, secrets, Tokens and keys are made from the seed, and are the same in every run; those that
the environment sets are those of the provider and his first app.

The folder of -state holds secrets; it is made for you alone. It belongs to one provider, one
seed and the same apps. It is written every second if something has changed, and at the end, and a
crash leaves what was written last. Callback URLs, secrets and settings that are given again
replace those in it; -corps counts at the first start only. A push that was cut short is tried
again at the next start. POST /api/v1/reset begins anew.`,
			`为任何语言的程序模拟企业微信：一个服务商、他的应用，以及安装这些应用的企业。
它的应答和拒绝与 qyapi.weixin.qq.com 一致，并向您的回调 URL 推送加密签名的事件。
退出后不保留任何数据；用 -state 指定目录时，状态保存在其中，
下次以同一目录启动会从上次结束处继续，应用不会察觉差别。

其他人在企业微信中做的事（安装、支付、添加客户、点击、时间流逝、故障）
在控制台中完成，即用浏览器打开它的地址；也可以用 /api/v1 下的 JSON 接口，接口自带说明。
默认只监听本机；监听其他地址时需要令牌，启动时显示一次。

各个 id、密钥、Token 和 EncodingAESKey 由 seed 生成，每次运行相同；
环境变量中设置的值用于服务商及其第一个应用。

-state 的目录含有密钥，创建时仅您可读；它只属于同一服务商、同一 seed 和同一组应用。
有变化时每秒写入一次，退出时再写入一次；崩溃后保留最后一次写入的内容。
再次给出的回调 URL、密钥和设定会覆盖其中的值；-corps 仅在首次启动时有效。
未完成的推送会在下次启动时重试。POST /api/v1/reset 恢复到初始状态。`},
		options: []option{
			{"listen", "ADDRESS", text{"where to listen; 127.0.0.1:8700 if left out, port 0 is any free one", "监听地址；默认 127.0.0.1:8700，端口 0 表示任意空闲端口"}},
			{"url", "CHANNEL=URL", text{"a callback URL: command (指令回调, or that of a template), data (数据回调) or system (系统事件); 2:command is that of the second app; may be repeated", "回调 URL：command（指令回调或模板回调）、data（数据回调）、system（系统事件）；2:command 表示第二个应用；可重复"}},
			{"suites", "N", text{"how many third-party apps there are; 1 if left out", "第三方应用个数；默认 1"}},
			{"templates", "N", text{"how many templates of customised apps (代开发) follow; 0 if left out", "代开发应用模板个数，排在其后；默认 0"}},
			{"corps", "N", text{"how many corps there are at first; 1 if left out", "初始企业个数；默认 1"}},
			{"seed", "TEXT", text{"makes other ids and secrets", "生成另一组 id 和密钥"}},
			{"state", "DIR", text{"a folder that keeps the state from one start to the next; made if need be", "保存状态的目录，下次启动时继续；不存在则创建"}},
			{"tries", "N", text{"how often a push is tried; 3 if left out", "每次推送的尝试次数；默认 3"}},
			{"per-minute", "N", text{"how often an endpoint may be called for one corp in a minute, then errcode 45009", "每个企业每分钟调用同一接口的次数上限，超过则返回 45009"}},
			{"token-life", "SPAN", text{"of tokens, such as 90s; 2h if left out", "令牌有效期，如 90s；默认 2h"}},
			{"json", "", text{"push JSON in place of XML", "以 JSON 代替 XML 推送"}},
			{"host", "NAME", text{"a name that the API may be called by, beside localhost and addresses; may be repeated", "除 localhost 和 IP 外允许访问接口的主机名；可重复"}},
			{"log", "", text{"print a line for each call and each push", "每次调用和推送打印一行"}},
			{"reveal", "", text{"print the secrets of the environment, in place of marks", "显示环境变量中的密钥，而不是标记"}},
			{"env-file", "FILE", text{"write the environment with its secrets to a file that only you can read", "将含密钥的环境变量写入仅您可读的文件"}},
		},
		settings: []string{setCorpId, setProviderSecret, setSuiteId, setSuiteSecret, setToken, setKey},
		examples: []string{
			"wecom sandbox",
			"wecom sandbox -url command=http://127.0.0.1:9001/wecom -url system=http://127.0.0.1:9001/system",
			"wecom sandbox -suites 1 -templates 1 -url '2:data=http://127.0.0.1:9001/data/$CORPID$'",
			"wecom sandbox -listen 127.0.0.1:0 -env-file sandbox.env",
			"wecom sandbox -state sandbox.state -log",
		},
		run: runSandbox,
	}
}

func runSandbox(s *session) error {
	if err := s.noArguments(); err != nil {
		return err
	}
	cfg, err := s.sandboxConfig()
	if err != nil {
		return err
	}
	cfg.NotSaved = func(err error) {
		s.note(text{"! The state cannot be saved: %v. It is tried again; free the disk or end the sandbox.", "! 无法保存状态：%v。将继续重试；请检查磁盘，或退出 sandbox。"}, err)
	}
	world, err := sandbox.New(cfg)
	if state := new(sandbox.StateError); errors.As(err, &state) {
		return s.bad(text{"the state cannot be kept: %s", "无法使用 -state 的目录：%s。请与上次使用相同的 seed、服务商和应用，或换一个目录"}, strings.TrimPrefix(err.Error(), "sandbox: "))
	}
	if err != nil {
		return s.wrong(text{"this sandbox cannot be: %v", "无法按此配置运行 sandbox：%v"}, err)
	}
	err = s.openSandbox(world)
	if saved := world.Close(); saved != nil && err == nil {
		err = s.bad(text{"the state could not be saved at the end: %v", "退出时无法保存状态：%v"}, saved)
	}
	if err == nil {
		s.note(text{"The sandbox has ended.", "sandbox 已退出。"})
	}
	return err
}

// openSandbox listens and serves.
func (s *session) openSandbox(world *sandbox.World) error {
	address := cmp.Or(s.value("listen"), sandboxAddress)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return s.cannotListen(address, err)
	}
	defer listener.Close()
	access, base := s.access(listener.Addr())
	world.SetBaseURL(base)
	if err := s.welcome(world, base, access.Token); err != nil {
		return err
	}
	return s.serveSandbox(world, listener, access)
}

// cannotListen says what is in the way.
func (s *session) cannotListen(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return s.bad(text{"another program listens on %s, perhaps another sandbox: end it, or choose another port with -listen 127.0.0.1:8701, or any with port 0",
			"%s 已被其他程序占用，可能是另一个 sandbox：请结束它，或用 -listen 127.0.0.1:8701 换一个端口，端口 0 表示任意空闲端口"}, address)
	}
	return s.bad(text{"it cannot listen on %s: %v. -listen wants an address of this machine and a port, such as 127.0.0.1:8700",
		"无法监听 %s：%v。-listen 需要本机地址和端口，如 127.0.0.1:8700"}, address, err)
}

// access demands a token where others than this machine can reach the address. base is the
// address for programs.
func (s *session) access(at net.Addr) (access sandbox.Access, base string) {
	access.Hosts = s.options["host"]
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return access, "http://" + at.String()
	}
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() {
		access.Token = rand.Text()
	}
	if ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return access, "http://" + net.JoinHostPort(host, port)
}

// serveSandbox runs until an interrupt.
func (s *session) serveSandbox(world *sandbox.World, listener net.Listener, access sandbox.Access) error {
	ctx, stop := signal.NotifyContext(s.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	const readHeader, shutdown = 10 * time.Second, 5 * time.Second
	pages, err := console.New(world, access)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: pages, ReadHeaderTimeout: readHeader, BaseContext: func(net.Listener) context.Context { return ctx }}
	ended := make(chan error, 1)
	var running sync.WaitGroup
	if s.has("log") {
		log, err := s.startLog(world)
		if err != nil {
			return err
		}
		running.Go(func() { log.run(ctx) })
	}
	running.Go(func() { ended <- server.Serve(listener) })
	running.Go(func() { world.Run(ctx) })
	s.checkURLs(ctx, world)
	select {
	case <-ctx.Done():
	case err = <-ended:
		err = s.bad(text{"it cannot serve any longer: %v", "服务中断：%v"}, err)
	}
	stop()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
	defer cancel()
	if server.Shutdown(last) != nil {
		_ = server.Close()
	}
	running.Wait()
	return err
}

// checkURLs warns of callback URLs that would fail WeCom's check.
func (s *session) checkURLs(ctx context.Context, world *sandbox.World) {
	p, err := world.ShowProvider(ctx, struct{}{})
	if err != nil {
		return
	}
	check := func(channel, suiteId, url string) {
		if url == "" || ctx.Err() != nil {
			return
		}
		c, err := world.CheckURL(ctx, sandbox.URLRef{Channel: channel, SuiteId: suiteId})
		if err == nil && !c.Ok && ctx.Err() == nil {
			s.note(text{"! The %s URL %s fails the check that WeCom makes: %s. Start your server or mend it, then check it again on the console's page of callback URLs.",
				"! %s 的回调 URL %s 未通过企业微信的验证：%s。请启动或修复您的服务，然后在控制台的“回调 URL”页再次检查。"}, channel, plainURL(url), c.Problem)
		}
	}
	check("system", "", p.SystemURL)
	for _, x := range p.Suites {
		check("command", x.SuiteId, x.CommandURL)
		check("data", x.SuiteId, x.DataURL)
	}
}
