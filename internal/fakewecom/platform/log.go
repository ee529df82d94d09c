package platform

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/redact"
)

// Request is one request as the fake saw it. Secrets are replaced by their
// Mark: two requests can be compared without showing what they carried.
type Request struct {
	Id           int64 // 1, 2, … as they came
	Time         time.Time
	Method, Path string
	Query        url.Values
	Unknown      []string // keys of the query that the endpoint doesn't document
	ContentType  string
	Body         string // JSON with secrets marked; of anything else only the length counts
	Size         int    // of the body
	Token        string // kind of the token that was accepted
	TokenMark    string // of the token that came, accepted or not
	SuiteId      string // of the token
	CorpId       string // the same
	Fault        bool   // a Fault was applied
	Problem      string // why its form was refused; "": it was not
	Sample       bool   // the documented sample was the answer: the endpoint has no rules here
	Status       int    // 0: not answered (yet)
	ErrCode      int
	Answer       string        // JSON with secrets marked, if Options.KeepAnswers is set; of anything else nothing
	Duration     time.Duration // from its coming to the answer, by the real clock

	came time.Time
}

// Mark is a short fingerprint of a secret.
func Mark(secret string) string {
	if secret == "" {
		return ""
	}
	return "#" + hash(8, "mark", secret)
}

// Requests returns the log, oldest first. Requests that are still held or
// under way have Status 0.
func (p *Platform) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Request, len(p.requests))
	for i, r := range p.requests {
		out[i] = *r
	}
	return out
}

// RequestsTo is the part of the log for one path.
func (p *Platform) RequestsTo(path string) []Request {
	return slices.DeleteFunc(p.Requests(), func(r Request) bool { return r.Path != path })
}

// Count says how many requests to path have arrived.
func (p *Platform) Count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, r := range p.requests {
		if r.Path == path {
			n++
		}
	}
	return n
}

// ClearLog empties the log.
func (p *Platform) ClearLog() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests, p.logBytes = nil, 0
}

// arrived logs a request and picks its fault.
func (p *Platform) arrived(r *http.Request, c *Call) (*Request, *Fault) {
	e := &Request{
		Method: r.Method, Path: r.URL.Path, ContentType: c.contentType,
		Query: url.Values{}, Body: maskJSON(c.raw), Size: len(c.raw),
	}
	ep := p.spec[e.Path]
	for k, v := range c.query {
		e.Query[k] = v
		if secretField(k) {
			e.Query[k] = []string{Mark(v[0])}
		}
		if ep != nil && k == ep.QueryKey {
			e.TokenMark = Mark(v[0])
		}
		if ep == nil || !inQuery(ep, k) {
			e.Unknown = append(e.Unknown, k)
		}
	}
	slices.Sort(e.Unknown)
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Time, e.came = p.now(), time.Now()
	p.requestId++
	e.Id = p.requestId
	f := p.takeFault(e.Path)
	e.Fault = f != nil
	if most := p.opt.KeepRequests; most > 0 && len(p.requests) >= 2*most {
		p.requests = slices.Clone(p.requests[len(p.requests)-most:])
	}
	p.requests = append(p.requests, e)
	p.lighten(len(e.Body))
	p.note(ChangedRequest, "", "", strconv.FormatInt(e.Id, 10))
	return e, f
}

// answered completes a log entry.
func (p *Platform) answered(e *Request, c *Call, a answer) {
	kept := ""
	if p.opt.KeepAnswers {
		kept = maskJSON(a.body)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Status, e.ErrCode, e.Problem, e.Sample = a.status, a.errcode, c.problem, c.sample
	e.Duration, e.Answer = max(1, time.Since(e.came)), kept
	p.lighten(len(kept))
	if c.token != nil {
		e.Token = c.token.kind
		if c.suite != nil {
			e.SuiteId = c.suite.Id
		}
		if c.corp != nil {
			e.CorpId = c.corp.Id
		}
	}
	p.note(ChangedRequest, e.SuiteId, e.CorpId, strconv.FormatInt(e.Id, 10))
}

// lighten leaves out bodies and answers once the log has more of them than Options.KeepBytes: the
// newest stay, half as much of them.
func (p *Platform) lighten(added int) {
	p.logBytes += added
	if most := p.opt.KeepBytes; most == 0 || p.logBytes <= most {
		return
	}
	p.logBytes = 0
	for _, r := range slices.Backward(p.requests) {
		size := len(r.Body) + len(r.Answer)
		if p.logBytes+size > p.opt.KeepBytes/2 {
			r.Body, r.Answer, size = "", "", 0
		}
		p.logBytes += size
	}
}

// secretField reports whether a field or query key holds a secret.
func secretField(key string) bool { return slices.Contains(redact.Names, key) }

// maskJSON replaces the secrets in a JSON object; "" for anything else.
func maskJSON(body []byte) string {
	var v Obj
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // a long id keeps its digits
	if !json.Valid(body) || d.Decode(&v) != nil {
		return ""
	}
	if !marked(v) {
		return string(body) // byte for byte
	}
	masked, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(masked)
}

// marked replaces the secrets in a decoded value, and reports whether there were any.
func marked(v any) (hit bool) {
	switch v := v.(type) {
	case Obj:
		for k, x := range v {
			if text, ok := x.(string); ok && secretField(k) {
				v[k], hit = Mark(text), true
			} else if marked(x) {
				hit = true
			}
		}
	case []any:
		for _, x := range v {
			hit = marked(x) || hit
		}
	}
	return hit
}
