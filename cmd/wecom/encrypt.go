package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/clock"
)

func encryptCommand() *command {
	return &command{
		name:  "encrypt",
		title: text{"encrypt and sign one message", "加密并签名一条消息"},
		usage: []string{"-receive ID [FILE]", "-receive ID -curl URL [FILE]"},
		about: text{`Reads a message from FILE or the standard input, as it is, and prints it encrypted and signed:
in the form of a passive reply, which holds the signature too, or with -curl as a command that
pushes it to a handler. "wecom push" makes events by itself.`,
			`从文件或标准输入读取明文（原样），输出加密并签名的结果：默认是自带签名的被动回复格式；
加上 -curl 则输出一条可把它推送到 handler 的 curl 命令。需要现成的事件请用 wecom push。`},
		options: []option{
			{"receive", "ID", text{`receive id: the suite id on 指令回调, the customer's corp id on 数据回调, the provider's corp id for system events; "" for an individual's app`,
				`receiveid：指令回调为 SuiteId，数据回调为授权企业 corpid，系统事件为服务商 corpid；个人主体的应用为 ""`}},
			{"json", "", text{"JSON in place of XML", "输出 JSON 而不是 XML"}},
			{"bare", "", text{"only the ciphertext", "只输出密文"}},
			{"curl", "URL", text{"a curl command that pushes the message there", "输出向该 URL 推送的 curl 命令"}},
		},
		settings: []string{setToken, setKey},
		examples: []string{
			"wecom encrypt -receive wpKx7AEAAADp3sQ9mR2vT5nL8cYb1HfG reply.xml",
			"wecom encrypt -receive wwa1b2c3d4e5f60718 -curl http://localhost:8080/wecom event.xml | sh",
			"printf 1616140317555161061 | wecom encrypt -receive ww1a2b3c4d5e6f7089 -bare",
		},
		run: encrypt,
	}
}

func encrypt(s *session) error {
	if !s.has("receive") {
		return s.wrong(text{"-receive ID is missing: whom the message is for. Handlers refuse another id than theirs",
			"缺少 -receive ID：消息的接收方。handler 会拒绝不属于自己的 receiveid"})
	}
	target, err := s.curlTarget()
	if err != nil {
		return err
	}
	p, err := s.pair()
	if err != nil {
		return err
	}
	message, err := s.input()
	if err != nil {
		return err
	}
	if len(message) == 0 {
		return s.wrong(text{"there is no message: give a file, or the message on the standard input", "没有消息：请指定文件，或从标准输入给出消息"})
	}
	encrypted, err := p.cipher.Encrypt(message, s.value("receive"))
	if err != nil {
		return s.bad(text{"it cannot be encrypted: %v", "无法加密：%v"}, err)
	}
	m := sealed{timestamp: strconv.FormatInt(clock.Now().Unix(), 10), nonce: rand.Text()[:10], encrypt: encrypted}
	m.signature = p.cipher.Sign(m.timestamp, m.nonce, m.encrypt)
	switch {
	case s.has("bare"):
		s.print(m.encrypt + "\n")
	case target != "":
		s.print(m.curl(target, s.value("receive"), s.has("json")) + "\n")
	default:
		s.print(m.reply(s.has("json")) + "\n")
	}
	return nil
}

// curlTarget is the URL of -curl, "" without it.
func (s *session) curlTarget() (string, error) {
	if !s.has("curl") {
		return "", nil
	}
	if s.has("bare") {
		return "", s.wrong(text{"-bare and -curl exclude each other", "-bare 与 -curl 不能同时使用"})
	}
	return s.handlerURL(s.value("curl"))
}

// handlerURL checks the address of a handler.
func (s *session) handlerURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", s.wrong(text{"the URL of a handler looks like http://localhost:8080/wecom", "handler 的 URL 形如 http://localhost:8080/wecom"})
	}
	return address, nil
}

// reply is the message as a passive reply has it.
func (m sealed) reply(asJSON bool) string {
	if asJSON {
		text, _ := json.Marshal(map[string]string{"encrypt": m.encrypt, "msgsignature": m.signature, "timestamp": m.timestamp, "nonce": m.nonce}) // texts: no error
		return string(text)
	}
	return "<xml><Encrypt><![CDATA[" + m.encrypt + "]]></Encrypt><MsgSignature><![CDATA[" + m.signature + "]]></MsgSignature><TimeStamp>" +
		m.timestamp + "</TimeStamp><Nonce><![CDATA[" + m.nonce + "]]></Nonce></xml>"
}

// curl is a command that pushes the message.
func (m sealed) curl(target, receiveId string, asJSON bool) string {
	contentType, body := "text/xml", ""
	if asJSON {
		text, _ := json.Marshal(map[string]string{"tousername": receiveId, "encrypt": m.encrypt, "agentid": ""}) // texts: no error
		contentType, body = "application/json", string(text)
	} else {
		var to bytes.Buffer
		_ = xml.EscapeText(&to, []byte(receiveId)) // into a buffer: no error
		body = "<xml><ToUserName>" + to.String() + "</ToUserName><Encrypt><![CDATA[" + m.encrypt + "]]></Encrypt><AgentID></AgentID></xml>"
	}
	target, _, _ = strings.Cut(target, "#")
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	q := url.Values{"msg_signature": {m.signature}, "timestamp": {m.timestamp}, "nonce": {m.nonce}}
	return "curl " + shellQuote(target+separator+q.Encode()) + " -H " + shellQuote("Content-Type: "+contentType) + " --data-binary " + shellQuote(body)
}

// shellQuote makes one word of a text, for a POSIX shell.
func shellQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
