package spectest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/paging"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// step asks for one page and returns the cursor of the next.
func step(c client, path, body string) (string, error) {
	r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, "https://wecom.test"+path+"?provider_access_token=TOKEN-provider-1", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := c.rt.RoundTrip(r)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	var page struct {
		Errcode    int
		NextCursor string `json:"next_cursor"`
	}
	if err := json.Unmarshal(text, &page); err != nil || page.Errcode != 0 {
		return "", &apiError{Code: page.Errcode}
	}
	return page.NextCursor, nil
}

const accountsPath = "/cgi-bin/license/list_actived_account"

// walkWith walks pages with requests that body makes of the cursor.
func walkWith(path string, body func(cursor string) string) func(client) error {
	return func(c client) error {
		cursor := "c1"
		for seen := map[string]bool{cursor: true}; cursor != ""; seen[cursor] = true {
			var err error
			if cursor, err = step(c, path, body(cursor)); err != nil {
				return err
			}
			if seen[cursor] {
				return fmt.Errorf("%w: %s", paging.ErrCursor, cursor)
			}
		}
		return nil
	}
}

func rightBodyOf(cursor string) string {
	return fmt.Sprintf(`{"corpid":"wp1","limit":7,"cursor":"%s"}`, cursor)
}

func walkOf(call func(client) error) Walk[client] {
	return Walk[client]{Go: "All", Endpoint: "license/list_actived_account", Call: call, Pages: []Page{
		{Request: rightBodyOf("c1"), Answer: `{"next_cursor":"c2"}`},
		{Request: rightBodyOf("c2"), Answer: `{}`},
	}}
}

func TestWalksAreProven(t *testing.T) {
	t.Parallel()
	right := walkOf(walkWith(accountsPath, rightBodyOf))
	assert.Empty(t, right.problems(t.Context(), newClient))
	assert.Empty(t, unsent([]Walk[client]{right}))
	for want, call := range map[string]func(client) error{
		"request 1 has": walkWith(accountsPath, func(cursor string) string { return strings.Replace(rightBodyOf(cursor), "7", "8", 1) }),
		"request 2 has": walkWith(accountsPath, func(cursor string) string {
			return strings.Replace(rightBodyOf(cursor), `"limit":7,"cursor":"c2"`, `"cursor":"c2"`, 1)
		}),
		"request 1 is no JSON":  walkWith(accountsPath, func(string) string { return "x" }),
		"request 1 is POST":     walkWith("/cgi-bin/other", rightBodyOf),
		"1 requests instead of": func(c client) error { _, err := step(c, accountsPath, rightBodyOf("c1")); return err },
		"the walk ends with 48002": func(c client) error {
			for range 2 {
				_, _ = step(c, accountsPath, rightBodyOf("c1"))
			}
			_, err := step(c, accountsPath, "{}")
			return err
		},
		"led back to the cursor that it began with, the walk makes 2": func(c client) error {
			next, _ := step(c, accountsPath, rightBodyOf("c1"))
			_, err := step(c, accountsPath, rightBodyOf(next))
			return err
		},
	} {
		found := strings.Join(walkOf(call).problems(t.Context(), newClient), "\n")
		assert.Contains(t, found, want)
	}
}

// What a table leaves open is named.
func TestWalksAreWhole(t *testing.T) {
	t.Parallel()
	walk := walkOf(walkWith(accountsPath, func(cursor string) string { return strings.Replace(rightBodyOf(cursor), "wp1", "7", 1) }))
	for i := range walk.Pages {
		walk.Pages[i].Request = strings.Replace(walk.Pages[i].Request, "wp1", "7", 1)
	}
	assert.Contains(t, strings.Join(walk.problems(t.Context(), newClient), "\n"), `limit = "7", which is empty or that of corpid too`)

	walk.Pages[0].Request, walk.Pages[1].Request = `{"corpid":"wp1"}`, `{"corpid":"wp1","cursor":"c2"}`
	walk.Except = Why{"corpid": "no", "gone": "no"}
	assert.Equal(t, []string{
		"no page of All sends limit", "All: the exception for corpid is not needed", "All: the exception for gone is not needed",
	}, unsent([]Walk[client]{walk}))
	walk.Pages = walk.Pages[:1]
	assert.Len(t, walk.problems(t.Context(), newClient), 1, "one page is no walk")
}

func TestWalkersNeedAWalk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte(`package p
import "iter"
func All[T any](x T) iter.Seq2[T, error] { return nil }
func Keys() iter.Seq[string] { return nil }
func hidden() iter.Seq[string] { return nil }
func Seq2() (int, error) { return 0, nil }
func None() {}`), 0o600))
	walkers, err := sequences(os.DirFS(dir))
	require.NoError(t, err)
	assert.Equal(t, []string{"All", "Keys", "hidden"}, walkers)
	found := []string{"All", "Keys", "Seq2"}
	walks := []Walk[client]{{Go: "Keys"}, {Go: "Seq2"}, {Go: "Gone"}}
	assert.Equal(t, []string{
		"the walk Seq2 has no function that walks pages", "the walk Gone has no function that walks pages",
		"All walks pages and has no Walk",
	}, unwalked(found, walkers, walks))
}
