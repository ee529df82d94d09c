package token

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// Download is a file that WeCom answers with, as it comes: nothing holds all of it. Give a
// pointer to one as out of [Api.Do]; when that returns nil, Body gives the file and is to be
// closed. An error in JSON or HTML is an error of Do, never a file.
type Download struct {
	Range string // the part to ask for, such as bytes=0-1048575; "": the whole file

	Header http.Header // of the answer: its name, and with Range the Content-Range
	Body   io.ReadCloser
}

// streams reports whether the caller takes the answer as it arrives.
func (r *request) streams() bool { return r.file != nil || r.download != nil }

// handOver hands the answer over to the caller.
func (r *request) handOver(a *Api, ctx context.Context, resp *http.Response, w watchdog) {
	w.timer.Stop() // time counts only while the caller reads
	r.written = true
	r.download.Header = resp.Header
	r.download.Body = &downloadBody{ctx: ctx, a: a, r: r, body: resp.Body, w: w}
}

// hold gives the caller an answer that has been read, because it might have been an error.
func (r *request) hold(ans answer) {
	r.download.Header = ans.header
	r.download.Body = io.NopCloser(bytes.NewReader(bytes.Clone(ans.body)))
}

// downloadBody is the body of an answer, with the time limit of a stream.
type downloadBody struct {
	ctx  context.Context
	a    *Api
	r    *request
	body io.ReadCloser
	w    watchdog
	once sync.Once
}

func (d *downloadBody) Read(p []byte) (int, error) {
	d.w.progress()
	n, err := d.body.Read(p)
	d.w.timer.Stop()
	if err != nil && err != io.EOF {
		err = d.a.failure(d.r.Endpoint, d.a.ownTimeout(d.ctx, d.r, fmt.Errorf("%w: %w", errBrokeOff, err)))
	}
	return n, err
}

// Close ends the request, whatever is left of the file.
func (d *downloadBody) Close() (err error) {
	d.once.Do(func() {
		err = d.body.Close()
		d.w.stop()
	})
	return err
}
