package token_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

// An answer that a caller took as it came is his: no later call writes over it.
// G: request/files
func TestRawAnswerIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: roundTripper(
		func(*http.Request) (*http.Response, error) {
			body := fmt.Sprintf(`{"errcode":0,"n":%d}`, n.Add(1))
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(body))}, nil
		})}})
	var kept [100][]byte
	for i := range kept {
		require.NoError(t, api.Do(none, nil, &kept[i]))
		require.NoError(t, api.Do(none, nil, new(struct{ N int })))
	}
	for i, body := range kept {
		require.Equal(t, fmt.Sprintf(`{"errcode":0,"n":%d}`, 2*i+1), string(body))
	}
}

type closeNoted struct {
	io.Reader
	closed *atomic.Int64
}

func (c closeNoted) Close() error {
	c.closed.Add(1)
	return nil
}

// The body of every answer is closed, also where nobody wants all of it: or its connection
// would be lost.
// G: request/bounded
func TestEveryAnswerIsClosed(t *testing.T) {
	t.Parallel()
	full := writer(func([]byte) (int, error) { return 0, errors.New("the disk is full") })
	for name, row := range map[string]struct {
		status int
		body   io.Reader
		out    any
	}{
		"success":         {200, strings.NewReader(`{"errcode":0}`), nil},
		"refusal":         {200, strings.NewReader(`{"errcode":40003}`), nil},
		"gateway":         {502, strings.NewReader("<html>bad gateway"), nil},
		"file":            {200, strings.NewReader(strings.Repeat("f", 10_000)), new(bytes.Buffer)},
		"no page":         {404, strings.NewReader("<html>not here"), new(bytes.Buffer)},
		"writer fails":    {200, strings.NewReader(strings.Repeat("f", 10_000)), full},
		"breaks off":      {200, io.MultiReader(strings.NewReader("{"), broken{}), nil},
		"breaks off, raw": {200, broken{}, new([]byte)},
		"file breaks off": {200, io.MultiReader(strings.NewReader("f"), broken{}), new(bytes.Buffer)},
	} {
		var closed atomic.Int64
		api := newApi(t, token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: &http.Client{Transport: roundTripper(
			func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: row.status, Body: closeNoted{row.body, &closed}}, nil
			})}})
		_ = api.Do(writeNone, nil, row.out)
		assert.Positive(t, closed.Load(), name)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A long text of WeCom's is cut between two characters, wherever the limit falls.
// G: request/failure
func TestLongErrorTextIsCutBetweenCharacters(t *testing.T) {
	t.Parallel()
	for shift := range 4 {
		text := strings.Repeat("x", shift) + strings.Repeat("企", 2000)
		for _, body := range []string{`{"errcode":40003,"errmsg":"` + text + `"}`, text} {
			err := answering(t, nil, body).Do(writeNone, nil, nil)
			var e *token.Error
			require.ErrorAs(t, err, &e)
			require.True(t, strings.HasSuffix(e.Msg, "企…"), "%d: %q", shift, e.Msg[len(e.Msg)-8:])
			assert.True(t, utf8.ValidString(e.Msg), shift)
		}
	}
}

// The query key of a credential is made of the letters a to z and _.
// G: token/by-hand
func TestQueryKeyOfACredential(t *testing.T) {
	t.Parallel()
	api := answering(t, nil, `{"errcode":0}`)
	for _, good := range []string{"access_token", "a", "z", "_"} {
		assert.NoError(t, api.Do(token.Endpoint{Path: "/x", Credential: token.Static("held").As(good)}, nil, nil), good)
	}
	for _, bad := range []string{"", "A", "a b", "a&b", "a=b", "a`b", "a{", "a|b", "a~", "键", "a1"} {
		err := api.Do(token.Endpoint{Path: "/x", Credential: token.Static("held").As(bad)}, nil, nil)
		assert.ErrorContains(t, err, "Credential.As needs the name of a query key", bad)
	}
}

// Answers without what they are for say so, with what came.
// G: endpoint/missing
func TestAnswersThatLackTheMatter(t *testing.T) {
	t.Parallel()
	const tokenless = `{"errcode":0,"errmsg":"ok","remark":"nothing today"}`
	for path, call := range map[string]func(api *token.Api) error{
		providerPath: func(api *token.Api) error { return do(api, providerCall) },
		suitePath:    func(api *token.Api) error { return do(api, suiteCall) },
		corpPath:     func(api *token.Api) error { return do(api, corpCall) },
	} {
		w := newWorld(t)
		w.Fault(platform.Fault{Path: path, Body: tokenless})
		var e *token.Error
		require.ErrorAs(t, call(w.api), &e, path)
		assert.Equal(t, path, e.Path)
		assert.Equal(t, http.StatusOK, e.HTTPStatus, path)
		assert.Contains(t, e.Error(), "nothing today", path)
	}

	w := newWorld(t)
	in := w.install(t, suiteId, corpId)
	in.AgentId = 0
	require.NoError(t, w.api.SetInstallation(in))
	const agentPath = "/cgi-bin/service/v2/get_auth_info"
	w.Fault(platform.Fault{Path: agentPath, Body: `{"auth_info":{"agent":[]}}`})
	_, err := w.api.AgentId()
	var e *token.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, agentPath, e.Path)
	assert.Equal(t, http.StatusOK, e.HTTPStatus)
	assert.ErrorContains(t, err, "no agent in the answer")
}

// Different auth codes that come at once are different exchanges: none gets the answer to
// another's.
// G: install/one-exchange
func TestAuthCodesAtOnceGetTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newBubble(t)
		var codes, corps []string
		for i := range 5 {
			corp := fmt.Sprintf("wpTenant%d", i)
			require.NoError(t, w.AddCorp(platform.Corp{Id: corp, Name: corp}))
			code, err := w.Install(t.Context(), suiteId, corp, platform.InstallOptions{FromProviderSite: true})
			require.NoError(t, err)
			codes, corps = append(codes, seen.secret(code)), append(corps, corp)
		}
		w.Fault(platform.Fault{Path: exchangePath, Delay: time.Second})
		errs := all(len(codes), func(i int) error {
			in, err := exchange(w.api, codes[i])
			if err == nil && in.CorpId != corps[i] {
				err = fmt.Errorf("%s got the answer of %s", corps[i], in.CorpId)
			}
			return err
		})
		require.NoError(t, errors.Join(errs...))
		assert.Equal(t, len(codes), w.Count(exchangePath))
	})
}

// slowGets is a Store whose Get takes its time, and heeds its context.
type slowGets struct {
	token.Store
	mu   sync.Mutex
	slow time.Duration
}

func (s *slowGets) Get(ctx context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	wait := s.slow
	s.mu.Unlock()
	select {
	case <-time.After(wait):
		return s.Store.Get(ctx, key)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A caller whose time is short says nothing about the Store: it is not left alone for the
// others.
// G: store/hangs
func TestCallerInAHurryDoesNotSilenceTheStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &slowGets{Store: token.NewMemoryStore()}
		w := newBubble(t, func(cfg *token.Config) { cfg.Store = store })
		store.slow = 200 * time.Millisecond
		two := w.process(t, store).WithCorp(corpId)
		hurry, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := two.WithContext(hurry).Installation()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		in, err := two.Installation()
		require.NoError(t, err)
		assert.Equal(t, corpId, in.CorpId)
	})
}
