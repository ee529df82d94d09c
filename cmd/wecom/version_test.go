package main

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, ask := range []string{"version", "-version", "--version"} {
		o := environment{}.wecom(t, "", ask)
		assert.Equal(t, exitGood, o.code, ask)
		assert.Regexp(t, `^wecom \S+ \(go\S+.*, `+runtime.GOOS+"/"+runtime.GOARCH+`\)\n$`, o.out, ask)
		assert.Empty(t, o.err, ask)
	}
	assert.Contains(t, environment{}.wecom(t, "", "help").out, "wecom version")
}
