package main

import (
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the command prints to testdata")

// changing is what differs from run to run.
var changing = regexp.MustCompile(`127\.0\.0\.1:\d+|\b(\d+h\d+m)?\d+(\.\d+)?(ms|µs|s)\b|\d{10,}|<MsgId>\d+`)

// The most important outputs as a person sees them, in both languages: read the files after a
// change, which go test -update writes.
// G: command/languages
func TestOutputs(t *testing.T) {
	t.Parallel()
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body := http.StatusOK, r.URL.Query().Get("body")
		switch body {
		case "echo":
			text, _, _ := cipher(t).Decrypt(r.URL.Query().Get("echostr"))
			body = string(text)
		case "forbidden":
			status, body = http.StatusForbidden, ""
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	push := caught{payload: notice(testSuite, "change_contact", "<AuthCorpId>wp1</AuthCorpId><ChangeType>create_user</ChangeType>"), receive: testSuite}
	old, another := push, push
	old.age, another.receive = 49*time.Hour, "dk0000templ00001"
	another.payload = notice("dk0000templ00001", "suite_ticket", "<SuiteTicket>x</SuiteTicket>")
	for name, row := range map[string]struct {
		stdin string
		args  []string
	}{
		"overview":        {"", []string{"help"}},
		"help-push":       {"", []string{"help", "push"}},
		"explain-good":    {push.text(t), []string{"explain"}},
		"explain-old":     {old.text(t), []string{"explain"}},
		"explain-another": {another.text(t), []string{"explain"}},
		"explain-wrong":   {"hello", []string{"explain"}},
		"push-good":       {"", []string{"push", "change_contact.create_user", url + "?body=success", "UserID=lin"}},
		"push-body":       {"", []string{"push", "change_auth", url + "?body=ok"}},
		"push-forbidden":  {"", []string{"push", "enter_agent", url + "?body=forbidden"}},
		"check-good":      {"", []string{"push", "-check", url + "?body=echo"}},
		"check-body":      {"", []string{"push", "-check", url + "?body=success"}},
		"decrypt":         {sealedReply(t, "<xml><AuthCode>the-code</AuthCode></xml>"), []string{"decrypt"}},
	} {
		for _, language := range []string{"en", "zh"} {
			o := configured().wecom(t, row.stdin, append(row.args, "-lang", language)...)
			got := changing.ReplaceAllString(o.out+"--\n"+o.err, "…")
			golden := filepath.Join("testdata", name+"."+language+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got, golden)
		}
	}
}

// sealedReply is a message that encrypt has made.
func sealedReply(t *testing.T, message string) string {
	t.Helper()
	o := configured().wecom(t, message, "encrypt", "-receive", testSuite)
	require.Zero(t, o.code, o.err)
	return o.out
}
