package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// running is a sandbox that was started.
type running struct {
	base string // its address
	end  func() outcome
}

// sandbox runs the command until end is called, or the test ends.
func (e environment) sandbox(t *testing.T, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	var out, errs bytes.Buffer
	code := make(chan int, 1)
	go func() {
		args := append([]string{"sandbox", "-listen", "127.0.0.1:0"}, args...)
		n := run(ctx, args, func(name string) string { return e[name] }, strings.NewReader(""), io.MultiWriter(writer, &out), &errs)
		_ = writer.Close()
		code <- n
	}()
	lines := bufio.NewScanner(reader)
	require.True(t, lines.Scan(), "it has printed nothing")
	base := regexp.MustCompile(`http://\S+`).FindString(lines.Text())
	require.NotEmpty(t, base, lines.Text())
	var rest sync.WaitGroup
	rest.Go(func() { _, _ = io.Copy(io.Discard, reader) })
	end := sync.OnceValue(func() outcome {
		cancel()
		n := <-code
		rest.Wait()
		return outcome{n, out.String(), errs.String()}
	})
	t.Cleanup(func() { end() })
	return running{base, end}
}

// status asks the API for its status.
func (r running) status(t *testing.T) map[string]any {
	t.Helper()
	res, err := http.Get(r.base + "/api/v1/status")
	require.NoError(t, err)
	defer res.Body.Close()
	var out map[string]any
	require.NoError(t, json.NewDecoder(res.Body).Decode(&out))
	return out
}

// G: command/sandbox
func TestSandboxServesFakeAndAPI(t *testing.T) {
	t.Parallel()
	r := environment{}.sandbox(t, "-corps", "2", "-seed", "x")
	status := r.status(t)
	assert.Equal(t, r.base, status["base_url"])
	assert.EqualValues(t, 2, status["corps"])
	res, err := http.Post(r.base+"/cgi-bin/service/get_provider_token", "application/json", strings.NewReader(`{"corpid":"ww","provider_secret":"x"}`))
	require.NoError(t, err)
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	assert.Contains(t, string(body), `"errcode":40013`)
	o := r.end()
	assert.Equal(t, exitGood, o.code)
	assert.Contains(t, o.out, "export WECOM_BASE_URL='"+r.base+"'")
	assert.Contains(t, o.out, "export WECOM_SUITE_SECRET='#")
	assert.Contains(t, o.out, r.base+"/api/v1/installs")
	assert.Contains(t, o.out, "open "+r.base+"/api in a browser")
	assert.Contains(t, o.err, "has ended")
	assert.NotContains(t, o.out, "Bearer", "only this machine reaches it")
	_, err = http.Get(r.base)
	assert.Error(t, err, "nobody listens any longer")
}

func TestExamplesOfSandboxWork(t *testing.T) {
	t.Parallel()
	for _, example := range sandboxCommand().examples {
		args := shellWords(strings.NewReplacer("sandbox.env", filepath.Join(t.TempDir(), "sandbox.env"), "sandbox.state", t.TempDir()).Replace(example))[2:]
		r := environment{}.sandbox(t, args...)
		assert.Equal(t, r.base, r.status(t)["base_url"], example)
		assert.Equal(t, exitGood, r.end().code, example)
	}
}

func TestSandboxTakesWhatIsConfigured(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "env")
	require.NoError(t, os.WriteFile(file, []byte("something old"), 0o644)) //nolint:gosec // that is the point
	env := configured().with("WECOM_SUITE_SECRET", "the-suite-secret", "WECOM_PROVIDER_SECRET", "the-provider-secret")
	r := env.sandbox(t, "-env-file", file, "-lang", "zh")
	o := r.end()
	assert.Contains(t, o.out, "下一步")
	assert.Contains(t, o.out, "原文已写入 "+file)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	for name, value := range env {
		if name != "WECOM_AUTH_CORP_ID" {
			assert.Contains(t, string(content), "export "+name+"='"+value+"'\n")
		}
	}
	for _, secret := range []string{testToken, testKey, "the-suite-secret", "the-provider-secret"} {
		assert.NotContains(t, o.out+o.err, secret)
	}
	if runtime.GOOS != "windows" {
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "nobody else reads it")
	}
	o = env.sandbox(t, "-reveal").end()
	assert.Contains(t, o.out, "export WECOM_SUITE_SECRET='the-suite-secret'")
	assert.NotContains(t, o.out, "marks")
}

