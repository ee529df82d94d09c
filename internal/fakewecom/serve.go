package fakewecom

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

	"github.com/gothird/wecom/internal/spec"
)

const maxBody = 24 << 20 // the largest upload has 20 MB

// ServeHTTP answers like qyapi.weixin.qq.com.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	c := &call{query: r.URL.Query(), raw: body, contentType: r.Header.Get("Content-Type"), now: s.now()}
	c.ip, _, _ = net.SplitHostPort(r.RemoteAddr)
	entry, f := s.arrived(r, c)
	if !f.pause(r.Context()) {
		return // the client has gone
	}
	var a answer
	if f == nil || f.After || f.harmless() {
		a = s.dispatch(r.Method, r.URL.Path, c)
	}
	a = s.spoil(f, c, a)
	s.answered(entry, c, a)
	if f != nil && f.Cut {
		panic(http.ErrAbortHandler) // net/http closes the connection without an answer
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body))) // a fault may say another one: truncated
	maps.Copy(w.Header(), a.header)
	notices := s.takeNotices()
	if notices != nil {
		w.Header().Set("Connection", "close") // or the client's next request would wait for the pushes
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
	if notices != nil {
		_ = http.NewResponseController(w).Flush() // the answer comes first; a recorder needs no flush
		_ = s.pushNotices(context.WithoutCancel(r.Context()), notices)
	}
}

// dispatch carries a request out.
func (s *Server) dispatch(method, path string, c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ep, c.now = s.spec[path], s.now()
	if c.ep == nil {
		return answer{status: http.StatusNotFound, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(notFoundPage)}
	}
	out, err := s.handle(method, c)
	return s.reply(c, out, err)
}

// notFoundPage is a choice: nothing is published on unknown paths.
const notFoundPage = "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"

func (s *Server) handle(method string, c *call) (obj, error) {
	switch {
	case method != c.ep.Method && c.ep.Method == http.MethodGet:
		return nil, refuse(codeNeedGet, "require GET method")
	case method != c.ep.Method:
		return nil, refuse(codeNeedPost, "require POST method")
	case len(s.opt.AllowedIPs) > 0 && !slices.Contains(s.opt.AllowedIPs, c.ip):
		return nil, refuse(codeIPNotAllowed, "not allow to access from your ip")
	}
	if err := s.authorize(c); err != nil {
		return nil, err
	}
	if err := c.readBody(); err != nil {
		return nil, err
	}
	if err := c.checkFields(); err != nil {
		return nil, err
	}
	if h := s.handlers[c.ep.Path]; h != nil {
		return h(s, c)
	}
	return sampleAnswer(c)
}

// readBody parses a POST body: JSON, or multipart where a file is wanted.
func (c *call) readBody() error {
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
		return refuse(codeBadBody, "invalid json format")
	}
	if _, err := d.Token(); err != io.EOF {
		return refuse(codeBadBody, "invalid json format")
	}
	return nil
}

// readFile wants one part called name, with a file name and content.
func (c *call) readFile(name string) error {
	kind, params, err := mime.ParseMediaType(c.contentType)
	if err != nil || kind != "multipart/form-data" {
		return refuse(41005, "missing multipart data") // code of the media pages
	}
	part, err := multipart.NewReader(bytes.NewReader(c.raw), params["boundary"]).NextPart()
	if err != nil || part.FormName() != name || part.FileName() == "" {
		return missing(name)
	}
	c.fileName = part.FileName()
	c.file, err = io.ReadAll(part)
	if err != nil {
		return missing(name)
	}
	if len(c.file) == 0 {
		return refuse(44001, "empty media data")
	}
	return nil
}
