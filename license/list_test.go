package license_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/license"
)

// G: endpoint/pages endpoint/cursor
func TestAllActivedWalksThePages(t *testing.T) {
	t.Parallel()
	pages := map[string]string{
		"":   `{"account_list":[{"userid":"a"},{"userid":"b"}],"has_more":1,"next_cursor":"c1"}`,
		"c1": `{"account_list":[],"has_more":1,"next_cursor":"c2"}`,
		"c2": `{"account_list":[{"userid":"c"}],"has_more":0,"next_cursor":"c3"}`,
	}
	answer := func(_ string, body []byte) string {
		var in license.Cursor
		require.NoError(t, json.Unmarshal(body, &in))
		assert.Equal(t, 1000, in.Limit)
		return pages[in.Cursor]
	}
	var users []string
	for a, err := range license.LICAllActived(testworld.Api(t.Context(), spectest.Canned(answer))) {
		require.NoError(t, err)
		users = append(users, a.UserId)
	}
	assert.Equal(t, []string{"a", "b", "c"}, users)

	pages["c2"] = `{"account_list":[{"userid":"c"}],"has_more":1,"next_cursor":"c1"}`
	require.ErrorIs(t, last(license.LICAllActived(testworld.Api(t.Context(), spectest.Canned(answer)))), paging.ErrCursor)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	count, lastErr := 0, error(nil)
	for _, err := range license.LICAllActived(testworld.Api(ctx, spectest.Canned(answer))) {
		cancel()
		if lastErr = err; err == nil {
			count++
		}
	}
	require.ErrorIs(t, lastErr, context.Canceled)
	assert.Equal(t, 2, count)
}

// A page that says more without saying where is no end of the list.
// G: endpoint/cursor
func TestAllActivedTellsALostCursor(t *testing.T) {
	t.Parallel()
	api := testworld.Api(t.Context(), spectest.Canned(func(string, []byte) string {
		return `{"account_list":[{"userid":"a"}],"has_more":1,"next_cursor":""}`
	}))
	n, lastErr := 0, error(nil)
	for _, err := range license.LICAllActived(api) {
		if lastErr = err; err == nil {
			n++
		}
	}
	assert.ErrorContains(t, lastErr, "gives no cursor")
	assert.Equal(t, 1, n)
}
