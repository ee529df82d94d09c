package chatdata

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/token"
)

// Ability 能力: names one of the things that a program can do.
type Ability struct {
	ProgramId string `json:"program_id"`
	AbilityId string `json:"ability_id"`
}

func (a Ability) check() error {
	return cmp.Or(check.Required("program_id", a.ProgramId), check.Required("ability_id", a.AbilityId))
}

type callReq struct {
	Ability
	NotifyId    string `json:"notify_id,omitempty"`
	RequestData string `json:"request_data"`
}

type callRes struct {
	ResponseData programData `json:"response_data"`
}

// programData is what a program gave: JSON in a text, as WeCom describes it, or the JSON itself.
type programData string

// UnmarshalJSON takes both; null is nothing.
func (p *programData) UnmarshalJSON(raw []byte) error {
	text, ok := lenient.Text(raw)
	if !ok && string(raw) != "null" {
		text = string(raw)
	}
	*p = programData(text)
	return nil
}

// SyncCallProgram 应用同步调用专区程序: calls a program and waits for its answer. in is sent as
// JSON, in the program's input protocol, and Out is the type of its output protocol. Either may
// be a json.RawMessage, which is used as it is. notifyId is that of the event program_notify
// that asks for the call, valid for ten minutes, otherwise "".
//
// The call is not repeated, because the SDK does not know what the program does. An answer that
// does not fit Out is a *[DataError]. In debug mode the developer's own server is called.
//
// Errors: 800001, 800002, 790021 no such program, or not deployed, 800003 no such ability,
// 710646 wrong notify_id, 710647, 790016 in does not fit, 790014 the answer does not fit, 790022
// unsuitable answer, 710638 and 710674 to 710677 the program failed: not reached, too slow, not
// HTTP 200, wrong signature.
// https://developer.work.weixin.qq.com/document/path/99811
func SyncCallProgram[Out any](api *token.Api, a Ability, notifyId string, in any) (*Out, error) {
	text, err := textOf(in)
	res, err := cgi.Call[callRes](api, cgi.Write("chatdata/sync_call_program").Needing("response_data"), callReq{a, notifyId, text}, a.check(), err)
	if err != nil {
		return nil, err
	}
	return outOf[Out](res.ResponseData, 0)
}

// textOf writes what a program gets.
func textOf(in any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(in)
	text := strings.TrimSuffix(b.String(), "\n")
	if text == "null" {
		err = errors.New("nil is no input: for none give struct{}{}")
	}
	if err != nil {
		return "", fmt.Errorf("wecom: request_data: %w", err)
	}
	return text, nil
}

// outOf reads what a program gave, together with its errcode.
func outOf[Out any](data programData, code int) (*Out, error) {
	out, text := new(Out), string(data)
	misfits, err := lenient.Unmarshal([]byte(text), out)
	if err == nil && len(misfits) > 0 {
		err = fmt.Errorf("other types at %q", misfits)
	}
	if err != nil {
		return nil, &DataError{ResponseErrCode: code, ResponseData: text, Err: err}
	}
	return out, nil
}

// DataError means that the answer of a program does not fit the type that was asked for. The
// program did its work all the same.
type DataError struct {
	ResponseErrCode int    // what the program reported, see ProgramCode
	ResponseData    string // what it gave; Error does not show it
	Err             error
}

// Error says why the answer does not fit.
func (e *DataError) Error() string {
	return fmt.Sprintf("wecom: response_data of %d bytes does not fit: %v", len(e.ResponseData), e.Err)
}

// Unwrap returns the cause.
func (e *DataError) Unwrap() error { return e.Err }