// A callback URL that does not answer is told, and hinders nothing.
func TestSandboxWarnsOfCallbackURLs(t *testing.T) {
	t.Parallel()
	checked := make(chan struct{}, 10)
	bad := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("echostr") != "" {
			checked <- struct{}{}
		}
		_, _ = io.WriteString(w, "tea")
	}))
	r := environment{}.sandbox(t, "-suites", "1", "-templates", "1", "-tries", "1",
		"-url", "command="+bad+"/?secret=1", "-url", "2:data="+bad, "-url", "system=http://127.0.0.1:1/x")
	for range 2 { // the second is that of the last URL: all others have been judged
		<-checked
	}
	assert.NotZero(t, r.status(t)["now"], "it works")
	o := r.end()
	assert.Equal(t, exitGood, o.code)
	assert.Contains(t, o.err, "! The system URL http://127.0.0.1:1/x fails the check")
	assert.Contains(t, o.err, "! The command URL "+bad+"/ fails the check")
	assert.NotContains(t, o.err, "secret=1")
}

func TestSandboxDemandsATokenFromOthers(t *testing.T) {
	t.Parallel()
	r := environment{}.sandbox(t, "-listen", "0.0.0.0:0", "-host", "sandbox.test")
	res, err := http.Get(r.base + "/api/v1/status")
	require.NoError(t, err)
	_ = res.Body.Close()
	assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
	o := r.end()
	shown := regexp.MustCompile(`Bearer (\w{20,})`).FindStringSubmatch(o.out)
	require.NotNil(t, shown, o.out)
	assert.Equal(t, 1, strings.Count(o.out, shown[1]), "once")
}

func TestSandboxSaysWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for _, row := range []struct {
		env  environment
		args []string
		code int
		says string
	}{
		{environment{}, []string{"-listen", taken.Addr().String()}, exitBad, "another program listens on " + taken.Addr().String()},
		{environment{}, []string{"-listen", "nowhere"}, exitBad, "cannot listen on nowhere"},
		{environment{"WECOM_TOKEN": "abc", "WECOM_AES_KEY": testKey[1:]}, nil, exitUsage, "this has 42 bytes"},
		{environment{"WECOM_TOKEN": "abc"}, nil, exitUsage, "WECOM_AES_KEY is missing"},
		{environment{"WECOM_SUITE_SECRET": "with 'quote'"}, nil, exitUsage, "8 to 256 letters"},
		{environment{}, []string{"-suites", "0"}, exitUsage, "needs an app"},
		{environment{}, []string{"-corps", "x"}, exitUsage, "-corps is a number"},
		{environment{}, []string{"-tries", "-1"}, exitUsage, "-tries is a number"},
		{environment{}, []string{"-tries", "101"}, exitUsage, "at most 100"},
		{environment{}, []string{"-token-life", "long"}, exitUsage, "90s, 10m or 2h"},
		{environment{}, []string{"-url", "http://127.0.0.1"}, exitUsage, "command=http://"},
		{environment{}, []string{"-url", "2:data=http://127.0.0.1"}, exitUsage, "second app of 1"},
		{environment{}, []string{"-url", "other=http://127.0.0.1"}, exitUsage, "command, data or system"},
		{environment{}, []string{"-url", "data=127.0.0.1:9001"}, exitUsage, "http://localhost:8080/wecom"},
		{environment{}, []string{"x"}, exitUsage, "options only"},
		{environment{}, []string{"-listen", "127.0.0.1:0", "-env-file", filepath.Join(t.TempDir(), "no", "such")}, exitBad, "cannot be written"},
	} {
		o := row.env.wecom(t, "", append([]string{"sandbox"}, row.args...)...)
		assert.Equal(t, row.code, o.code, row.args)
		assert.Contains(t, o.err, row.says, row.args)
		zh := row.env.wecom(t, "", append([]string{"sandbox", "-lang", "zh"}, row.args...)...)
		assert.Regexp(t, `(?m)^wecom sandbox: .*\p{Han}`, zh.err, row.args)
	}
}

// examples/curl.sh does the main job with sh, curl and sed alone, and starts and ends the sandbox.
// G: sandbox/curl
func TestCurlAloneDoesTheMainJob(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "curl", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Logf("there is no %s here: nothing to run", tool)
			return
		}
	}
	self, err := os.Executable()
	require.NoError(t, err)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	for _, where := range []string{"LISTEN=" + address, "SANDBOX=" + environment{}.sandbox(t).base} {
		cmd := exec.CommandContext(t.Context(), "sh", filepath.Join("..", "..", "examples", "curl.sh"))
		cmd.Env = append(os.Environ(), asCommand+"=1", "WECOM="+self, where)
		cmd.WaitDelay = 10 * time.Second
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		assert.Contains(t, string(out), "inbox: Hello from curl\n")
	}
	_, err = http.Get("http://" + address)
	assert.Error(t, err, "the script has ended what it had started")
}
