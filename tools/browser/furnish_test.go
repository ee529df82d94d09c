package browser

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// post runs a route of the admin API, and puts its answer into out.
func (s *sandbox) post(t *testing.T, path string, in map[string]any, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	require.NoError(t, err)
	res, err := http.Post(s.base+"/api/v1"+path, "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	s.read(t, res, out)
}

// get is post for routes that only tell.
func (s *sandbox) get(t *testing.T, path string, out any) {
	t.Helper()
	res, err := http.Get(s.base + "/api/v1" + path)
	require.NoError(t, err)
	s.read(t, res, out)
}

func (s *sandbox) read(t *testing.T, res *http.Response, out any) {
	t.Helper()
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode, "%s", text)
	if out != nil {
		require.NoError(t, json.Unmarshal(text, out))
	}
}

// corp is one of a sandbox, as far as the tests need it.
type corp struct {
	CorpId  string `json:"corp_id"`
	Members []struct {
		UserId string `json:"user_id"`
	} `json:"members"`
}

// furnish lets an app and everybody around it do what fills the pages.
func (s *sandbox) furnish(t *testing.T) {
	t.Helper()
	a := startApp(t, s)
	s.post(t, "/urls", map[string]any{"command_url": a.server.URL + "/command", "data_url": a.server.URL + "/data", "system_url": a.server.URL + "/system"}, nil)
	for _, channel := range []string{"command", "data", "system"} {
		s.post(t, "/urls/check", map[string]any{"channel": channel}, nil)
	}
	var corp corp
	s.post(t, "/corps", map[string]any{"name": "杭州云杉电子商务有限公司"}, &corp)
	s.post(t, "/installs", map[string]any{"corp_id": corp.CorpId}, nil)
	order := s.unpaid(t)
	s.post(t, "/orders/"+order+"/pay", map[string]any{}, nil)
	s.message(t)
	s.people(t, corp)
}

// now is the clock of the sandbox.
func (s *sandbox) now(t *testing.T) time.Time {
	t.Helper()
	var status struct {
		Now time.Time `json:"now"`
	}
	s.get(t, "/status", &status)
	return status.Now
}
