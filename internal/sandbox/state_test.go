package sandbox

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keptIn makes a folder with a state, and returns its file.
func keptIn(t testing.TB, dir string, c Config) (path string, content []byte) {
	t.Helper()
	c.State = dir
	w, err := New(c)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	path = filepath.Join(dir, stateFile)
	content, err = os.ReadFile(path)
	require.NoError(t, err)
	return path, content
}

// Whatever is in the way of a state is told, with what to do, and the file stays as it is.
// G: sandbox/state-refused
func TestStateThatCannotBeUsedStays(t *testing.T) {
	t.Parallel()
	head := func(old, other string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(other), 1) }
	}
	same := func(b []byte) []byte { return b }
	for name, row := range map[string]struct {
		spoil func([]byte) []byte
		with  Config
		says  []string
	}{
		"empty":     {func([]byte) []byte { return []byte{} }, Config{}, []string{"broken", "move it away"}},
		"cut":       {func(b []byte) []byte { return b[:len(b)-1] }, Config{}, []string{"broken"}},
		"other bit": {func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, Config{}, []string{"broken"}},
		"no head":   {head(`{"format":1`, `{"format":0`), Config{}, []string{"broken"}},
		"newer":     {head(`{"format":1`, `{"format":2`), Config{}, []string{"newer version of wecom", "format 2"}},
		"seed":      {same, Config{Seed: "b", CorpId: "ww1"}, []string{`the seed "a", not "b"`, "another folder"}},
		"provider":  {same, Config{Seed: "a", CorpId: "wwother"}, []string{`the provider "ww1", not "wwother"`}},
		"apps":      {same, Config{Seed: "a", CorpId: "ww1", Apps: []App{{}, {}}}, []string{"the apps"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path, content := keptIn(t, dir, Config{Seed: "a", CorpId: "ww1"})
			content = row.spoil(content)
			require.NoError(t, os.WriteFile(path, content, 0o600))
			if row.with.Seed == "" {
				row.with = Config{Seed: "a", CorpId: "ww1"}
			}
			row.with.State = dir
			for range 2 { // the first has let go of the folder
				_, err := New(row.with)
				var state *StateError
				require.ErrorAs(t, err, &state)
				for _, says := range append(row.says, path) {
					assert.ErrorContains(t, err, says)
				}
			}
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, content, after)
		})
	}
}

// A state of another version, which is whole but has other fields.
func TestStateOfAnotherVersionIsToldApart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, content := keptIn(t, dir, Config{})
	_, state, _ := bytes.Cut(content, []byte("\n"))
	w, err := New(Config{})
	require.NoError(t, err)
	f := folder{dir: dir}
	f.held, err = tryHeld(dir)
	require.NoError(t, err)
	require.NoError(t, f.write(w.head(), bytes.Replace(state, []byte(`"providers"`), []byte(`"suppliers"`), 1)))
	f.held.Unlock()
	_, err = New(Config{State: dir})
	assert.ErrorContains(t, err, "of another version of wecom")
	assert.ErrorContains(t, err, path)
	for _, secret := range w.engine.Secrets() {
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestFolderOfStateIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := New(Config{State: dir})
	require.NoError(t, err)
	_, err = New(Config{State: dir})
	assert.ErrorContains(t, err, "another sandbox keeps its state in "+dir)
	require.NoError(t, w.Close())

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = New(Config{State: file})
	assert.ErrorContains(t, err, "the folder of the state cannot be used")

	dir = t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, stateFile), 0o700))
	_, err = New(Config{State: dir})
	assert.ErrorContains(t, err, "not a regular file")
}

// A lock that somebody has removed protects nothing: then nothing is written.
func TestStateIsNotWrittenWithoutItsLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := New(Config{State: dir})
	require.NoError(t, err)
	if runtime.GOOS == "windows" {
		require.NoError(t, w.Close())
		return // it lets nobody remove the file
	}
	require.NoError(t, os.Remove(filepath.Join(dir, stateLock)))
	assert.ErrorContains(t, w.Close(), "lock")
	assert.NoFileExists(t, filepath.Join(dir, stateFile))
}

// Whatever is in a file, it is an error or a world that works.
func FuzzState(f *testing.F) {
	w, err := New(Config{Corps: 1})
	require.NoError(f, err)
	state, err := w.state()
	require.NoError(f, err)
	f.Add(state)
	for _, text := range []string{"", "{}", `{"roots":[{}],"objects":[]}`, strings.Repeat("[", 20000), `{"roots":[1,2,3,4,5,6,7,8,9],"objects":[0]}`} {
		f.Add([]byte(text))
	}
	for _, change := range [][2]string{{`"corps":`, `"corps":9`}, {`[`, `[[`}, {`{`, `{"x":1,`}, {`"`, `'`}, {`:0`, `:-1`}, {`true`, `null`}} {
		f.Add([]byte(strings.Replace(string(state), change[0], change[1], 3)))
	}
	f.Fuzz(func(t *testing.T, state []byte) {
		_, _ = parseState(state, stateHead{})
		w, err := New(Config{})
		require.NoError(t, err)
		if w.load(state) == nil {
			_, err = w.state()
			assert.NoError(t, err)
		}
	})
}
