package chatdata

import (
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/token"
)

// What WeCom answers as long as a program has not reported.
const (
	codeNoResult = 710642
	codeWorking  = 790023
)

type jobId struct {
	JobId string `json:"jobid"`
}

// AsyncProgramTask 创建专区程序调用任务: starts the work of a program, and returns the id of the
// job for [WaitProgram]. in is sent as with [SyncCallProgram].
//
// Errors: 800001, 800002, 790021 no such program, or not deployed, 800003 no such ability,
// 710647, 790016 in does not fit.
// https://developer.work.weixin.qq.com/document/path/99812
func AsyncProgramTask(api *token.Api, a Ability, in any) (string, error) {
	text, err := textOf(in)
	res, err := cgi.Call[jobId](api, cgi.Write("chatdata/async_program_task").Needing("jobid"), callReq{a, "", text}, a.check(), err)
	if err != nil {
		return "", err
	}
	return res.JobId, nil
}

type resultRes struct {
	ResponseErrCode int         `json:"response_errcode"`
	ResponseData    programData `json:"response_data"`
}

// ProgramResult is what a program has reported about a job.
type ProgramResult[Out any] struct {
	ResponseErrCode int  // 0: it has succeeded
	ResponseData    *Out // nil where it gave nothing
}

// Err is nil if the program has succeeded, otherwise the [ProgramCode].
func (r ProgramResult[Out]) Err() error {
	if r.ResponseErrCode == 0 {
		return nil
	}
	return ProgramCode(r.ResponseErrCode)
}

// ProgramCode is an errcode of a program. Only the program knows its meaning.
type ProgramCode int

// Error returns the number.
func (c ProgramCode) Error() string {
	return fmt.Sprintf("wecom: the program reported errcode %d", int(c))
}

// ErrRunning means that a program has not reported yet.
var ErrRunning = errors.New("wecom: the program is running")

// AsyncProgramResult 获取专区程序任务结果: reads what a program has reported. Before that, the
// error is [ErrRunning]. The call also succeeds if the program has failed: see Err of what it
// returns. A report that does not fit Out is a *[DataError].
//
// Errors: 790014 the result does not fit the program's protocol, 790022 unsuitable result.
// https://developer.work.weixin.qq.com/document/path/99812
func AsyncProgramResult[Out any](api *token.Api, job string) (*ProgramResult[Out], error) {
	res, err := cgi.Call[resultRes](api, cgi.Read("chatdata/async_program_result").Needing("response_errcode", "response_data"), jobId{job}, check.Required("jobid", job))
	switch {
	case errors.Is(err, token.Code(codeNoResult)), errors.Is(err, token.Code(codeWorking)):
		return nil, fmt.Errorf("%w: %w", ErrRunning, err)
	case err != nil:
		return nil, err
	case res.ResponseData == "":
		return &ProgramResult[Out]{res.ResponseErrCode, nil}, nil
	}
	out, err := outOf[Out](res.ResponseData, res.ResponseErrCode)
	if err != nil {
		return nil, err
	}
	return &ProgramResult[Out]{res.ResponseErrCode, out}, nil
}

// WaitProgram asks with [AsyncProgramResult], at the interval every (0: 10 s), until the program
// has reported, and returns the report with its Err. The end of the context ends the wait,
// transient failures do not.
func WaitProgram[Out any](api *token.Api, job string, every time.Duration) (*ProgramResult[Out], error) {
	return poll.Until(api.Context(), every, token.IsTransient, func() (*ProgramResult[Out], bool, error) {
		res, err := AsyncProgramResult[Out](api, job)
		switch {
		case errors.Is(err, ErrRunning):
			return nil, false, nil
		case err != nil:
			return nil, false, err
		}
		return res, true, res.Err()
	})
}
