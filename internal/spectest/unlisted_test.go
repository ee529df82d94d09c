package spectest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEndpointsAreFoundInSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, src := range map[string]string{
		"a.go": `package p
import ("github.com/gothird/wecom/token"; "github.com/gothird/wecom/other")
func Direct(api *token.Api) (*int, error) { return token.Call[int](api, token.Endpoint{}, nil) }
func Through(api *token.Api) error { return helper[int](api) }
func ByValue(api *token.Api) error { return run(api.Do) }
func Deeper(api *token.Api) error { return new(walk).step(api) }
func Harmless() string { return "token.Call" }
func Elsewhere(api *token.Api) error { return other.Call(api) }
func (w *walk) Next(api *token.Api) error { return w.step(api) }`,
		"b.go": `package p
func helper[T any](api *token.Api) error { return api.Do(nil) }
func run(any) error { return nil }
type walk struct{}
func (w *walk) step(api *token.Api) error { return helper[int](api) }
func (w *walk) Len() int { return 0 }`,
		"a_test.go": `package p
func InTest(api any) { Direct(api) }`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600))
	}
	found, err := Endpoints(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{"ByValue", "Deeper", "Direct", "Through"}, found)
	all, err := Endpoints(dir, "other.Call")
	require.NoError(t, err)
	assert.Equal(t, []string{"ByValue", "Deeper", "Direct", "Elsewhere", "Through"}, all)

	listed := []Row[client]{{Go: "ByValue"}, {Go: "Deeper"}, {Go: "Direct"}, {Go: "Gone"}}
	assert.Equal(t, []string{
		"Through calls an endpoint and has no row",
		"the row Gone has no function that calls an endpoint",
	}, unlisted(found, listed))
}
