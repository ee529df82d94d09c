package platform

import (
	"context"
	"io"
	"net/http"
	"time"
)

// publishedAt is where files lie that an answer names by their URL. Their hosts are others at
// WeCom; here it is the one that was asked, so that they are reached in process and by a port.
const publishedAt = "/fakewecom/file/"

// published is a file with a URL.
type published struct {
	contentType string
	body        []byte
	until       time.Time // zero: for ever
}

// Publish gives a file a URL, and returns its path; [Call.Base] comes before it. Requests for it
// need no token, and may ask for parts. until is its end; zero: it has none.
func (h *Host) Publish(contentType string, body []byte, until time.Time) (path string) {
	path = publishedAt + h.NewId("", 40)
	h.p.files[path] = published{contentType, body, until}
	return path
}

// openFile answers a request for a published file; ok is false where there was never one.
func (p *Platform) openFile(path string, c *Call) (a answer, ok bool) {
	f, ok := p.files[path]
	switch {
	case !ok:
		return a, false
	case !f.until.IsZero() && !c.now.Before(f.until):
		return answer{status: http.StatusForbidden, header: http.Header{"Content-Type": {"text/plain"}}, body: []byte("expired")}, true
	}
	return raw{f.contentType, "", f.body, c.Span(int64(len(f.body)))}.answer(), true
}

// Base is how the client addresses the platform: https://qyapi.weixin.qq.com, or that of a
// port.
func (c *Call) Base() string { return c.base }

func baseOf(r *http.Request) string {
	switch {
	case r.URL.Scheme != "": // in process
		return r.URL.Scheme + "://" + r.Host
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// fetchTimeout is how long WeCom waits for a whole file of somebody else.
const fetchTimeout = time.Minute

// Later runs do once the lock is released: after the answer to the request at hand, or at the
// end of Act, in turn with what [Host.Tell] has queued. It is for what takes the network.
func (h *Host) Later(do func(ctx context.Context)) {
	h.p.outbox = append(h.p.outbox, notice{later: do})
}

// Fetch reads a file of somebody else, or a part of it: part is a header Range, or "". It reads
// at most most bytes. The lock must not be held: see [Host.Later].
func (h *Host) Fetch(ctx context.Context, url, part string, most int64) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, withoutURL(err)
	}
	if part != "" {
		req.Header.Set("Range", part)
	}
	client := *h.p.opt.Client
	client.Timeout = fetchTimeout
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, withoutURL(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, most))
	return res.StatusCode, body, err
}

// Push pushes an event at once, and says what became of it. The lock must not be held.
func (h *Host) Push(ctx context.Context, to Target, fields ...Field) (Delivery, error) {
	return h.p.Push(ctx, to, EventXML(fields...))
}
