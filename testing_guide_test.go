package wecom_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

const testingGuide = "docs/TESTING.md"

// What the guide shows is part of a test that runs, and the set-up stays short.
// G: module/testing-guide
func TestGuideIsTested(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	for _, pattern := range []string{"examples/tested/*_test.go", "wecomtest/*_test.go"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, names, pattern)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			code.WriteString(flat(string(text)))
		}
	}
	blocks := goBlocks(t, testingGuide)
	for _, b := range blocks {
		assert.Contains(t, code.String(), flat(b), "no test has this: write it as it stands there")
	}
	chinese := goBlocks(t, "docs/zh-CN/TESTING.md")
	require.Len(t, chinese, len(blocks))
	for i, b := range chinese {
		assert.Equal(t, tokensOf(t, blocks[i]), tokensOf(t, b), "the Chinese guide")
	}
	setUp := regexp.MustCompile(`(?m)^\t.+$`).FindAllString(blocks[0], -1)
	assert.LessOrEqual(t, len(setUp), 10, "lines of set-up")
}

// The guide lists the endpoints that have rules, no more and no less.
// G: wecomtest/samples
func TestGuideListsRules(t *testing.T) {
	t.Parallel()
	fake := fakewecom.New(platform.Options{})
	byTopic := map[string]map[string]bool{}
	for _, e := range spec.Endpoints() {
		if !fake.HasRules(e.Path) {
			continue
		}
		topic, name, nested := strings.Cut(strings.TrimPrefix(e.Path, "/cgi-bin/"), "/")
		if !nested {
			topic, name = "", topic
		}
		if byTopic[topic] == nil {
			byTopic[topic] = map[string]bool{}
		}
		byTopic[topic][name] = true
	}
	var want strings.Builder
	for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
		want.WriteString("- `" + strings.TrimSuffix("/cgi-bin/"+topic, "/") + "/`: ")
		want.WriteString("`" + strings.Join(slices.Sorted(maps.Keys(byTopic[topic])), "`, `") + "`\n")
	}
	require.Greater(t, len(byTopic), 5)
	guide, err := os.ReadFile(testingGuide)
	require.NoError(t, err)
	assert.True(t, strings.Contains(string(guide), "\n\n"+want.String()+"\n"), "%s: replace the list of endpoints with rules by this:\n%s", testingGuide, want.String())
}
