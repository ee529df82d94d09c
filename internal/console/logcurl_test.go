package console

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/sandbox"
)

func rowOfCall(method, path, body string, query map[string][]string) logRow {
	return logRow{Call: true, Request: &sandbox.Request{Method: method, Path: path, Body: body, Query: query}}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	debug := map[string][]string{"debug": {"1 2"}}
	for want, x := range map[string]logRow{
		`"http://x/cgi-bin/a?debug=1+2" -H 'Content-Type: application/json' -d '{"a":"it'\''s"}'`: rowOfCall("POST", "/cgi-bin/a", `{"a":"it's"}`, debug),
		`"http://x/cgi-bin/a?debug=1+2" -X POST`:                                                  rowOfCall("POST", "/cgi-bin/a", "", debug),
		`"http://x/cgi-bin/a?debug=1+2"`:                                                          rowOfCall("GET", "/cgi-bin/a", "", debug),
		`"http://x/cgi-bin/a" -H 'Content-Type: application/json' -d '{}' -X GET`:                 rowOfCall("GET", "/cgi-bin/a", "{}", nil),
		`"http://x/cgi-bin/a?access_token=$ACCESS_TOKEN"`:                                         rowOfCall("GET", "/cgi-bin/a", "", map[string][]string{"access_token": {"#8f3a12cd"}}),
		`"http://x/cgi-bin/a?%24%28id%29=%238f3a12cd"`:                                            rowOfCall("GET", "/cgi-bin/a", "", map[string][]string{"$(id)": {"#8f3a12cd"}}),
	} {
		assert.Equal(t, "curl -sS "+want, curl("http://x", x))
	}
	for _, path := range []string{"/cgi-bin/$(reboot)", "/cgi-bin/`x`", `/cgi-bin/"`, "/other", "/cgi-bin/a!b", "/cgi-bin/a\n", `/cgi-bin/\`, "/cgi-bin/"} {
		assert.Empty(t, curl("http://x", rowOfCall("GET", path, "", nil)), path)
	}
	assert.Empty(t, curl("http://x", rowOfCall("`id`", "/cgi-bin/a", "", nil)), "HTTP allows such methods")
}

// What is copied from the log runs curl and nothing else, whatever a call has been like.
func FuzzCurl(f *testing.F) {
	if runtime.GOOS == "windows" {
		return // where there is no such shell
	}
	bin := f.TempDir()
	require.NoError(f, os.WriteFile(filepath.Join(bin, "curl"), []byte("#!/bin/sh\nfor a; do printf '<%s>' \"$a\"; done\n"), 0o700))
	for _, x := range []string{"$(touch pwned)", "`touch pwned`", `";touch pwned;"`, "'", "'; touch pwned; '", "\n", "a", `\`, "a&b"} {
		f.Add("GET", x, x, x)
		f.Add("POST", x, "#8f3a12cd", "{}")
		f.Add(x, "a", "b", "")
	}
	f.Fuzz(func(t *testing.T, method, name, value, body string) {
		if strings.ContainsRune(body, 0) {
			return // which is no JSON, and in no command
		}
		line := curl("http://x", rowOfCall(method, "/cgi-bin/a", body, map[string][]string{name: {value}}))
		if line == "" {
			assert.NotContains(t, usualCalls, method)
			return
		}
		dir := t.TempDir()
		cmd := exec.Command("/bin/sh", "-c", line)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + bin}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, out)
		assert.True(t, strings.HasPrefix(string(out), "<-sS><http://x/cgi-bin/a?"), "%s", out)
		if body != "" {
			assert.Contains(t, string(out), "<-d><"+body+">")
		}
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Empty(t, left, line)
	})
}
