package token_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/token"
)

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

// timedCall is a call of which the parts take their time.
type timedCall struct {
	name   string
	config time.Duration // Config.Timeout
	client time.Duration // http.Client.Timeout
	upload *paced
	answer *paced
	wait   time.Duration // for the headers
	file   bool          // the answer is one
	took   time.Duration
	fails  bool
}

// roundTrip reads the request, and answers when the wait is over.
func (c timedCall) roundTrip(t *testing.T, r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	if c.upload != nil {
		c.upload.ctx = ctx
	}
	read := make(chan error, 1)
	go func() { // as a real transport does
		_, err := io.Copy(io.Discard, r.Body)
		read <- err
	}()
	select {
	case err := <-read:
		require.NoError(t, err)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-time.After(c.wait):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return c.response(ctx), nil
}

func (c timedCall) response(ctx context.Context) *http.Response {
	resp := &http.Response{StatusCode: 200, Header: http.Header{}}
	if c.answer == nil {
		resp.Body = io.NopCloser(strings.NewReader(`{"errcode":0}`))
		return resp
	}
	c.answer.ctx = ctx
	body := io.Reader(ending{c.answer, ctx})
	if c.file {
		resp.Header.Set("Content-Disposition", "attachment")
	} else {
		body = io.MultiReader(strings.NewReader(`{"errcode":0,"x":"`), body, strings.NewReader(`"}`))
	}
	resp.Body = io.NopCloser(body)
	return resp
}

// do makes the call; in and out are nil where it neither uploads nor downloads.
func (c timedCall) do(api *token.Api) error {
	var in, out any
	if c.upload != nil {
		size := int64(c.upload.n)
		if c.upload.hang {
			size++
		}
		in = &token.Upload{Field: "media", FileName: "x", Size: size, Open: func() (io.ReadCloser, error) { return c.upload, nil }}
	}
	if c.file {
		out = io.Discard
	}
	return api.Do(writeNone, in, out)
}

// Streams have Config.Timeout until they move, and then 30 s without progress, however long
// they take as a whole; a stalled one ends as what it is. Everything else has
// Config.Timeout as a whole, whatever the HTTPClient says.
// G: request/time
func TestTimes(t *testing.T) {
	t.Parallel()
	for _, row := range []timedCall{
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
					return row.roundTrip(t, r)
				})}
				api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: client, Timeout: row.config})
				require.NoError(t, err)
				begin := time.Now()
				err = row.do(api)
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
