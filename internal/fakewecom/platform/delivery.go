package platform

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Delivery is a push and its fate.
type Delivery struct {
	Id      int // for Redeliver; 0: of a URL check
	Time    time.Time
	Target  Target
	Payload []byte // the event, not encrypted; of a URL check what the answer has to be
	Try            // the last one
	Before  []Try  // earlier ones
}

// Try is one attempt at a push.
type Try struct {
	At       time.Time // when it began, by the real clock
	Status   int       // HTTP status; 0 without an answer
	Body     string
	Duration time.Duration
	Err      error // why there was no answer
}

// Accepted reports whether WeCom would be content with the answer.
func (d Delivery) Accepted() bool {
	return d.Status == http.StatusOK && (d.Target.Channel == spec.ChannelData || d.Body == wantAnswer)
}

// Refused is why WeCom is not content with a push: a *PushError, or nil.
func (d Delivery) Refused() error {
	if d.Accepted() && d.Err == nil {
		return nil
	}
	return &PushError{d}
}

// PushError says that a push was not delivered or not accepted.
type PushError struct{ Delivery }

// Error shows the last answer.
func (e *PushError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("push %d: %v", e.Id, e.Err)
	}
	return fmt.Sprintf("push %d answered with HTTP %d %.100q", e.Id, e.Status, e.Body)
}

// Unwrap returns why there was no answer.
func (e *PushError) Unwrap() error { return e.Err }

// BesidePushes is the first error in err that does not only say that a push was not accepted;
// nil: there is none.
func BesidePushes(err error) error {
	switch x := err.(type) { //nolint:errorlint // joined errors are taken apart here
	case nil, *PushError:
		return nil
	case interface{ Unwrap() []error }:
		for _, part := range x.Unwrap() {
			if other := BesidePushes(part); other != nil {
				return other
			}
		}
		return nil
	}
	return err
}
