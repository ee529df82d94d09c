package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The value of an option that does not matter is never taken for the URL or the body.
func TestValuesOfOtherOptionsOfCurl(t *testing.T) {
	t.Parallel()
	const u = "https://app.example/wecom?msg_signature=1"
	for _, name := range strings.Fields(longWithValue) {
		for _, command := range []string{
			"curl " + name + " 'https://other.example/?msg_signature=0' '" + u + "'",
			"curl " + name + "='https://other.example/?msg_signature=0' '" + u + "'",
			"curl '" + u + "' " + name + " https://other.example/",
		} {
			c, ok := readCurl(command, noFile)
			require.True(t, ok, command)
			assert.Equal(t, u, c.url, command)
			assert.Empty(t, c.body, command)
		}
	}
	for _, letter := range shortWithValue {
		for _, command := range []string{
			"curl -" + string(letter) + " 'https://other.example/?msg_signature=0' '" + u + "'",
			"curl -s" + string(letter) + "https://other.example/?msg_signature=0 '" + u + "'",
		} {
			c, ok := readCurl(command, noFile)
			require.True(t, ok, command)
			assert.Equal(t, u, c.url, command)
		}
	}
}

// As browsers and proxies copy a request.
func TestCurlAsCopied(t *testing.T) {
	t.Parallel()
	chrome := `curl 'https://app.example/wecom?msg_signature=1&timestamp=2&nonce=3' \
  -H 'accept: */*' \
  -H 'content-type: text/xml' \
  --data-raw $'<xml><Encrypt>a\u002bb</Encrypt></xml>' \
  --compressed ;
curl 'https://another.example/'`
	firefox := `curl 'https://app.example/wecom?msg_signature=1&timestamp=2&nonce=3' -X POST -H 'User-Agent: Mozilla/5.0 (X11; Linux)' --data-raw '<xml><Encrypt>a+b</Encrypt></xml>'`
	postman := `curl --location --request POST "https://app.example/wecom?msg_signature=1&timestamp=2&nonce=3" --header "Content-Type: text/xml" --data "<xml><Encrypt>a+b</Encrypt></xml>"`
	charles := `curl -H "Host: app.example" -H "Content-Type: text/xml" --data-binary "<xml><Encrypt>a+b</Encrypt></xml>" --compressed "https://app.example/wecom?msg_signature=1&timestamp=2&nonce=3"`
	for name, command := range map[string]string{"Chrome": chrome, "Firefox": firefox, "Postman": postman, "Charles": charles, "lines of Windows": strings.ReplaceAll(chrome, "\n", "\r\n")} {
		c, ok := readCapture([]byte(command), noFile)
		require.True(t, ok, name)
		assert.Equal(t, "POST", c.method, name)
		assert.Equal(t, "3", c.query().Get("nonce"), name)
		assert.Equal(t, "<xml><Encrypt>a+b</Encrypt></xml>", string(c.body), name)
	}
}
