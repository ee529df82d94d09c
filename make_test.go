package wecom_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// makeTargets are the targets of the Makefile with what each needs first. All have a line of help.
func makeTargets(t *testing.T) map[string][]string {
	t.Helper()
	targets := map[string][]string{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z]+):([a-z ]*)(## \S.*)?$`).FindAllStringSubmatch(readFile(t, "Makefile"), -1) {
		assert.NotEmpty(t, m[3], "%s has no help: write \"## \" and what it does", m[1])
		targets[m[1]] = strings.Fields(m[2])
	}
	require.Greater(t, len(targets), 10)
	return targets
}

// makeCommands are the targets that a file calls by "make".
func makeCommands(t *testing.T, name string) (called []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?m)(?:^|run: |"|`+"`"+`)make ([a-z]+)`).FindAllStringSubmatch(readFile(t, name), -1) {
		called = append(called, m[1])
	}
	require.NotEmpty(t, called, name)
	return called
}

// What CI, the pages and the script call is there, and "make check" leaves nothing out that CI does
// for each change.
func TestMakeTargets(t *testing.T) {
	t.Parallel()
	targets := makeTargets(t)
	for _, name := range []string{".github/workflows/ci.yml", ".ci/run", "CONTRIBUTING.md", "Makefile"} {
		for _, target := range makeCommands(t, name) {
			assert.Contains(t, targets, target, name)
		}
	}
	notEachTime := []string{"servers", "fuzz", "race", "check"}
	for _, target := range append(makeCommands(t, ".github/workflows/ci.yml"), makeCommands(t, ".ci/run")...) {
		if !slices.Contains(notEachTime, target) {
			assert.Contains(t, targets["check"], target, "make check")
		}
	}
	assert.Contains(t, regexp.MustCompile(`(?m)^\.PHONY:(.*)$`).FindString(readFile(t, "Makefile")), " help ")
}

// Each nested module is in one of the lists of the Makefile, which tests and lints what is in them.
func TestNestedModulesAreTested(t *testing.T) {
	t.Parallel()
	var listed, there []string
	for _, m := range regexp.MustCompile(`(?m)^[A-Z]+\s*:=(.*)$`).FindAllStringSubmatch(readFile(t, "Makefile"), -1) {
		listed = append(listed, strings.Fields(m[1])...)
	}
	require.NoError(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "testdata" {
			return fs.SkipDir
		}
		if err == nil && d.Name() == "go.mod" && name != "go.mod" {
			there = append(there, filepath.ToSlash(filepath.Dir(name)))
		}
		return err
	}))
	assert.Subset(t, listed, there, "add it to MODULES, SLOW or BROWSER")
	for _, dir := range there {
		mod := readFile(t, filepath.Join(dir, "go.mod"))
		if strings.Contains(mod, module+" v") {
			assert.Contains(t, mod, "replace "+module+" => ", "%s: a checkout must build without tags", dir)
		}
	}
}
