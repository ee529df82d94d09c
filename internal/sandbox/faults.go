package sandbox

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Fault makes requests go wrong, in one way of errcode, status, cut, garbage and kill_token, after
// a delay if there is one.
type Fault struct {
	Path      string `json:"path" doc:"whole, such as /cgi-bin/message/send; empty: every path"`
	Skip      int    `json:"skip" doc:"so many requests pass first"`
	Times     int    `json:"times" doc:"so many go wrong then; 0: all until the fault is removed"`
	Late      bool   `json:"late" doc:"the request is carried out before it goes wrong"`
	Delay     Span   `json:"delay" doc:"before anything is done, such as 3s"`
	ErrCode   int    `json:"errcode" doc:"of the answer"`
	ErrMsg    string `json:"errmsg" doc:"beside errcode"`
	Status    int    `json:"status" doc:"of HTTP, with a page in place of JSON"`
	Cut       bool   `json:"cut" doc:"the connection ends without an answer"`
	Garbage   bool   `json:"garbage" doc:"the answer is no JSON"`
	KillToken bool   `json:"kill_token" doc:"the token that comes has been ended by WeCom"`
}

// ActiveFault is a fault that waits for requests.
type ActiveFault struct {
	Id   int `json:"id"`
	Hits int `json:"hits" doc:"how many requests it has made go wrong"`
	Fault
}

// Faults lists faults.
type Faults struct {
	Faults []ActiveFault `json:"faults"`
}

const garbage = "<html>"

// ListFaults lists the faults, the oldest first: of several that fit, it counts.
func (w *World) ListFaults(context.Context, none) (Faults, error) {
	out := Faults{[]ActiveFault{}}
	for _, f := range w.engine.Faults() {
		shown := Fault{Path: f.Path, Skip: f.Skip, Times: f.Count, Late: f.After, Delay: Span(f.Delay), ErrCode: f.ErrCode, ErrMsg: f.ErrMsg,
			Status: f.HTTPStatus, Cut: f.Cut, Garbage: f.Body == garbage, KillToken: f.KillToken}
		if shown.Garbage {
			shown.Status = 0
		}
		out.Faults = append(out.Faults, ActiveFault{f.Id, f.Hits, shown})
	}
	return out, nil
}

// AddFault adds a fault.
func (w *World) AddFault(_ context.Context, in Fault) (ActiveFault, error) {
	if problem := in.problem(); problem != "" {
		return ActiveFault{}, invalid("%s", problem)
	}
	if in.Path != "" && !w.engine.Knows(in.Path) {
		return ActiveFault{}, invalid("there is no endpoint %.100q: a path is like /cgi-bin/user/get", in.Path)
	}
	f := platform.Fault{Path: in.Path, Skip: in.Skip, Count: in.Times, After: in.Late, Delay: time.Duration(in.Delay),
		ErrCode: in.ErrCode, ErrMsg: in.ErrMsg, HTTPStatus: in.Status, Cut: in.Cut, KillToken: in.KillToken}
	if in.Garbage {
		f.HTTPStatus, f.Body = http.StatusOK, garbage
	}
	return ActiveFault{w.engine.AddFault(f), 0, in}, nil
}

// problem is what nobody can mean; "": nothing.
func (in Fault) problem() string {
	switch ways := in.ways(); {
	case ways == 0 && in.Delay == 0:
		return "the fault says nothing of what goes wrong: give errcode, status, delay, cut, garbage or kill_token"
	case ways > 1:
		return "a request goes wrong in one way: of errcode, status, cut, garbage and kill_token give one"
	case in.Late && (ways == 0 || in.KillToken):
		return "late goes with cut, status, garbage or errcode"
	case in.ErrMsg != "" && in.ErrCode == 0:
		return "errmsg goes with errcode"
	}
	return in.outside()
}

// outside says which number is beyond its limits; "": none.
func (in Fault) outside() string {
	const longest = time.Hour
	switch {
	case min(int64(in.Times), int64(in.Skip), int64(in.Delay)) < 0:
		return "times, skip and delay must not be negative"
	case time.Duration(in.Delay) > longest:
		return "delay is at most 1h"
	case in.Status != 0 && in.Status != min(max(in.Status, 200), 999):
		return "status is 200 to 999"
	}
	return ""
}

// ways counts how a request is to go wrong.
func (in Fault) ways() (n int) {
	for _, is := range []bool{in.ErrCode != 0, in.Status != 0, in.Cut, in.Garbage, in.KillToken} {
		if is {
			n++
		}
	}
	return n
}

// FaultRef names a fault.
type FaultRef struct {
	Id int `json:"-" path:"id" need:"1" doc:"of a fault"`
}

// RemoveFault removes a fault.
func (w *World) RemoveFault(_ context.Context, in FaultRef) (none, error) {
	if !w.engine.RemoveFault(in.Id) {
		return none{}, unknown("fault", strconv.Itoa(in.Id), "/api/v1/faults")
	}
	return none{}, nil
}

// ClearFaults removes all faults.
func (w *World) ClearFaults(context.Context, none) (none, error) {
	w.engine.ClearFaults()
	return none{}, nil
}
