package token_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/heap"
	"github.com/gothird/wecom/token"
)

// zeros gives n bytes without holding them.
func zeros(n int64) io.Reader { return io.LimitReader(endless{}, n) }

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// An upload of 50 MB and a download of 50 MB, beyond what other answers may have, are held
// by nobody.
// G: request/bounded
func TestStreamsAreNotHeld(t *testing.T) {
	const size = 50 << 20
	var got int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/download" {
			_, _ = io.Copy(w, zeros(size))
			return
		}
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	used := heap.Peak(func() {
		up := &token.Upload{Field: "media", FileName: "x", Size: size, Open: func() (io.ReadCloser, error) { return io.NopCloser(zeros(size)), nil }}
		assert.NoError(t, api.Do(writeNone, up, nil))
	})
	assert.Greater(t, got, int64(size))
	assert.Less(t, used, int64(25<<20))
	var arrived int64
	used = heap.Peak(func() {
		assert.NoError(t, api.Do(token.Endpoint{Path: "/download", Credential: token.None}, nil, writer(func(p []byte) (int, error) {
			arrived += int64(len(p))
			return len(p), nil
		})))
	})
	assert.Equal(t, int64(size), arrived)
	assert.Less(t, used, int64(25<<20))
}

// A file that is not as long as was said, or can't be read, is a plain error: the form has
// no end, so that nothing was done.
// G: request/files
func TestUploadsThatBreakOff(t *testing.T) {
	t.Parallel()
	var whole atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && bytes.HasSuffix(body, []byte("--\r\n")) {
			whole.Add(1)
		}
		_, _ = io.WriteString(w, `{"errcode":0}`)
	}))
	defer server.Close()
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: server.URL})
	broken := errors.New("the disk is broken")
	for says, up := range map[string]*token.Upload{
		"shorter": {Size: 100_000, Open: opens("short")},
		"longer":  {Size: 2, Open: opens(strings.Repeat("long", 50_000))},
		"no file": {Size: 2, Open: func() (io.ReadCloser, error) { return nil, fmt.Errorf("no file: %w", broken) }},
		"disk":    {Size: 2, Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil }},
	} {
		for _, ep := range []token.Endpoint{writeNone, none} {
			opened := 0
			open := up.Open
			one := &token.Upload{Field: "media", FileName: "x.txt", Size: up.Size, Open: func() (io.ReadCloser, error) { opened++; return open() }}
			err := api.Do(ep, one, nil)
			require.ErrorContains(t, err, says)
			assert.NotErrorIs(t, err, token.ErrOutcomeUnknown)
			assert.Equal(t, 1, opened, "the same file would fail again")
			if says == "no file" || says == "disk" {
				assert.ErrorIs(t, err, broken)
			}
		}
	}
	assert.Zero(t, whole.Load())
}

// A replay after 42001 opens the file again and sends the same bytes; names arrive as they
// are.
// G: request/files
func TestUploadIsReplayed(t *testing.T) {
	t.Parallel()
	var bodies [][]byte
	var names []string
	closed := 0
	client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		answer := fmt.Sprintf(`{"provider_access_token":"upload-token-%d","expires_in":7200}`, len(bodies))
		if r.URL.Path != providerPath {
			assert.Equal(t, "file", r.URL.Query().Get("type"))
			body, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			require.NoError(t, r.Body.Close())
			assert.Len(t, body, int(r.ContentLength))
			bodies = append(bodies, body)
			_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			part, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).NextPart()
			require.NoError(t, err)
			names = append(names, part.FormName(), part.FileName())
			answer = `{"errcode":42001}`
			if len(bodies) == 2 {
				answer = `{"errcode":0}`
			}
		}
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(answer))}, nil
	})}
	api := newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: client})
	const name = `报价 "final" \1.csv`
	open := func() (io.ReadCloser, error) { return closing{strings.NewReader("a,b"), &closed}, nil }
	up := &token.Upload{Query: url.Values{"type": {"file"}}, Field: "media", FileName: name, Size: 3, Open: open}
	require.NoError(t, api.Do(token.Endpoint{Path: "/upload", Credential: token.Provider}, up, nil))
	require.Len(t, bodies, 2)
	assert.Equal(t, bodies[0], bodies[1])
	assert.Contains(t, string(bodies[0]), "报价", "raw, not encoded")
	assert.Equal(t, []string{"media", name, "media", name}, names)
	assert.Equal(t, 2, closed)
}

type closing struct {
	io.Reader
	n *int
}

func (c closing) Close() error { *c.n++; return nil }

// paced gives a byte every so often, and after n of them hangs until its context ends.
type paced struct {
	ctx   context.Context
	every time.Duration
	n     int
	hang  bool
}

func (p *paced) Close() error { return nil }

func (p *paced) Read(b []byte) (int, error) {
	switch {
	case p.n == 0 && p.hang:
		<-p.ctx.Done()
		return 0, p.ctx.Err()
	case p.n == 0:
		return 0, io.EOF
	}
	time.Sleep(p.every)
	p.n--
	b[0] = 'x'
	return 1, nil
}

