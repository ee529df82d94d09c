package main

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// post sends JSON to the API.
func (r running) post(t *testing.T, path, body string) {
	t.Helper()
	res, err := http.Post(r.base+"/api/v1"+path, "application/json", strings.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode, path)
}

// What is in the folder at the end is there at the next start, until it is begun anew.
// G: command/sandbox-state
func TestSandboxKeepsItsState(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	r := environment{}.sandbox(t, "-state", dir)
	r.post(t, "/corps", `{"name":"Harbour"}`)
	for lang, says := range map[string]string{"en": "another sandbox keeps its state in " + dir, "zh": "无法使用 -state 的目录"} {
		o := environment{}.wecom(t, "", "sandbox", "-state", dir, "-listen", "127.0.0.1:0", "-lang", lang)
		assert.Equal(t, exitBad, o.code)
		assert.Contains(t, o.err, says)
	}
	assert.Equal(t, exitGood, r.end().code)

	r = environment{}.sandbox(t, "-state", dir)
	assert.EqualValues(t, 2, r.status(t)["corps"])
	r.post(t, "/reset", `{}`)
	assert.EqualValues(t, 1, r.status(t)["corps"])
	if runtime.GOOS == "windows" {
		return // nobody can remove the folder
	}
	require.NoError(t, os.RemoveAll(dir))
	o := r.end()
	assert.Equal(t, exitBad, o.code, "there is no folder any longer")
	assert.Contains(t, o.err, "could not be saved at the end")
	assert.NotContains(t, o.err, "has ended")
}

func TestSandboxRefusesAStateOfAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Equal(t, exitGood, environment{}.sandbox(t, "-state", dir, "-seed", "a").end().code)
	file := filepath.Join(dir, "sandbox.state")
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, args := range [][]string{{"-seed", "b"}, {"-seed", "a", "-suites", "2"}, {"-seed", "a", "-corp-id", "wwother"}} {
		o := environment{}.wecom(t, "", append([]string{"sandbox", "-listen", "127.0.0.1:0", "-state", dir}, args...)...)
		assert.Equal(t, exitBad, o.code, args)
		assert.Contains(t, o.err, "start with the same, or give another folder", args)
	}
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	require.Equal(t, exitGood, environment{}.sandbox(t, "-state", dir, "-seed", "a").end().code)
}
