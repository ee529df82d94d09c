package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

const maxBody = 24 << 20 // the largest upload has 20 MB

// ServeHTTP answers like qyapi.weixin.qq.com.
func (p *Platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	c := &Call{query: r.URL.Query(), raw: body, contentType: r.Header.Get("Content-Type"), ranged: r.Header.Get("Range"), base: baseOf(r)}
	c.ip, _, _ = net.SplitHostPort(r.RemoteAddr)
	entry, f := p.arrived(r, c)
	if !f.pause(r.Context()) {
		return // the client has gone
	}
	var a answer
	if f == nil || f.After || f.harmless() {
		a = p.dispatch(r.Method, r.URL.Path, c, f)
	}
	a = p.spoil(f, c, a)
	p.answered(entry, c, a)
	ctx := context.WithoutCancel(r.Context())
	if f != nil && f.Cut {
		p.pushAside(ctx, p.takeNotices())
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	}
	p.write(ctx, w, a)
}

// write sends an answer, and then the pushes that the request has caused.
func (p *Platform) write(ctx context.Context, w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body))) // a fault may say another one: truncated
	maps.Copy(w.Header(), a.header)
	notices := p.takeNotices()
	if notices != nil {
		w.Header().Set("Connection", "close") // or the client's next request would wait for the pushes
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
	if notices != nil && http.NewResponseController(w).Flush() == nil { // the answer has gone
		_ = p.pushNotices(ctx, notices)
		return
	}
	p.pushAside(ctx, notices)
}

// pushAside pushes before an answer that can't go first, which is so in process. It waits no
// longer than a second: an app may let nothing in while it waits for the answer.
func (p *Platform) pushAside(ctx context.Context, notices []notice) {
	if notices == nil {
		return
	}
	done := make(chan struct{})
	p.mu.Lock()
	p.aside[done] = true
	p.mu.Unlock()
	go func() {
		_ = p.pushNotices(ctx, notices)
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.aside, done)
		close(done)
	}()
	patience := time.NewTimer(time.Second)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	}
}

// AwaitPushes waits for pushes that go on after the answers to their requests.
func (p *Platform) AwaitPushes() {
	p.mu.Lock()
	under := maps.Clone(p.aside)
	p.mu.Unlock()
	for done := range under {
		<-done
	}
}

// dispatch carries a request out.
func (p *Platform) dispatch(method, path string, c *Call, f *Fault) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.ep, c.now = p.spec[path], p.now()
	p.kill(f, c)
	if a, ok := p.openFile(path, c); ok {
		return a
	}
	if c.ep == nil {
		c.problem = "there is no such endpoint"
		return answer{status: http.StatusNotFound, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(notFoundPage)}
	}
	out, err := p.handle(method, c)
	return p.reply(c, out, err)
}

// notFoundPage is a choice: nothing is published on unknown paths.
const notFoundPage = "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"

func (p *Platform) handle(method string, c *Call) (Obj, error) {
	if err := c.checkMethod(method); err != nil {
		return nil, err
	}
	if len(p.opt.AllowedIPs) > 0 && !slices.Contains(p.opt.AllowedIPs, c.ip) {
		return nil, Refuse(codeIPNotAllowed, "not allow to access from your ip")
	}
	if err := p.authorize(c); err != nil {
		return nil, err
	}
	if err := p.limit(c); err != nil {
		return nil, err
	}
	err := c.readBody()
	if err == nil {
		err = c.checkFields()
	}
	if err != nil {
		c.problem = err.Error()
		return nil, err
	}
	if h := p.handlers[c.ep.Path]; h != nil {
		return h(c)
	}
	c.sample = true
	return sampleAnswer(c)
}

// HasRules reports whether an endpoint has rules of its own here. The others answer with
// their documented sample.
func (p *Platform) HasRules(path string) bool { return p.handlers[path] != nil }

func (c *Call) checkMethod(method string) error {
	if method == c.ep.Method {
		return nil
	}
	c.problem = "it wants " + c.ep.Method
	if c.ep.Method == http.MethodGet {
		return Refuse(codeNeedGet, "require GET method")
	}
	return Refuse(codeNeedPost, "require POST method")
}

// readBody parses a POST body: JSON, or multipart where a file is wanted.
func (c *Call) readBody() error {
	if c.ep.Method == http.MethodGet {
		return nil
	}
	if i := slices.IndexFunc(c.ep.Request, func(f spec.Field) bool { return f.In == spec.InFile }); i >= 0 {
		return c.readFile(c.ep.Request[i].Path)
	}
	if len(c.raw) == 0 && !slices.ContainsFunc(c.ep.Request, func(f spec.Field) bool { return f.Required }) {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(c.raw))
	d.UseNumber()
	if err := d.Decode(&c.body); err != nil || c.body == nil {
		return Refuse(codeBadBody, "invalid json format")
	}
	if _, err := d.Token(); err != io.EOF {
		return Refuse(codeBadBody, "invalid json format")
	}
	return nil
}

// readFile wants one part called name, with a file name and content.
func (c *Call) readFile(name string) error {
	kind, params, err := mime.ParseMediaType(c.contentType)
	if err != nil || kind != "multipart/form-data" {
		return Refuse(41005, "missing multipart data") // code of the media pages
	}
	part, err := multipart.NewReader(bytes.NewReader(c.raw), params["boundary"]).NextPart()
	if err != nil || part.FormName() != name || part.FileName() == "" {
		return Missing(name)
	}
	c.fileName = part.FileName()
	c.file, err = io.ReadAll(part)
	if err != nil {
		return Missing(name)
	}
	if len(c.file) == 0 {
		return Refuse(44001, "empty media data")
	}
	return nil
}
