package wecomtest

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Request is a request of the app to WeCom, with secrets replaced.
type Request struct {
	Time         time.Time
	Method, Path string
	Query        url.Values
	Body         string // JSON; of anything else only its Size is known
	Size         int
	SuiteId      string // of the token that it came with
	CorpId       string // the same
	Status       int    // of the answer; 0: not answered (yet)
	ErrCode      int    // of the answer
	Fault        bool   // a [Fault] was applied
	Problem      string // why WeCom refuses its form; "": it does not
	Sample       bool   // answered with the documented sample: this WeCom knows the endpoint and its form, but keeps no state for it
}

// Requests lists the requests of the app to one endpoint, the oldest first. path is complete,
// such as /cgi-bin/user/get; "" stands for every path.
func (w *WeCom) Requests(path string) []Request {
	w.t.Helper()
	var list []Request
	for _, r := range w.engine.Requests() {
		if path == "" || path == r.Path {
			list = append(list, Request{r.Time, r.Method, r.Path, r.Query, r.Body, r.Size, r.SuiteId, r.CorpId, r.Status, r.ErrCode, r.Fault, r.Problem, r.Sample})
		}
	}
	if len(list) == 0 {
		w.known("Requests", path)
	}
	return list
}

// known ends the test for a path that no endpoint has.
func (w *WeCom) known(method, path string) {
	w.t.Helper()
	if path != "" && !w.engine.Knows(path) {
		w.t.Fatalf("wecomtest: %s(%q): there is no such endpoint: a path is like /cgi-bin/user/get", method, path)
	}
}

// Fault makes requests fail: in one way of ErrCode, Status, Cut, Garbage and KillToken, after a
// Delay if there is one.
type Fault struct {
	Times int // how many requests go wrong; 0: one
	Skip  int // how many pass before

	ErrCode   int           // the answer has this errcode
	Status    int           // the answer has this HTTP status, and a page in place of JSON
	Delay     time.Duration // before anything is done
	Cut       bool          // the connection ends without an answer
	Garbage   bool          // the answer is no JSON
	KillToken bool          // the token that the request brings has been ended by WeCom
	Late      bool          // with ErrCode, Status, Cut or Garbage: the request is carried out before
}

// Fail makes the next requests to path fail; path is as in [WeCom.Requests]. Later faults wait
// for earlier ones.
func (w *WeCom) Fail(path string, f Fault) {
	w.t.Helper()
	w.known("Fail", path)
	if problem := f.problem(); problem != "" {
		w.t.Fatalf("wecomtest: Fail(%q): %s", path, problem)
	}
	fault := platform.Fault{Path: path, Skip: f.Skip, Count: max(1, f.Times), After: f.Late, Delay: f.Delay,
		ErrCode: f.ErrCode, HTTPStatus: f.Status, Cut: f.Cut, KillToken: f.KillToken}
	if f.Garbage {
		fault.HTTPStatus, fault.Body = http.StatusOK, "<html>"
	}
	w.engine.Fault(fault)
}

// problem is what nobody can mean; "": nothing.
func (f Fault) problem() string {
	switch ways := f.ways(); {
	case min(int64(f.Times), int64(f.Skip), int64(f.Delay)) < 0:
		return "Times, Skip and Delay must not be negative"
	case ways == 0 && f.Delay == 0:
		return "the Fault says nothing of what goes wrong: set ErrCode, Status, Delay, Cut, Garbage or KillToken"
	case ways > 1:
		return "a request goes wrong in one way: of ErrCode, Status, Cut, Garbage and KillToken set one"
	case f.Late && (ways == 0 || f.KillToken):
		return "Late goes with Cut, Status, Garbage or ErrCode"
	case f.Status != 0 && f.Status != min(max(f.Status, 200), 999):
		return fmt.Sprintf("no answer has the HTTP status %d: 200 to 999", f.Status)
	}
	return ""
}

// ways counts how a request is to go wrong.
func (f Fault) ways() (n int) {
	for _, is := range []bool{f.ErrCode != 0, f.Status != 0, f.Cut, f.Garbage, f.KillToken} {
		if is {
			n++
		}
	}
	return n
}
