package token

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// The classes of failure that callers distinguish with errors.Is.
var (
	// ErrNotFound: the Store has no such key.
	ErrNotFound = errors.New("wecom: not found")
	// ErrNoCorp: the call acts for a corp and the Api is bound to none; use [Api.WithCorp].
	ErrNoCorp = errors.New("wecom: no corp bound: use api.WithCorp(corpId)")
	// ErrNoSuiteTicket: no suite_ticket has arrived yet. WeCom pushes one every ten minutes
	// to the instruction callback URL; the console can push one at once.
	ErrNoSuiteTicket = errors.New("wecom: no suite_ticket yet: WeCom pushes one every 10 minutes to the instruction callback URL, or at once from the console")
	// ErrSuiteTicketStale: the newest suite_ticket is older than 30 minutes, and WeCom refused
	// it.
	ErrSuiteTicketStale = errors.New("wecom: the newest suite_ticket is older than 30 minutes: do the pushes reach the instruction callback URL?")
	// ErrNotInstalled: the corp has no installation of this suite.
	ErrNotInstalled = errors.New("wecom: the corp has not installed this suite, or has removed it")
	// ErrOutcomeUnknown: a write may have reached WeCom, but no answer came back. The SDK
	// does not send it again. Read the state at WeCom before you repeat it.
	ErrOutcomeUnknown = errors.New("wecom: outcome unknown: the request may have been carried out; check before sending it again")
)

// Code is an errcode as an error, to compare with:
//
//	errors.Is(err, token.Code(701030))
type Code int

// Error returns the number and, for codes of the licence endpoints, the meaning.
func (c Code) Error() string {
	s := "wecom: errcode " + strconv.Itoa(int(c))
	if m := meaning(int(c)); m != "" {
		s += " (" + m + ")"
	}
	return s
}

// Error is a call that failed: WeCom refused it (Code is set), the answer was not one of
// WeCom's (HTTPStatus is set), or there was no answer (Err says why).
type Error struct {
	Code       int    // errcode; 0: the answer had none
	Msg        string // errmsg, or the beginning of an answer that is no JSON
	Path       string // path of the endpoint, such as /cgi-bin/license/active_account
	Credential string // kind of credential used: provider, suite, corp, static or none
	SuiteId    string // suite that the call was made with, where it has one
	CorpId     string // authorised corp that the call was made for, where it has one
	FromIP     string // address that WeCom saw, where errmsg has it
	Hint       string // number for WeCom's support, where errmsg has it
	HTTPStatus int    // 0 when no answer came
	Err        error  // cause, such as ErrOutcomeUnknown or a connection error; may be nil
}

