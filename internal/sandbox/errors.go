package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// Error is why the API does not do what it is asked for.
type Error struct {
	Status    int    `json:"-"` // of HTTP
	Code      string `json:"code" doc:"for programs" zh:"供程序判断"`
	Message   string `json:"message" doc:"what is wrong, and what to do" zh:"问题与处理办法（英文）"`
	MessageZh string `json:"message_zh" doc:"the same in Chinese" zh:"问题与处理办法（中文）"`
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// words are a text in the two languages of the API.
type words struct{ en, zh string }

// failure makes an error. args are for both texts.
func failure(status int, code string, says words, args ...any) *Error {
	return &Error{status, code, fmt.Sprintf(says.en, args...), fmt.Sprintf(says.zh, args...)}
}

// unknown is the error of an id that nothing has.
func unknown(what words, id, list string) *Error {
	e := failure(http.StatusNotFound, "unknown_"+strings.ReplaceAll(what.en, " ", "_"), words{"there is no %[1]s %[3]q: GET %[4]s lists them", "没有%[2]s %[3]q：可用 GET %[4]s 查询"},
		what.en, what.zh, id, list)
	return e
}

// invalid is the error of input that cannot be meant.
func invalid(says words, args ...any) *Error {
	return failure(http.StatusBadRequest, "invalid", says, args...)
}

// refused turns what the engine refuses into an error of the API; pushes that were not accepted
// are none: they are in the answer. The engine speaks English.
func refused(err error) error {
	var own *Error
	if err = platform.BesidePushes(err); err == nil || errors.As(err, &own) {
		return err
	}
	return failure(http.StatusConflict, "refused", words{"%s", "操作被拒绝：%s"}, strings.TrimPrefix(err.Error(), "fakewecom: "))
}

// StateError is why the state of a folder cannot be used. Nothing in the folder was changed.
type StateError struct{ err error }

// Error says what is wrong, and what to do.
func (e *StateError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.err }
