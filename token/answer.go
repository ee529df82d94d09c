package token

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/lenient"
)

const (
	maxAnswer  = 32 << 20
	maxSnippet = 200  // of an answer that is no JSON, for the error
	maxErrMsg  = 2000 // of an errmsg
)

// send makes one attempt and decodes the answer into out.
func (a *Api) send(r *request, tok string, attempt int, out any) *Error {
	start := time.Now()
	status, body, err := a.roundTrip(r, tok)
	failed := &Error{Path: r.Path, Credential: r.Credential.String(), HTTPStatus: status, Err: err}
	if err == nil {
		failed.judge(body, out)
	}
	warning := ""
	if failed.Code == 0 && failed.Err == nil {
		if strings.Contains(failed.Msg, "WARNING") {
			warning, _ = mask(failed.Msg, r.secrets(tok))
		}
		failed = nil
	} else {
		unknown := !r.Read && !r.hidden && failed.unanswered()
		failed.scrub(r.secrets(tok))
		if unknown {
			failed.Err = fmt.Errorf("%w: %w", ErrOutcomeUnknown, failed.Err)
		}
	}
	a.report(r, attempt, start, status, failed, warning)
	return failed
}

// roundTrip returns the status and the whole body, which is always closed.
func (a *Api) roundTrip(r *request, tok string) (int, []byte, error) {
	req, err := r.http(a.ctx, a.core.baseURL, tok)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", errUnsent, err)
	}
	resp, err := a.core.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %w", errBrokeOff, err)
	case len(body) > maxAnswer:
		err = fmt.Errorf("the answer is longer than %d MiB", maxAnswer>>20)
	}
	return resp.StatusCode, body, err
}

var (
	errNoAnswer = errors.New("no JSON object in the answer")
	errBrokeOff = errors.New("the answer broke off")
	errUnsent   = errors.New("the request cannot be made")
)

// judge reads the envelope and decodes the rest into out.
func (e *Error) judge(body []byte, out any) {
	var head struct {
		ErrCode int    `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	raw, wantsRaw := out.(*[]byte)
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))) // a byte-order mark
	isObject := len(trimmed) > 0 && trimmed[0] == '{'
	err := errNoAnswer
	if isObject {
		var misfits []string
		misfits, err = lenient.Unmarshal(body, &head)
		if slices.Contains(misfits, "errcode") {
			err = errNoAnswer // its zero would say success
		}
	}
	switch {
	case err == nil && head.ErrCode != 0:
		e.Code = head.ErrCode
		e.Msg, e.FromIP, e.Hint = head.ErrMsg, find(fromIP, head.ErrMsg), find(hint, head.ErrMsg)
		if out != nil && !wantsRaw {
			_, _ = lenient.Unmarshal(body, out) // batches say what failed beside the errcode
		}
	case e.HTTPStatus < 200 || e.HTTPStatus > 299:
		e.Msg, e.Err = snippet(body), errors.New("not an answer of WeCom's API")
	case wantsRaw && len(body) > 0 && (err == nil || !isObject):
		*raw = body
	case err != nil || wantsRaw:
		e.Msg, e.Err = snippet(body), err
	default:
		e.Msg = head.ErrMsg // may hold a warning
		if out == nil {
			return
		}
		if _, err := lenient.Unmarshal(body, out); err != nil {
			e.Err = fmt.Errorf("the answer does not fit: %w", err)
		}
	}
}

var (
	fromIP = regexp.MustCompile(`from ip: ([0-9a-fA-F.:]+)`)
	hint   = regexp.MustCompile(`hint: \[([^\]]+)\]`)
)

func find(re *regexp.Regexp, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// snippet is the beginning of an answer as one line, without the secrets that WeCom hands
// out in it; scrub has the last word on it.
func snippet(body []byte) string {
	if len(body) > 64*maxSnippet {
		body = bytes.ToValidUTF8(body[:64*maxSnippet], nil)
	}
	if !utf8.Valid(body) {
		return fmt.Sprintf("%d bytes that are no text", len(body))
	}
	return handedOut.ReplaceAllString(string(bytes.Join(bytes.Fields(body), []byte(" "))), "$1***")
}

// unanswered reports whether WeCom may have carried out the request all the same.
func (e *Error) unanswered() bool {
	if e.HTTPStatus == 0 {
		return !unsent(e.Err)
	}
	return e.Code == 0 && (e.HTTPStatus < 300 || e.HTTPStatus >= 500)
}

// unsent reports whether err comes from before the request was written.
func unsent(err error) bool {
	var connect *net.OpError
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.Is(err, errUnsent) || errors.As(err, &lookup) || errors.As(err, &certificate) ||
		errors.As(err, &connect) && (connect.Op == "dial" || connect.Op == "proxyconnect")
}

// passing reports whether the same call may well succeed a moment later.
func (e *Error) passing() bool {
	switch {
	case errors.Is(e.Err, context.Canceled), errors.Is(e.Err, errUnsent):
		return false
	case e.Code != 0:
		return e.Code == -1
	}
	return e.HTTPStatus == 0 || e.HTTPStatus >= http.StatusInternalServerError || errors.Is(e.Err, errBrokeOff)
}

func (a *Api) report(r *request, attempt int, start time.Time, status int, failed *Error, warning string) {
	info := CallInfo{
		Path: r.Path, Credential: r.Credential.String(), SuiteId: a.SuiteId(), CorpId: a.CorpId(),
		Attempt: attempt, HTTPStatus: status, Duration: time.Since(start), Warning: warning,
	}
	if failed != nil {
		info.ErrCode, info.Err = failed.Code, failed
	}
	a.core.log.DebugContext(a.ctx, "wecom: call", "path", info.Path, "credential", info.Credential, "suite", info.SuiteId,
		"corp", info.CorpId, "attempt", attempt, "status", status, "errcode", info.ErrCode, "took", info.Duration)
	if warning != "" {
		a.core.log.WarnContext(a.ctx, "wecom: done, with a warning", "path", info.Path, "corp", info.CorpId, "warning", warning)
	}
	if a.core.onCall != nil {
		a.core.onCall(a.ctx, info)
	}
}
