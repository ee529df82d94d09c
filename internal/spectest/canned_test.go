package spectest

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCanned(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: Canned(func(path string, body []byte) string {
		if path == "/cut" {
			return ""
		}
		return path + string(body)
	})}
	get := func(path string) string {
		resp, err := client.Post("https://wecom.test"+path, "application/json", strings.NewReader("{}"))
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return string(body)
	}
	assert.Equal(t, "/x{}", get("/x"))
	assert.Contains(t, get("/cgi-bin/service/get_suite_token"), "TOKEN-suite")
	_, err := client.Post("https://wecom.test/cut", "application/json", nil)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
