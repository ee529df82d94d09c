package main

import (
	"encoding/base64"
	"strings"

	"github.com/gothird/wecom/internal/wexml"
)

func decryptCommand() *command {
	return &command{
		name:  "decrypt",
		title: text{"show what is in one message", "解密一条消息"},
		usage: []string{"[-url URL] [FILE]"},
		about: text{`Reads the body of a push, the XML or JSON of a passive reply, or the bare ciphertext, from FILE
or the standard input, and prints the message. Whom it is for goes to the standard error. The
signature is checked if the message has one, or if the URL that it came with is given. Tickets
and codes in it are masked.`,
			`从文件或标准输入读取推送的 body、被动回复（XML 或 JSON）或密文本身，输出明文；
receiveid 输出到标准错误。消息自带签名，或用 -url 给出了请求 URL 时，会校验签名。
其中的 suite_ticket、授权码等会被隐去。`},
		options: []option{
			{"url", "URL", text{"URL of the push, with its signature; that of a URL check is enough by itself", "带签名的请求 URL；若是 URL 验证请求，只需此项"}},
			{"reveal", "", text{"show tickets and codes too", "同时显示票据与授权码"}},
		},
		settings: []string{setToken, setKey},
		examples: []string{
			"wecom decrypt body.xml",
			"wecom decrypt -url 'http://localhost/wecom?msg_signature=…&timestamp=…&nonce=…' body.xml",
			"pbpaste | wecom decrypt -reveal",
		},
		run: decrypt,
	}
}

// sealed is an encrypted message with what signs it, where it is known.
type sealed struct{ signature, timestamp, nonce, encrypt string }

func decrypt(s *session) error {
	p, err := s.pair()
	if err != nil {
		return err
	}
	m, err := s.readSealed()
	if err != nil {
		return err
	}
	switch {
	case m.signature == "":
		s.note(text{"The signature was not checked: none was given.", "未校验签名：没有给出签名。"})
	case !p.cipher.Verify(m.signature, m.timestamp, m.nonce, m.encrypt):
		return s.bad(text{"the signature does not fit: another Token, or the message or its URL was changed on the way. \"wecom explain\" looks closer",
			"签名不符：Token 不对，或消息、URL 在途中被改动。可用 wecom explain 进一步检查"})
	}
	message, receiveId, err := p.cipher.Decrypt(m.encrypt)
	if err != nil {
		return s.bad(text{"it cannot be decrypted: EncodingAESKey is that of another URL, or the message was cut off",
			"无法解密：EncodingAESKey 属于其他 URL，或消息不完整"})
	}
	s.note(text{"For %q.", "接收方（receiveid）：%q。"}, receiveId)
	if s.has("reveal") {
		s.print(string(message) + "\n")
		return nil
	}
	shown, masked := maskMessage(string(message))
	s.print(s.scrub(shown) + "\n")
	if len(masked) > 0 {
		s.note(text{"Masked: %s. -reveal shows them.", "已隐去：%s。用 -reveal 显示。"}, strings.Join(masked, ", "))
	}
	return nil
}

// readSealed reads a message from the URL, the file or the standard input.
func (s *session) readSealed() (m sealed, err error) {
	c := capture{url: s.value("url")}
	q := c.query()
	m = sealed{q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), q.Get("echostr")}
	if m.encrypt != "" && len(s.args) == 0 {
		return m, nil
	}
	data, err := s.input()
	if err != nil {
		return m, err
	}
	if m.encrypt = bareText(data); m.encrypt != "" {
		return m, nil
	}
	own, ok := envelope(data)
	if !ok {
		return m, s.wrong(text{"the input is no message: give <xml>…<Encrypt>…</Encrypt>…</xml>, {\"encrypt\": …}, or the text in Encrypt alone",
			"输入不是消息：请给出 <xml>…<Encrypt>…</Encrypt>…</xml>、{\"encrypt\": …}，或仅 Encrypt 中的密文"})
	}
	m.encrypt = own.encrypt
	if m.signature == "" {
		m = own
	}
	return m, nil
}

// bareText returns a text that is nothing but ciphertext; lines may be broken.
func bareText(data []byte) string {
	text := strings.Join(strings.Fields(string(data)), "")
	if _, err := base64.StdEncoding.DecodeString(text); err != nil {
		return ""
	}
	return text
}

// envelope reads the XML or JSON around a ciphertext.
func envelope(data []byte) (m sealed, ok bool) {
	for name, to := range map[string]*string{"Encrypt": &m.encrypt, "MsgSignature": &m.signature, "TimeStamp": &m.timestamp, "Nonce": &m.nonce} {
		value, err := wexml.Text(data, name)
		if err != nil {
			return sealed{}, false
		}
		*to = strings.TrimSpace(value)
	}
	return m, m.encrypt != ""
}
