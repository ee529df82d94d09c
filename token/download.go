package token

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// Download reads a file in WeCom's answer while it arrives; the whole file is never in memory.
// Pass a pointer to a Download as out to [Api.Do]. When Do returns nil, read the file from Body,
// and close it. An error that WeCom reports in JSON or HTML is an error of Do, never a file.
type Download struct {
	Range string // the part to ask for, such as bytes=0-1048575; "": the whole file

	Header http.Header // of the answer: its name, and with Range the Content-Range
	Body   io.ReadCloser
}

// OpenURL opens a file at a URL that WeCom gave, such as one of an export. The request is
// repeated like a read, and carries no credential. The body of every answer with a status of 200
// to 299 is the file; any other status is an error.
func (a *Api) OpenURL(fileURL string, d *Download) error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	u, err := parseFileURL(fileURL)
	if err != nil {
		return err
	}
	r, err := a.newRequest(Endpoint{Method: http.MethodGet, Path: cmp.Or(u.EscapedPath(), "/"), Credential: None, Read: true}, nil)
	if err == nil {
		r.fileURL = u
		err = r.into(d)
	}
	if err != nil {
		return err
	}
	return a.do(r)
}

func parseFileURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		err = errors.New("it is no URL") // the error of Parse shows it, and whoever has it has the file
	}
	if err == nil && (u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil) {
		err = errors.New("it must be https://… or http://…")
	}
	if err != nil {
		return nil, fmt.Errorf("wecom: the URL of a file: %w", err)
	}
	return u, nil
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
