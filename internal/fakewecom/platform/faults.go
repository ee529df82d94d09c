package platform

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Fault makes requests go wrong. A fault with nothing but Path, Delay, Hold or
// Header lets the request through.
type Fault struct {
	Path  string // "": every path
	Skip  int    // so many requests pass first
	Count int    // so many go wrong then; 0: all until the fault is removed
	After bool   // the request is carried out before it goes wrong

	Delay time.Duration   // before anything is done
	Hold  <-chan struct{} // the same, until it is closed

	ErrCode    int
	ErrMsg     string
	HTTPStatus int         // with an empty Body: an HTML error page
	Body       string      // instead of the answer
	Header     http.Header // in addition
	Cut        bool        // the connection is closed without an answer
	KillToken  bool        // the token that comes with the request has been ended early

	id, hits int
}

// Fault adds a fault; of several that fit, the oldest counts. remove takes it away.
func (p *Platform) Fault(f Fault) (remove func()) {
	id := p.AddFault(f)
	return func() { p.RemoveFault(id) }
}

// AddFault is [Platform.Fault]; it returns the id that [Platform.Faults] shows.
func (p *Platform) AddFault(f Fault) (id int) {
	f.Header = maps.Clone(f.Header)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faultId++
	f.id, f.hits = p.faultId, 0
	p.faults = append(p.faults, &f)
	p.note(ChangedFault, "", "", "")
	return f.id
}

// ClearFaults removes all faults.
func (p *Platform) ClearFaults() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
	p.note(ChangedFault, "", "", "")
}

// takeFault picks the fault for one request. p.mu is held.
func (p *Platform) takeFault(path string) *Fault {
	for i, f := range p.faults {
		if f.Path != "" && f.Path != path {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.hits++
		p.note(ChangedFault, "", "", "")
		picked := *f
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				p.faults = slices.Delete(p.faults, i, i+1)
			}
		}
		return &picked
	}
	return nil
}

// kill ends the token of a request. p.mu is held.
func (p *Platform) kill(f *Fault, c *Call) {
	if f != nil && f.KillToken && c.ep != nil {
		victim := p.tokens[c.query.Get(c.ep.QueryKey)]
		p.killWhere(0, func(t *token) bool { return t == victim })
	}
}

// pause waits as the fault says; false means that the client left.
func (f *Fault) pause(ctx context.Context) bool {
	if f == nil {
		return true
	}
	if f.Delay > 0 {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return false
		}
	}
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// harmless reports whether the request's own answer is given.
func (f *Fault) harmless() bool {
	return f.ErrCode == 0 && f.HTTPStatus == 0 && f.Body == "" && !f.Cut
}

// spoil puts the fault into the answer.
func (p *Platform) spoil(f *Fault, c *Call, a answer) answer {
	if f == nil {
		return a
	}
	switch {
	case f.ErrCode != 0:
		msg := f.ErrMsg
		if msg == "" {
			msg = "injected fault"
		}
		p.mu.Lock()
		a = p.reply(c, nil, &refusal{f.ErrCode, msg})
		p.mu.Unlock()
	case f.Body != "":
		a = answer{status: http.StatusOK, header: jsonHeader(), body: []byte(f.Body)}
	case f.HTTPStatus != 0:
		text := http.StatusText(f.HTTPStatus)
		a = answer{header: http.Header{"Content-Type": {"text/html"}}, body: []byte("<html><head><title>" + text + "</title></head><body>" + text + "</body></html>")}
	}
	if f.HTTPStatus != 0 {
		a.status = f.HTTPStatus
	}
	if f.Cut {
		return answer{} // status 0 in the log
	}
	header := http.Header{}
	maps.Copy(header, a.header)
	maps.Copy(header, f.Header)
	a.header = header
	return a
}
