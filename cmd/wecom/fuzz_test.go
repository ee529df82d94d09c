package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Nothing that somebody pastes makes the command panic, or print a secret.
func FuzzExplain(f *testing.F) {
	for _, seed := range []string{
		"curl 'http://h/?msg_signature=1' -d '<xml/>'", "POST /x?timestamp=1\n\n<xml>", "https://h/?echostr=1", "{", "curl -G", "$ curl $'\\x", "<xml>",
	} {
		f.Add(seed)
	}
	env := configured()
	f.Fuzz(func(t *testing.T, input string) {
		var out, errs bytes.Buffer
		if strings.Contains(input, "@") {
			return // might name a file of this machine
		}
		code := run(t.Context(), []string{"explain"}, func(name string) string { return env[name] }, strings.NewReader(input), &out, &errs)
		assert.Contains(t, []int{exitBad, exitUsage}, code, "no one can sign by chance")
		assert.NotContains(t, out.String()+errs.String(), testKey)
	})
}

// What a shell was made to quote comes back as one word.
func FuzzShellWords(f *testing.F) {
	for _, seed := range []string{"a", "it's", "$'", `"\`, "中\n", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, word string) {
		assert.Equal(t, []string{"x", word, "y"}, shellWords("x "+shellQuote(word)+" y"))
		shellWords(word)
	})
}

// A captured body is read or refused, and never opened by chance.
func FuzzDecrypt(f *testing.F) {
	for _, seed := range []string{"<xml><Encrypt>a</Encrypt></xml>", `{"encrypt":"a"}`, "QUJD", "<xml", "{", ""} {
		f.Add([]byte(seed))
	}
	env := configured()
	f.Fuzz(func(t *testing.T, body []byte) {
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"decrypt", "-url", "?msg_signature=0&timestamp=1&nonce=2"}, func(name string) string { return env[name] },
			bytes.NewReader(body), &out, &errs)
		assert.Contains(t, []int{exitBad, exitUsage}, code)
		assert.Empty(t, out.String())
	})
}

// A secret that is anywhere in a message is hidden, in XML and JSON, also if it was cut off.
func FuzzMaskMessage(f *testing.F) {
	f.Add("<xml><A>1</A>", "</xml>")
	f.Add(`{"a":1,`, `}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "Qd7Zx9Kw"
		for _, element := range []string{"<AuthCode>" + secret + "</AuthCode>", "<SuiteTicket><![CDATA[" + secret + "]]></SuiteTicket>", `"AuthCode":"` + secret + `"`} {
			if strings.ContainsAny(before, `<"\`) || strings.Contains(after, secret) {
				continue // what may make it a part of something else
			}
			masked, names := maskMessage(before + element + after)
			assert.NotContains(t, masked, secret)
			assert.NotEmpty(t, names)
		}
	})
}
