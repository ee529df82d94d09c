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
	Status  int    `json:"-"` // of HTTP
	Code    string `json:"code" doc:"for programs"`
	Message string `json:"message" doc:"what is wrong, and what to do"`
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// unknown is the error of an id that nothing has.
func unknown(what, id, list string) *Error {
	return &Error{Status: http.StatusNotFound, Code: "unknown_" + strings.ReplaceAll(what, " ", "_"),
		Message: fmt.Sprintf("there is no %s %q: GET %s lists them", what, id, list)}
}

// invalid is the error of input that cannot be meant.
func invalid(format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "invalid", Message: fmt.Sprintf(format, args...)}
}

// refused turns what the engine refuses into an error of the API; pushes that were not accepted
// are none: they are in the answer.
func refused(err error) error {
	var own *Error
	if err = platform.BesidePushes(err); err == nil || errors.As(err, &own) {
		return err
	}
	return &Error{Status: http.StatusConflict, Code: "refused", Message: strings.TrimPrefix(err.Error(), "fakewecom: ")}
}

// StateError is why the state of a folder cannot be used. Nothing in the folder was changed.
type StateError struct{ err error }

// Error says what is wrong, and what to do.
func (e *StateError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.err }
