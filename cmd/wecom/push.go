package main

import (
	"cmp"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"math/big"
	"net/url"
	"slices"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

func pushCommand() *command {
	return &command{
		name:  "push",
		title: text{"send an event to a handler under development", "向开发中的 handler 推送事件"},
		usage: []string{"KIND URL [NAME=VALUE ...]", "-check URL", "-list [WORD ...]"},
		about: text{`Pushes the documented sample of an event, encrypted and signed as WeCom does it, with your ids,
the present time, and the elements that you change. It prints what came back, and what WeCom
would think of that. KIND is an InfoType, Event or MsgType, with a point and the ChangeType if
there is one. A value @FILE is the content of the file. $CORPID$ in the URL stands for the corp.

A push needs the suite's id, one of the system URL and -check that of the provider. A callback
handler of this SDK accepts an event of any corp, but runs functions for it only when that corp
has installed the app, and waits for that: set WECOM_AUTH_CORP_ID to a corp that has.

-check makes the check that WeCom makes when a URL is saved. The codes and tickets of samples
are made up: WeCom would refuse them.`,
			`推送某个事件的文档样例：按企业微信的方式加密签名，换上你的各个 id、当前时间和指定的元素，
并显示 handler 的应答以及企业微信会如何看待它。KIND 是 InfoType、Event 或 MsgType，
有 ChangeType 时以点号相连。值 @FILE 表示文件内容；URL 中的 $CORPID$ 会换成企业 id。

推送需要应用的 SuiteId；系统事件 URL 和 -check 需要服务商的 corpid。本 SDK 的回调 handler
会接收任何企业的事件，但只在该企业已安装应用后才运行处理函数，此前一直等待：
请把 WECOM_AUTH_CORP_ID 设为已安装应用的企业。

-check 发出保存 URL 时的验证请求。样例中的授权码、票据都是虚构的，企业微信不会接受。`},
		options: []option{
			{"list", "", text{"list the kinds of events, those with all words in them", "列出事件类型，可用关键词筛选"}},
			{"check", "", text{"make the URL check in place of a push", "发出 URL 验证请求，而不是推送"}},
			{"channel", "NAME", text{"instruction (指令回调), data (数据回调), system (系统事件) or template (代开发模板), where an event comes on several", "事件有多个通道时选择：instruction（指令回调）、data（数据回调）、system（系统事件）、template（代开发模板）"}},
			{"set", "NAME=VALUE", text{"the same as an argument NAME=VALUE; may be repeated", "与参数 NAME=VALUE 相同；可重复"}},
			{"json", "", text{"JSON in place of XML", "以 JSON 代替 XML"}},
			{"show", "", text{"show the event that was pushed", "显示推送的明文"}},
		},
		settings: []string{setToken, setKey, setSuiteId, setCorpId, setAuthCorpId},
		examples: []string{
			"wecom push change_contact.create_user http://localhost:8080/wecom UserID=lin Name=林",
			"wecom push -check http://localhost:8080/wecom",
			"wecom push text 'http://localhost:8080/data?corp=$CORPID$' Content=hello",
			"wecom push -channel data -show batch_job_result http://localhost:8080/wecom",
			"wecom push -list contact",
		},
		run: push,
	}
}

func push(s *session) error {
	switch {
	case s.has("list"):
		return s.listKinds(s.args)
	case s.has("check"):
		return s.check()
	case len(s.args) < 2:
		return s.wrong(text{"a kind of event and a URL are needed: wecom push KIND URL. \"wecom push -list\" shows the kinds",
			"需要事件类型和 URL:wecom push KIND URL。运行 wecom push -list 查看类型"})
	}
	address, channel, err := s.pushTarget(s.args[1])
	if err != nil {
		return err
	}
	suiteId, err := s.setting(setSuiteId)
	if err != nil {
		return err
	}
	e, err := s.findKind(s.args[0], channel, token.IsTemplate(suiteId))
	if err != nil {
		return err
	}
	return s.pushEvent(e, address)
}

// pushTarget reads where a push goes.
func (s *session) pushTarget(arg string) (address, channel string, err error) {
	if address, err = s.handlerURL(arg); err == nil {
		channel, err = s.channel()
	}
	return address, channel, err
}

// pushEvent pushes an event with what is changed in it.
func (s *session) pushEvent(e spec.Event, address string) error {
	edits, err := s.edits(e)
	if err != nil {
		return err
	}
	w, err := s.sender(e.Channel, address, elementText(e.SampleXML, "ToUserName", "AuthCorpId", "CorpId"))
	if err != nil {
		return err
	}
	d, err := w.PushSample(s.ctx, e.Id, w.target, edits...)
	if refused := new(platform.PushError); err != nil && !errors.As(err, &refused) {
		return s.bad(text{"the event cannot be made: %v", "无法生成事件：%v"}, err)
	}
	s.say(text{"Pushed: %s (%s), on the %s", "已推送：%s（%s），通道为%s"}, e.Id, titleOf(e.Short()), channelName(e.Channel))
	s.say(text{"To: %s, for %q", "发往：%s，接收方（receiveid）%q"}, plainURL(address), w.receiveId)
	if s.has("show") {
		shown, _ := maskMessage(string(d.Payload))
		s.print(s.scrub(shown) + "\n")
	}
	return s.judge(w, d, e)
}

// sender is a WeCom that knows one handler.
type sender struct {
	*platform.Platform
	target    platform.Target
	receiveId string
}

// sender makes the platform that pushes on a channel. sampleCorp is the customer of the
// sample, for whom the event is if no other is configured.
func (s *session) sender(channel, address, sampleCorp string) (*sender, error) {
	p, err := s.pair()
	if err != nil {
		return nil, err
	}
	required := map[string][]string{spec.ChannelInstruction: {setSuiteId}, spec.ChannelTemplate: {setSuiteId}, spec.ChannelSystem: {setCorpId}}[channel]
	if s.has("check") {
		required = []string{setCorpId}
	}
	values, err := s.load(required, setSuiteId, setCorpId, setAuthCorpId)
	if err != nil {
		return nil, err
	}
	const none = "none" // of a provider, suite or secret that does not matter
	provider, suite, corp := cmp.Or(values[setCorpId], none), cmp.Or(values[setSuiteId], none), values[setAuthCorpId]
	to := platform.Callback{URL: address, Token: p.token, EncodingAESKey: p.key}
	w := &sender{Platform: platform.New(platform.Options{Seed: rand.Text(), Tries: 1, JSON: s.has("json")})}
	err = errors.Join(
		w.AddProvider(platform.Provider{CorpId: provider, Secret: none, System: to}),
		w.AddSuite(platform.Suite{Id: suite, Secret: none, ProviderCorpId: provider, Template: token.IsTemplate(suite), Command: to, DataURL: address}),
	)
	w.target = platform.Target{Channel: channel, SuiteId: suite, CorpId: corp}
	switch channel {
	case spec.ChannelSystem:
		w.target = platform.Target{Channel: channel, CorpId: provider, About: corp}
		w.receiveId = provider
	case spec.ChannelData:
		w.target.CorpId = cmp.Or(corp, sampleCorp, none)
		w.receiveId = w.target.CorpId
	default:
		w.receiveId = suite
	}
	return w, err
}

// edits reads the elements to change: names and values in turn. A message gets an id of its
// own, for a handler does not process one a second time.
func (s *session) edits(e spec.Event) (edits []string, err error) {
	names := elements(e.SampleXML)
	for _, arg := range slices.Concat(s.options["set"], s.args[2:]) {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, s.wrong(text{"what follows the URL has the form NAME=VALUE", "URL 之后的参数形如 NAME=VALUE"})
		}
		if !slices.Contains(names, name) {
			return nil, s.wrong(text{"the sample has no such element; it has %s. For another event, give it to \"wecom encrypt -curl\"",
				"样例中没有这个元素；可用的有 %s。其他事件可用 wecom encrypt -curl 推送"}, strings.Join(names, ", "))
		}
		if file, isFile := strings.CutPrefix(value, "@"); isFile {
			data, err := s.read(file)
			if err != nil {
				return nil, err
			}
			value = strings.TrimSpace(string(data))
		}
		edits = append(edits, name, value)
	}
	if slices.Contains(names, "MsgId") && !slices.Contains(edits, "MsgId") {
		id, err := rand.Int(rand.Reader, big.NewInt(1<<62))
		if err != nil {
			return nil, err
		}
		edits = append(edits, "MsgId", id.String())
	}
	return edits, nil
}

// elements are the names of the elements with a text, each once.
func elements(sample string) (names []string) {
	var open string
	d := xml.NewDecoder(strings.NewReader(sample))
	for {
		next, err := d.Token()
		if err != nil { // the end, or no XML
			return names
		}
		switch t := next.(type) {
		case xml.StartElement:
			open = t.Name.Local
		case xml.EndElement:
			if t.Name.Local == open && !slices.Contains(names, open) {
				names = append(names, open)
			}
			open = ""
		}
	}
}

// elementText is the text of the first of some elements that the sample has.
func elementText(sample string, names ...string) string {
	for _, name := range names {
		_, after, found := strings.Cut(sample, "<"+name+">")
		if !found {
			continue
		}
		value, _, _ := strings.Cut(after, "</")
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(value), "<![CDATA["), "]]>"))
	}
	return ""
}

// plainURL is an address without what may be a secret in it: password and query.
func plainURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}
