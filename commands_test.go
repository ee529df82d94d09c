package wecom_test

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A command that a page shows names targets, folders and flags that are there.
// G: module/pages
func TestCommandsInPages(t *testing.T) {
	t.Parallel()
	shown, targets, flags := regexp.MustCompile("(?m)(?:^|`)((?:make|go) [^`\n]+)"), makeTargets(t), flagsOfCommand(t)
	checked := 0
	for _, p := range pages(t) {
		for _, m := range shown.FindAllStringSubmatch(readFile(t, p.name), -1) {
			words := strings.Fields(m[1])
			if words[0] == "make" {
				checked++
				assert.Contains(t, targets, words[1], "%s: %s", p.name, m[1])
				continue
			}
			checked += checkGo(t, p.name, words, flags)
		}
	}
	require.Greater(t, checked, 20)
}

// checkGo checks a command of Go, and returns how many words it could check.
func checkGo(t *testing.T, page string, words []string, flags string) (checked int) {
	t.Helper()
	dir := "."
	if words[1] == "-C" {
		dir = words[2]
		assert.True(t, exists(filepath.Join(dir, "go.mod")), "%s: %s", page, words)
		checked++
	}
	ofCommand := false
	for _, word := range words {
		name, _, _ := strings.Cut(strings.TrimSuffix(word, "/..."), "@")
		name, ours := strings.CutPrefix(name, module)
		if ours || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "github.com/") { // a package of ours
			checked++
			there := path.Join(dir, name)
			assert.True(t, exists(there), "%s: %s: %s is not there", page, words, word)
			ofCommand = ofCommand || there == "cmd/wecom"
		} else if ofCommand && strings.HasPrefix(word, "-") {
			checked++
			assert.Contains(t, flags, `{"`+word[1:]+`", "`, "%s: %s", page, words)
		}
	}
	return checked
}

// flagsOfCommand is the code that defines the flags of cmd/wecom.
func flagsOfCommand(t *testing.T) (code string) {
	t.Helper()
	for _, f := range goFiles(t) {
		if f.dir == "cmd/wecom" && !f.test {
			code += f.text
		}
	}
	require.NotEmpty(t, code)
	return code
}