// Streams have Config.Timeout until they move, and then 30 s without progress, however long
// they take as a whole; a stalled one ends as what it is. Everything else has
// Config.Timeout as a whole, whatever the HTTPClient says.
// G: request/time
func TestTimes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		config time.Duration
		client time.Duration
		upload *paced
		answer *paced
		wait   time.Duration // for the headers
		file   bool
		took   time.Duration
		fails  bool
	}{
		{name: "slow headers", wait: time.Hour, took: 10 * time.Second, fails: true},
		{name: "slow body", answer: &paced{every: time.Second, n: 60}, took: 10 * time.Second, fails: true},
		{name: "a longer Timeout", config: 90 * time.Second, answer: &paced{every: time.Second, n: 60}, took: 60 * time.Second},
		{name: "the client's own time does not count", client: time.Second, wait: 9 * time.Second, took: 9 * time.Second},
		{name: "nor a longer one", client: time.Hour, wait: time.Hour, took: 10 * time.Second, fails: true},
		{name: "upload that moves", upload: &paced{every: 9 * time.Second, n: 20}, took: 180 * time.Second},
		{name: "upload that stalls", upload: &paced{every: time.Second, n: 5, hang: true}, took: 35 * time.Second, fails: true},
		{name: "file that does not begin", file: true, wait: time.Hour, took: 10 * time.Second, fails: true},
		{name: "file that moves", file: true, answer: &paced{every: 25 * time.Second, n: 600}, took: 600 * 25 * time.Second},
		{name: "file that stalls", file: true, answer: &paced{every: time.Second, n: 600, hang: true}, took: 630 * time.Second, fails: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				client := &http.Client{Timeout: row.client, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					tries++
					read := make(chan error, 1)
					if row.upload != nil {
						row.upload.ctx = r.Context()
					}
					go func() { // as a real transport does
						_, err := io.Copy(io.Discard, r.Body)
						read <- err
					}()
					select {
					case err := <-read:
						require.NoError(t, err)
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
					select {
					case <-time.After(row.wait):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
					if row.answer == nil {
						return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(`{"errcode":0}`))}, nil
					}
					row.answer.ctx = r.Context()
					head := ""
					if !row.file {
						head = `{"errcode":0,"x":"`
					}
					body := io.MultiReader(strings.NewReader(head), ending{row.answer, r.Context()})
					if !row.file {
						body = io.MultiReader(body, strings.NewReader(`"}`))
					}
					header := http.Header{}
					if row.file {
						header.Set("Content-Disposition", "attachment")
					}
					return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(body)}, nil
				})}
				api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: client, Timeout: row.config})
				require.NoError(t, err)
				var in, out any
				if row.upload != nil {
					size := int64(row.upload.n)
					if row.upload.hang {
						size++
					}
					in = &token.Upload{Field: "media", FileName: "x", Size: size, Open: func() (io.ReadCloser, error) { return row.upload, nil }}
				}
				if row.file {
					out = io.Discard
				}
				begin := time.Now()
				err = api.Do(writeNone, in, out)
				assert.InDelta(t, row.took.Seconds(), time.Since(begin).Seconds(), 1)
				assert.Equal(t, row.fails, err != nil, "%v", err)
				if row.fails {
					assert.ErrorIs(t, err, token.ErrOutcomeUnknown)
					assert.ErrorIs(t, err, context.DeadlineExceeded)
				}
				assert.Equal(t, 1, tries)
			})
		})
	}
	_, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, Timeout: -1})
	require.ErrorContains(t, err, "Config.Timeout is negative")
}

// ending ends with its context, as the body of a real answer does.
type ending struct {
	io.Reader
	ctx context.Context
}

func (e ending) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := e.Reader.Read(p)
	if e.ctx.Err() != nil {
		return 0, e.ctx.Err()
	}
	return n, err
}

// A download is not repeated once something was written, nor where the writer fails; one of
// which nothing was written yet is, where it is a read.
// G: request/files
func TestDownloadsAreRepeatedWhileNothingIsWritten(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	for _, row := range []struct {
		name, first string
		writerFails bool
		tries       int
	}{
		{"cut before the headers", "", false, 2},
		{"busy", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", false, 2},
		{"cut in the file", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 50_000), false, 1},
		{"writer fails", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			addr := peer(t, func(c net.Conn) {
				text := "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
				if tries.Add(1) == 1 {
					text = row.first
				}
				answerRaw(text)(c)
			})
			api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, BaseURL: "http://" + addr, HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
			var file bytes.Buffer
			var out io.Writer = &file
			if row.writerFails {
				out = writer(func([]byte) (int, error) { return 0, full })
			}
			err := api.Do(none, nil, out)
			assert.Equal(t, int32(row.tries), tries.Load())
			assert.Equal(t, row.tries == 1, err != nil, "%v", err)
			if row.writerFails {
				assert.ErrorIs(t, err, full)
			}
			if err == nil {
				assert.Equal(t, "abc", file.String())
			}
		})
	}
}

