package main

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkURL is a good URL check.
func checkURL(t *testing.T) string {
	t.Helper()
	c := cipher(t)
	echo, err := c.Encrypt([]byte("1616140317555161061"), testProvider)
	require.NoError(t, err)
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	q := url.Values{"msg_signature": {c.Sign(timestamp, "nonce1", echo)}, "timestamp": {timestamp}, "nonce": {"nonce1"}, "echostr": {echo}}
	return "/wecom?" + q.Encode()
}

// The help promises a line of an access log.
func TestLinesOfAccessLogs(t *testing.T) {
	t.Parallel()
	target := checkURL(t)
	for _, line := range []string{
		`101.91.40.24 - - [27/Nov/2026:14:21:42 +0800] "GET ` + target + ` HTTP/1.1" 403 9 "-" "Mozilla/4.0"`,
		`GET ` + target + ` HTTP/1.1`,
		`"GET ` + target + ` HTTP/1.1" 403 9`,
		`2026-11-27T14:21:42Z 101.91.40.24 GET ` + target + ` 403 0.002`,
		`{"time":"2026-11-27","method":"GET","uri":"` + target + `","status":403}`,
		`2026-11-27 14:21:42 W3SVC1 10.0.0.1 GET ` + strings.Replace(target, "?", " ", 1) + ` 443 - 101.91.40.24 HTTP/1.1 - 403`,
		`101.91.40.24 GET ` + target + ` curl 7.88 403`,
		`app.example:443 101.91.40.24 - - [27/Nov/2026:14:21:42 +0800] "GET ` + target + ` HTTP/1.1" 403 9`,
	} {
		o := configured().wecom(t, line+"\n", "explain")
		assert.Contains(t, o.out, "Good: signature and encryption are right", "%s: %s", line, o.err)
	}
	o := configured().wecom(t, `101.91.40.24 - - [27/Nov/2026:14:21:42 +0800] "POST /wecom?msg_signature=a&timestamp=1&nonce=2 HTTP/1.1" 403 9`+"\n", "explain")
	assert.Equal(t, exitBad, o.code, o.err)
	assert.Contains(t, o.out, "a capture that cut it off", "a log has no bodies")
}

// What is no request is not taken for a query.
func TestNoRequest(t *testing.T) {
	t.Parallel()
	for _, input := range []string{"$ ls -l", "$", "# curl", "hello", "curl", "curl -v", "PS C:\\> dir"} {
		o := configured().wecom(t, input, "explain")
		assert.Equal(t, exitUsage, o.code, "%s: %s", input, o.out)
		assert.Contains(t, o.err, "no request is recognised", input)
	}
}

// curl commands as Windows has them.
func TestCurlCommandsOfWindows(t *testing.T) {
	t.Parallel()
	const u = "https://app.example/wecom?msg_signature=1&timestamp=2&nonce=100%25"
	const body = `<xml><Encrypt><![CDATA[a"b]]></Encrypt></xml>`
	want := capture{"POST", u, []byte(body)}
	for name, command := range map[string]string{
		"curl.exe":   `curl.exe -X POST "` + u + `" -d "` + strings.ReplaceAll(body, `"`, `\"`) + `"`,
		"a path":     `C:\Windows\System32\curl.exe "` + u + `" --data-raw '` + body + `'`,
		"prompt":     `C:\Users\lin>curl "` + u + `" --data-raw '` + body + `'`,
		"PowerShell": "PS C:\\> curl.exe '" + u + "' `\r\n  --data-raw '" + body + "'",
		"Chrome, cmd": "curl ^\"https://app.example/wecom?msg_signature=1^&timestamp=2^&nonce=100^%25^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n" +
			"  --data-raw ^\"^<xml^>^<Encrypt^>^<^![CDATA[a^\\^\"b]]^>^</Encrypt^>^</xml^>^\"",
		"line ends of cmd": "curl \"" + u + "\" ^\r\n  -H \"accept: */*\" ^\n  --data-raw \"" + strings.ReplaceAll(body, `"`, `\"`) + "\"\r\n",
	} {
		c, ok := readCapture([]byte(command), noFile)
		require.True(t, ok, name)
		assert.Equal(t, want.method+" "+want.url+" "+string(want.body), c.method+" "+c.url+" "+string(c.body), name)
	}
}

// PowerShell writes files in UTF-16.
func TestFilesOfPowerShell(t *testing.T) {
	t.Parallel()
	wide := func(text string, big bool) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			if big {
				b.Write([]byte{byte(u >> 8), byte(u)})
			} else {
				b.Write([]byte{byte(u), byte(u >> 8)})
			}
		}
		return b.String()
	}
	for _, big := range []bool{false, true} {
		env := configured().with("WECOM_TOKEN", "@"+file(t, wide(testToken+"\r\n", big)), "WECOM_AES_KEY", "@"+file(t, wide(testKey+"\r\n", big)))
		o := env.wecom(t, wide("https://app.example"+checkURL(t)+"\r\n", big), "explain")
		assert.Contains(t, o.out, "Good", o.err)
		assert.NotContains(t, o.out+o.err, testToken)
	}
}

// An element that is called lang is no option.
func TestAnArgumentCalledLang(t *testing.T) {
	t.Parallel()
	address := serve(t, answering(http.StatusOK, "success"))
	o := configured().wecom(t, "", "push", "text", address, "lang=zh")
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.err, "the sample has no such element")
}

// A secret at the place where a long answer is cut is hidden as well.
// G: command/secrets
func TestNoPartOfASecretIsPrinted(t *testing.T) {
	t.Parallel()
	for before := 360; before < 400; before += 3 {
		address := serve(t, answering(http.StatusOK, strings.Repeat("x", before)+testKey))
		for _, args := range [][]string{{"push", "-check", address}, {"push", "text", address}} {
			o := configured().wecom(t, "", args...)
			assert.NotContains(t, o.out+o.err, testKey[:6], "%d before it: %s", before, args)
		}
	}
}

// A URL check is made once, and so nothing is said of further tries.
func TestAFailedCheckIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://127.0.0.1:1/", serve(t, answering(http.StatusInternalServerError, "")), serve(t, answering(http.StatusForbidden, ""))} {
		o := configured().wecom(t, "", "push", "-check", address)
		assert.Equal(t, exitBad, o.code)
		assert.NotContains(t, o.out, "again")
		o = configured().wecom(t, "", "push", "text", address)
		assert.Contains(t, o.out, "again")
	}
}

// What another server answers says nothing of the credentials.
func TestAnAnswerOfAnotherServerIsNoRefusal(t *testing.T) {
	t.Parallel()
	env := allSecrets().with("WECOM_BASE_URL", serve(t, answering(http.StatusBadGateway, "<html>")))
	o := env.wecom(t, "", "verify")
	assert.Equal(t, exitBad, o.code)
	assert.Contains(t, o.out, "provider: not verified. The answer is not WeCom's")
	assert.NotContains(t, o.out, "refused")
}
