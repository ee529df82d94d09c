package main

import (
	"strings"

	"github.com/gothird/wecom/internal/wecrypt"
)

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// pair is a Token and EncodingAESKey of a callback URL.
type pair struct {
	token, key string
	cipher     *wecrypt.Cipher
}

// pair reads the configured pair. What cannot be one is said without showing it.
func (s *session) pair() (pair, error) {
	values, err := s.load([]string{setToken, setKey})
	if err != nil {
		return pair{}, err
	}
	p := pair{token: values[setToken], key: values[setKey]}
	if n := len(p.token); n > 32 || strings.Trim(p.token, alphanumeric) != "" {
		return pair{}, s.wrong(text{"WECOM_TOKEN is no Token of a callback URL: that has 1 to 32 letters or digits and nothing else, this has %d bytes. Copy it again from the console",
			"WECOM_TOKEN 不是回调 URL 的 Token:Token 只含 1 到 32 个字母或数字，而它有 %d 字节。请从后台重新复制"}, n)
	}
	if p.cipher, err = wecrypt.New(p.token, p.key); err != nil {
		return pair{}, s.wrong(text{"WECOM_AES_KEY is no EncodingAESKey: that has 43 letters or digits and nothing else, this has %d bytes. Copy it again from the console",
			"WECOM_AES_KEY 不是 EncodingAESKey：它应当恰好是 43 个字母或数字，而现在有 %d 字节。请从后台重新复制"}, len(p.key))
	}
	return p, nil
}