// nonce is a request that is signed anew for each attempt.
type nonce struct{ n *int }

func (n nonce) MarshalJSON() ([]byte, error) {
	*n.n++
	return fmt.Appendf(nil, `{"nonce":"%s"}`, strings.Repeat("n", *n.n)), nil
}

// Each attempt asks a json.Marshaler for its body, and the length fits; the answer of each
// goes into a fresh value.
// G: request/retries
func TestEachAttemptIsMadeAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		answers := []string{`{"errcode":-1,"stale":["x"],"names":["a","b"],"count":9}`, `{"errcode":42001,"stale":["y"]}`, `{"errcode":0,"names":["c"]}`}
		client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			answer := `{"provider_access_token":"a-token-for-nonces","expires_in":7200}`
			if r.URL.Path != providerPath {
				body, _ := io.ReadAll(r.Body)
				assert.Len(t, body, int(r.ContentLength))
				answer = answers[min(len(bodies), len(answers)-1)]
				bodies = append(bodies, string(body))
			}
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(answer))}, nil
		})}
		api := newApi(t, token.Config{CorpId: providerId, ProviderSecret: providerSecret, HTTPClient: client})
		type out struct {
			Names []string `json:"names"`
			Stale []string `json:"stale"`
			Count int      `json:"count"`
		}
		ep := token.Endpoint{Path: "/x", Credential: token.Provider, Read: true}
		got, err := token.Call[out](api, ep, nonce{new(int)})
		require.NoError(t, err)
		assert.Equal(t, out{Names: []string{"c"}}, *got)
		assert.Equal(t, []string{`{"nonce":"n"}`, `{"nonce":"nn"}`, `{"nonce":"nnn"}`}, bodies)

		bodies, answers = nil, []string{`{"errcode":-1,"stale":["x"]}`, `<html>`}
		var last out
		require.Error(t, api.Do(ep, nil, &last))
		assert.Zero(t, last, "what came beside an earlier errcode is not the answer")
	})
}

// A read survives a connection that is reset under the token request.
// G: request/retries
func TestReadSurvivesAResetTokenRequest(t *testing.T) {
	t.Parallel()
	for _, ep := range []token.Endpoint{providerCall, suiteCall, corpCall, writeCall} {
		w := newWorld(t)
		for _, path := range []string{providerPath, suitePath, corpPath} {
			w.Fault(platform.Fault{Path: path, Cut: true, Count: 1})
		}
		require.NoError(t, do(w.api, ep))
	}
}

// Numbers of 64 bits survive in parameters, at any depth.
// G: request/lenient
func TestLongNumbersSurvive(t *testing.T) {
	t.Parallel()
	api := answering(t, nil, `{"errcode":0,"device_id":9007199254740993,"list":[{"id":18446744073709551615,"x":1.5}]}`)
	got, err := token.Call[data.D](api, none, nil)
	require.NoError(t, err)
	text, err := json.Marshal(*got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"errcode":0,"device_id":9007199254740993,"list":[{"id":18446744073709551615,"x":1.5}]}`, string(text))
	assert.Contains(t, string(text), "9007199254740993")
	assert.Contains(t, string(text), "18446744073709551615")
	nested, err := token.Call[struct {
		List []data.D `json:"list"`
	}](api, none, nil)
	require.NoError(t, err)
	assert.Equal(t, json.Number("18446744073709551615"), nested.List[0]["id"])
}

// Everything that guards a secret does so through real log handlers, by value and by
// pointer.
// G: secret/printed
func TestLogsShowNoSecret(t *testing.T) {
	t.Parallel()
	cfg := token.Config{CorpId: providerId, ProviderSecret: seen.secret("logged-provider-secret"), SuiteId: suiteId, SuiteSecret: seen.secret("logged-suite-secret")}
	in := token.Installation{CorpId: corpId, PermanentCode: seen.secret("logged-permanent-code")}
	static := token.Static(seen.secret("logged-static-token"))
	api, err := token.New(cfg)
	require.NoError(t, err)
	for name, v := range map[string]any{
		"config": cfg, "config pointer": &cfg, "installation": in, "installation pointer": &in, "credential": static, "credential pointer": &static,
		"api": api, "api value": *api, "handle": api.Corp(), "endpoint": token.Endpoint{Path: "/x", Credential: static},
	} {
		var text, js bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("logged", "v", v)
		slog.New(slog.NewJSONHandler(&js, nil)).Info("logged", "v", v, slog.Group("g", "v", v))
		for _, line := range []string{text.String(), js.String()} {
			seen.text(line)
			for _, secret := range []string{"logged-provider-secret", "logged-suite-secret", "logged-permanent-code", "logged-static-token"} {
				assert.NotContains(t, line, secret, name)
			}
			if strings.HasPrefix(name, "config") || strings.HasPrefix(name, "installation") {
				assert.Contains(t, line, "***", name)
			}
		}
	}
}
