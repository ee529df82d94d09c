// Package corptest is what the tests of the corp packages share: an Api that is bound to a
// customer's corp, and the rows that prove its endpoints.
package corptest

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/internal/testworld"
	"github.com/gothird/wecom/token"
)

// AgentId is the app's id in the corp that the Api is bound to.
const AgentId = 1000012

// NewApi makes an Api that is bound to an installed corp and sends through rt.
func NewApi(ctx context.Context, rt http.RoundTripper) *token.Api {
	api := testworld.Api(context.Background(), rt)
	in := token.Installation{CorpId: testworld.Corp, PermanentCode: "demo-permanent-code-1", AgentId: AgentId}
	if err := api.SetInstallation(in); err != nil {
		panic(err) // the store is new
	}
	return api.WithContext(ctx)
}

// Canned makes an Api whose WeCom answers what answer says, see [spectest.Canned].
func Canned(answer func(path string, body []byte) string) *token.Api {
	return NewApi(context.Background(), spectest.Canned(answer))
}

// Script makes an Api whose WeCom gives one answer after the other. Asked lists the
// requests: path, a blank, and the body. Requests beyond the last answer fail the test.
func Script(t testing.TB, answers ...string) (api *token.Api, asked func() []string) {
	var mu sync.Mutex
	var got []string
	api = Canned(func(path string, body []byte) string {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, path+" "+string(body))
		if len(got) > len(answers) {
			t.Errorf("request %d to %s was not expected: %s", len(got), path, body)
			return `{"errcode":-3}`
		}
		return answers[len(got)-1]
	})
	return api, func() []string { mu.Lock(); defer mu.Unlock(); return got }
}

// Row is a row of [spectest.Run].
type Row = spectest.Row[*token.Api]

// Rows makes a row for each sample request of an endpoint, which call gets as a T.
func Rows[T any](name, endpoint string, call func(api *token.Api, sample T) (any, error)) (rows []Row) {
	for i := range spectest.Samples(endpoint) {
		rows = append(rows, Row{Go: name, Endpoint: endpoint, Sample: i, Call: func(api *token.Api) (any, error) {
			return call(api, spectest.Request[T](endpoint, i))
		}, Over: func(api *token.Api, sample []byte) (any, error) { return call(api, spectest.Read[T](endpoint, sample)) }})
	}
	return rows
}

// Walk is a walk of [spectest.Walks].
type Walk = spectest.Walk[*token.Api]

// Run proves the package in the present folder by rows and walks: its endpoints, and that
// each function that calls one has a row, and a walk if it walks pages.
func Run(t *testing.T, rows []Row, walks ...Walk) {
	t.Helper()
	spectest.Run(t, NewApi, rows)
	spectest.Walks(t, NewApi, walks)
	spectest.Unlisted(t, ".", rows, walks...)
}
