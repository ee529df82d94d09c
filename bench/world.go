package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gothird/wecom/token"
)

const (
	providerId = "ww7b2d90c4e15f38a6"
	suiteId    = "ww4f1e9a27c05bd863"
	corpId     = "wpSJ2GCAAAq1mZr8u0Xk5bT7yN3vHcQd"
)

// stub is a WeCom that costs next to nothing: it gives one answer, and a new token to whoever
// asks for one, after a while if it is told to.
type stub struct {
	answer  []byte
	latency time.Duration
	refusal []byte       // instead of a token
	tokens  atomic.Int64 // requests for one
	calls   atomic.Int64 // other requests
	judge   func(query string) []byte
}

// Lengths as WeCom's own have them.
const (
	tokenLen = 200
	codeLen  = 86
)

// RoundTrip implements [http.RoundTripper].
func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		req.Body.Close()
	}
	body := s.bodyFor(req)
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}, nil
}

func (s *stub) bodyFor(req *http.Request) []byte {
	switch {
	case strings.HasSuffix(req.URL.Path, "_token"):
		return s.token()
	case s.judge != nil:
		s.calls.Add(1)
		return s.judge(req.URL.RawQuery)
	}
	return s.answer
}

func (s *stub) token() []byte {
	n := s.tokens.Add(1)
	if s.latency != 0 {
		time.Sleep(s.latency)
	}
	if s.refusal != nil {
		return s.refusal
	}
	t := tokenText(n)
	return fmt.Appendf(nil, `{"errcode":0,"errmsg":"ok","provider_access_token":%q,"suite_access_token":%q,"access_token":%q,"expires_in":7200}`, t, t, t)
}

// tokenText is the token that a stub gives first, second, ….
func tokenText(n int64) string { return fmt.Sprintf("%0*d", tokenLen, n) }

// ServeHTTP is the same behind a socket.
func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	resp, err := s.RoundTrip(r)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_, _ = io.Copy(w, resp.Body)
}

// newApi is an Api of one provider and one suite with a ticket, without hooks.
func newApi(change func(*token.Config)) (*token.Api, error) {
	cfg := token.Config{
		CorpId: providerId, ProviderSecret: "bench-provider-secret", SuiteId: suiteId, SuiteSecret: "bench-suite-secret",
		Logger: slog.New(slog.DiscardHandler),
	}
	change(&cfg)
	api, err := token.New(cfg)
	if err != nil {
		return nil, err
	}
	return api, api.SetSuiteTicket("bench-ticket", time.Now())
}

func newStubApi(s *stub) (*token.Api, error) {
	return newApi(func(cfg *token.Config) { cfg.HTTPClient = &http.Client{Transport: s} })
}

// corpName gives the ids of the corps that install installs.
func corpName(i int) string { return fmt.Sprintf("wpBench%025d", i) }

// installed is an Api with the tokens of n corps, and the size of what that is. Without a
// Store it keeps all in memory, once more.
func installed(n int, store token.Store) (api *token.Api, bytes int, err error) {
	api, err = newApi(func(cfg *token.Config) { cfg.HTTPClient, cfg.Store = &http.Client{Transport: &stub{}}, store })
	if err != nil {
		return nil, 0, err
	}
	for i := range n {
		in := token.Installation{CorpId: corpName(i), CorpName: "深圳市河畔科技有限公司", PermanentCode: fmt.Sprintf("%0*d", codeLen, i)}
		v, err := install(api, in)
		if err != nil {
			return nil, 0, err
		}
		bytes += len(in.CorpId) + len(in.CorpName) + len(in.PermanentCode) + len(v)
	}
	return api, bytes, nil
}

func install(api *token.Api, in token.Installation) (accessToken string, err error) {
	if err := api.SetInstallation(in); err != nil {
		return "", err
	}
	v, err := api.WithCorp(in.CorpId).AccessToken(token.Corp)
	return v.AcsToken, err
}

var errOther = errors.New("bench: the two ways differ")