// Error returns the endpoint, the suite and corp, the code with its meaning, and WeCom's
// errmsg.
func (e *Error) Error() string {
	if e == nil { // a nil *Error that was returned as an error is not nil
		return "wecom: a nil *token.Error"
	}
	var b strings.Builder
	b.WriteString("wecom: ")
	b.WriteString(e.Path)
	if whose := e.whose(); whose != "" {
		b.WriteString(" (" + whose + ")")
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, ": errcode %d", e.Code)
		if m := meaning(e.Code); m != "" {
			b.WriteString(" (" + m + ")")
		}
	}
	if e.HTTPStatus != 0 && e.HTTPStatus != http.StatusOK {
		fmt.Fprintf(&b, ": HTTP %d %s", e.HTTPStatus, http.StatusText(e.HTTPStatus))
	}
	if e.Msg != "" {
		b.WriteString(": " + e.Msg)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) whose() string {
	var parts []string
	if e.Credential != "" && e.Credential != None.String() {
		parts = append(parts, e.Credential+" token")
	}
	if e.SuiteId != "" {
		parts = append(parts, "suite "+e.SuiteId)
	}
	if e.CorpId != "" {
		parts = append(parts, "corp "+e.CorpId)
	}
	return strings.Join(parts, ", ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Is reports whether target is this error's [Code].
func (e *Error) Is(target error) bool {
	c, ok := target.(Code)
	return ok && e != nil && e.Code != 0 && int(c) == e.Code
}

// code returns the errcode in err, 0 without one.
func code(err error) int {
	var e *Error
	if errors.As(err, &e) && e != nil {
		return e.Code
	}
	return 0
}

// IsRateLimited reports whether WeCom refused the call because there were too many. Blocks
// last from a minute to the rest of the day: slow down instead of repeating.
func IsRateLimited(err error) bool {
	switch code(err) {
	case 45009, 45033, 45036, 701134:
		return true
	}
	return false
}

// IsBusy reports whether WeCom refused the call because another call is changing the same
// thing at this moment. Read the present state, and repeat the call a little later if it is
// still needed.
func IsBusy(err error) bool {
	switch code(err) {
	case 6000, 45035, 670022, 701081, 701142:
		return true
	}
	return false
}

// IsTransient reports whether the same query may succeed a little later: there was no answer, or
// one that is not WeCom's, or WeCom is busy or limits the rate.
func IsTransient(err error) bool {
	var e *Error
	if errors.Is(err, context.Canceled) || !errors.As(err, &e) || e == nil {
		return false
	}
	if e.Code == 0 {
		return e.HTTPStatus < http.StatusBadRequest || e.HTTPStatus >= http.StatusInternalServerError || e.HTTPStatus == http.StatusTooManyRequests
	}
	return e.Code == -1 || IsRateLimited(err) || IsBusy(err)
}

// IsIPNotAllowed reports whether the calling address is missing from the provider's IP
// white list; [Error.FromIP] says which address WeCom saw. A change there takes about a
// minute to apply.
func IsIPNotAllowed(err error) bool { return code(err) == 60020 }

// PartialError is the error of a batch of several requests that was not completed. The first
// Done items were answered. The next Unknown items were sent and may have been carried out. The
// rest was refused or never sent.
type PartialError struct {
	Done    int   // answered; their results were returned together with the error
	Unknown int   // sent, but no answer came back; 0 when WeCom refused the request
	Err     error // what ended the batch
}

// NewPartialError returns the error of a batch of which one request failed: done items were
// answered before it, and sent items were in it. These count as unknown only if err says that
// the request may have been carried out.
func NewPartialError(done, sent int, err error) error {
	if !errors.Is(err, ErrOutcomeUnknown) {
		sent = 0
	}
	return &PartialError{Done: done, Unknown: sent, Err: err}
}

// Error returns how many items were answered.
func (e *PartialError) Error() string {
	if e == nil {
		return "wecom: a *PartialError that is nil"
	}
	s := fmt.Sprintf("wecom: the batch ended early: %d items answered", e.Done)
	if e.Unknown > 0 {
		s += fmt.Sprintf(", the next %d sent without an answer", e.Unknown)
	}
	return s + ", the rest refused or not sent: " + fmt.Sprint(e.Err)
}

// Unwrap returns what ended the batch.
func (e *PartialError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// mayHaveHappened reports whether WeCom may have carried out the failed attempt: no answer
// came, or one that does not exclude it, such as an HTTP status of 500.
func (e *Error) mayHaveHappened(t *attempt) bool {
	if e.HTTPStatus == 0 {
		return t == nil || !t.certainlyUnsent(e.Err)
	}
	return e.Code == 0 && (e.HTTPStatus < 300 || e.HTTPStatus >= 500)
}

// unsent reports whether err comes from before a request was written.
func unsent(err error) bool {
	var connect *net.OpError
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.Is(err, errUnsent) || errors.Is(err, errLostContext) || errors.As(err, &lookup) || errors.As(err, &certificate) ||
		errors.As(err, &connect) && (connect.Op == "dial" || connect.Op == "proxyconnect")
}

// transient reports whether the same call may succeed a moment later.
func (e *Error) transient() bool {
	switch {
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, errUnsent), errors.Is(e.Err, errLostContext), errors.Is(e.Err, errWriter):
		return false
	case e.Code != 0:
		return e.Code == -1
	}
	return e.HTTPStatus == 0 || e.HTTPStatus >= http.StatusInternalServerError || errors.Is(e.Err, errBrokeOff)
}

// IsLost reports whether a request for a corp token (get_corp_token, or gettoken for a
// customised app) was refused because the corp's authorisation is over: only a new
// installation brings a token again. [Api.RemoveIfLost] removes such an installation.
//
// The codes are 40084, 41025, 48004 and 301007, and 40001 of gettoken. In the error of
// another endpoint they have other meanings, and IsLost is false. It is also false for
// callback.ErrLost, which says that the lease of a queue has ended.
func IsLost(err error) bool {
	var e *Error
	return errors.As(err, &e) && e != nil && e.lost()
}

func (e *Error) lost() bool {
	switch e.Code {
	case 40084, 48004, 41025, 301007:
		return e.Path == corpTokenPath || e.Path == getTokenPath
	case 40001:
		return e.Path == getTokenPath
	}
	return false
}
