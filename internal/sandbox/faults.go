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
	Path      string `json:"path" doc:"whole, such as /cgi-bin/message/send; empty: every path" zh:"完整路径，如 /cgi-bin/message/send；不填则为所有接口"`
	Skip      int    `json:"skip" doc:"so many requests pass first" zh:"先放过的请求数"`
	Times     int    `json:"times" doc:"so many go wrong then; 0: all until the fault is removed" zh:"随后出错的请求数，0 则直至移除故障"`
	Late      bool   `json:"late" doc:"the request is carried out before it goes wrong" zh:"先执行请求，再出错"`
	Delay     Span   `json:"delay" doc:"before anything is done, such as 3s" zh:"处理前的延迟，如 3s"`
	ErrCode   int    `json:"errcode" doc:"of the answer" zh:"返回的错误码"`
	ErrMsg    string `json:"errmsg" doc:"beside errcode" zh:"与 errcode 一同返回"`
	Status    int    `json:"status" doc:"of HTTP, with a page in place of JSON" zh:"返回的 HTTP 状态码，内容为网页而非 JSON"`
	Cut       bool   `json:"cut" doc:"the connection ends without an answer" zh:"不应答即断开连接"`
	Garbage   bool   `json:"garbage" doc:"the answer is no JSON" zh:"应答不是 JSON"`
	KillToken bool   `json:"kill_token" doc:"the token that comes has been ended by WeCom" zh:"请求所带的令牌被企业微信提前作废"`
}

// ActiveFault is a fault that waits for requests.
type ActiveFault struct {
	Id   int `json:"id"`
	Hits int `json:"hits" doc:"how many requests it has made go wrong" zh:"已使多少请求出错"`
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
	if err := in.check(); err != nil {
		return ActiveFault{}, err
	}
	if in.Path != "" && !w.engine.Knows(in.Path) {
		return ActiveFault{}, invalid(words{"there is no endpoint %.100q: a path is like /cgi-bin/user/get", "没有接口 %.100q：路径形如 /cgi-bin/user/get"}, in.Path)
	}
	f := platform.Fault{Path: in.Path, Skip: in.Skip, Count: in.Times, After: in.Late, Delay: time.Duration(in.Delay),
		ErrCode: in.ErrCode, ErrMsg: in.ErrMsg, HTTPStatus: in.Status, Cut: in.Cut, KillToken: in.KillToken}
	if in.Garbage {
		f.HTTPStatus, f.Body = http.StatusOK, garbage
	}
	return ActiveFault{w.engine.AddFault(f), 0, in}, nil
}

// check returns an error for what nobody can mean.
func (in Fault) check() error {
	switch ways := in.ways(); {
	case ways == 0 && in.Delay == 0:
		return invalid(words{"the fault says nothing of what goes wrong: give errcode, status, delay, cut, garbage or kill_token", "未说明如何出错：请填写 errcode、status、delay、cut、garbage 或 kill_token"})
	case ways > 1:
		return invalid(words{"a request goes wrong in one way: of errcode, status, cut, garbage and kill_token give one", "一个请求只能以一种方式出错：errcode、status、cut、garbage 与 kill_token 只能填写一项"})
	case in.Late && (ways == 0 || in.KillToken):
		return invalid(words{"late goes with cut, status, garbage or errcode", "late 须与 cut、status、garbage 或 errcode 一同使用"})
	case in.ErrMsg != "" && in.ErrCode == 0:
		return invalid(words{"errmsg goes with errcode", "errmsg 须与 errcode 一同使用"})
	}
	return in.checkNumbers()
}

// checkNumbers returns an error for a number beyond its limits.
func (in Fault) checkNumbers() error {
	const longest = time.Hour
	switch {
	case min(int64(in.Times), int64(in.Skip), int64(in.Delay)) < 0:
		return invalid(words{"times, skip and delay must not be negative", "times、skip 与 delay 不能为负数"})
	case time.Duration(in.Delay) > longest:
		return invalid(words{"delay is at most 1h", "delay 最长 1h"})
	case in.Status != 0 && in.Status != min(max(in.Status, 200), 999):
		return invalid(words{"status is 200 to 999", "status 应为 200 至 999"})
	}
	return nil
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
	Id int `json:"-" path:"id" need:"1" doc:"of a fault" zh:"故障 ID"`
}

// RemoveFault removes a fault.
func (w *World) RemoveFault(_ context.Context, in FaultRef) (none, error) {
	if !w.engine.RemoveFault(in.Id) {
		return none{}, unknown(words{"fault", "故障"}, strconv.Itoa(in.Id), "/api/v1/faults")
	}
	return none{}, nil
}

// ClearFaults removes all faults.
func (w *World) ClearFaults(context.Context, none) (none, error) {
	w.engine.ClearFaults()
	return none{}, nil
}
