package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asCommand makes the test binary the command itself.
const asCommand = "WECOM_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// As a process of its own, with a real environment, pipes and exit codes.
func TestProcess(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	url := serve(t, answering(http.StatusOK, "success"))
	bad := serve(t, answering(http.StatusOK, "hello"))
	for _, row := range []struct {
		args []string
		code int
		out  string
		err  string
	}{
		{[]string{"help"}, exitGood, "wecom explain", ""},
		{[]string{"push", "change_auth", url}, exitGood, "WeCom accepts the answer", ""},
		{[]string{"push", "change_auth", bad}, exitBad, "does not accept the answer", ""},
		{[]string{"push"}, exitUsage, "", "wecom push KIND URL"},
		{nil, exitUsage, "", "wecom explain"},
	} {
		cmd := exec.CommandContext(t.Context(), self, row.args...)
		cmd.Env = append(os.Environ(), asCommand+"=1", "LC_ALL=C", "WECOM_TOKEN="+testToken, "WECOM_AES_KEY="+testKey, "WECOM_SUITE_ID="+testSuite)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil {
			require.True(t, errors.As(err, &exit), "%v: %v", row.args, err)
		}
		assert.Equal(t, row.code, cmd.ProcessState.ExitCode(), row.args)
		assert.Contains(t, out.String(), row.out, row.args)
		assert.Contains(t, errs.String(), row.err, row.args)
	}
}

// Runs beside one another share nothing: no language, no secret, no option.
func TestRunsAreApart(t *testing.T) {
	t.Parallel()
	url := serve(t, answering(http.StatusOK, "success"))
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			suite := "wwsuite" + strconv.Itoa(i)
			env := configured().with("WECOM_SUITE_ID", suite, "WECOM_SUITE_SECRET", "wwsuite"+strconv.Itoa(i+1))
			want := "WeCom accepts the answer"
			if i%2 == 1 {
				env, want = env.with("LANG", "zh_CN.UTF-8"), "企业微信接受这个应答"
			}
			var out, errs bytes.Buffer
			code := run(t.Context(), []string{"push", "change_auth", url}, func(name string) string { return env[name] }, strings.NewReader(""), &out, &errs)
			assert.Zero(t, code)
			assert.Contains(t, out.String(), want)
			assert.Contains(t, out.String(), `"`+suite+`"`, "the secret of another run is not hidden here")
		})
	}
	all.Wait()
}
