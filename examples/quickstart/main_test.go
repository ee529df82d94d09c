package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/wecomtest"
)

// G: module/readme
func TestWalk(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // the race detector is slow
	defer cancel()
	var out bytes.Buffer
	require.NoError(t, walk(ctx, &out), "%s", &out)
	text := out.String()
	assert.Len(t, regexp.MustCompile(`(?m)^ ?\d+  `).FindAllString(text, -1), 15)
	assert.Len(t, regexp.MustCompile(`(?m)^ +← POST /wecom/(app|system): \w+`).FindAllString(text, -1), 6, "each push is told")
	assert.Contains(t, text, "All steps done")
	same := wecomtest.New(t) // as the one of the walk
	cfg, app := same.Config(), same.URL(same.Api(), callback.App)
	for _, secret := range []string{cfg.ProviderSecret, cfg.SuiteSecret, app.Token, app.EncodingAESKey} {
		assert.NotContains(t, text, secret)
	}
	require.Contains(t, text, cfg.SuiteId)
	assert.NotRegexp(t, `[0-9a-f]{40}`, text, "tokens and codes of the fake are long")
	assert.NotContains(t, text, "      !", "no handler reported an error")
}

// What goes wrong is said, and ends the walk.
// G: module/readme
func TestWalkFails(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, walk(ctx, io.Discard), context.Canceled)
	require.ErrorIs(t, walk(t.Context(), fullDisk{}), errFull)
	require.ErrorContains(t, want("apples", 1, 2), "apples: got 1, want 2")
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
