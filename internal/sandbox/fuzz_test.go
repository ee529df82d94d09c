package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever is sent, the answer is JSON without a secret, and never the sandbox's own failure.
func FuzzBodies(f *testing.F) {
	for i, body := range []string{`{}`, `{"name":"x","members":3}`, `{"corp_id":"x","suite_id":"y"}`, `{"add":"1h"}`, `{"kind":"text","set":{"Content":"]]>"}}`,
		`{"mark":"#8f3a12cd"}`, `{"errcode":1,"times":9223372036854775807}`, `[1,2]`, `{"people":[{"name":"\ud800"}]}`, "\xff\xfe", `{"fen":1e400}`, `{"departments":null}`} {
		f.Add(i, body)
	}
	f.Fuzz(func(t *testing.T, n int, body string) {
		w, err := New(Config{Corps: 1, Apps: []App{{}, {Template: true}}})
		require.NoError(t, err)
		h := w.Handler(Access{})
		routes := Routes()
		x := routes[int(uint(n)%uint(len(routes)))]
		corp := w.engine.Corps()[0].Id
		path := strings.NewReplacer("{corp}", corp, "{suite}", w.cfg.Apps[0].SuiteId, "{id}", "1").Replace(x.Path)
		req := httptest.NewRequest(x.Method, strings.NewReplacer("{", "", "}", "").Replace(path), strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Host = "localhost"
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		assert.Less(t, rec.Code, 500, "%s %s: %s", x.Method, x.Path, rec.Body)
		assert.True(t, json.Valid(rec.Body.Bytes()), "%s", rec.Body)
		if rec.Code == http.StatusOK && strings.HasSuffix(x.Path, "/reveal") {
			return
		}
		for _, secret := range w.engine.Secrets() {
			require.NotContains(t, rec.Body.String(), secret)
		}
	})
}
