package token

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/lenient"
)

const maxAnswer = 32 << 20

var (
	errNoAnswer = errors.New("no JSON object in the answer")
	errForeign  = errors.New("not an answer of WeCom's API")
	errBrokeOff = errors.New("the answer broke off")
	errUnsent   = errors.New("the request cannot be made")
)

// answer is the HTTP answer to one attempt.
type answer struct {
	status int
	header http.Header
	body   []byte
	buf    *bytes.Buffer // holds body; nil: the caller owns body
}

// send makes one attempt and stores the answer in the request's out value.
func (a *Api) send(r *request, g *grant, n int, sent time.Time) *Error {
	if err := r.prepareAttempt(n); err != nil {
		return a.failure(r.Endpoint, fmt.Errorf("%w: %w", errUnsent, err))
	}
	ans, t, err := a.receive(r, g)
	defer a.core.release(ans)
	warning, failed := "", (*Error)(nil)
	if err == nil || r.malformedToo {
		warning, failed = a.decodeAnswer(r, ans)
	}
	if err != nil {
		failed = a.failure(r.Endpoint, err)
	}
	if failed != nil {
		failed.HTTPStatus = ans.status
		unknown := !r.Read && failed.mayHaveHappened(t)
		failed.scrub(r.secrets(g))
		if unknown {
			failed.Err = fmt.Errorf("%w: %w", ErrOutcomeUnknown, failed.Err)
		}
	}
	if a.core.onCall != nil || warning != "" {
		a.report(r, g, n, sent, ans.status, failed, warning)
	}
	return failed
}

// failure wraps err as the *Error of a call to an endpoint.
func (a *Api) failure(ep Endpoint, err error) *Error {
	e := &Error{Path: ep.Path, Credential: ep.Credential.String(), Err: err}
	e.SuiteId, e.CorpId = a.suiteFor(ep), a.corpFor(ep)
	return e
}

// suiteFor returns the suite id of a call to an endpoint: "" for calls with a provider
// token.
func (a *Api) suiteFor(ep Endpoint) string {
	if ep.Credential.kind == providerKind || ep.Path == providerTokenPath {
		return ""
	}
	return a.SuiteId()
}

// corpFor returns the corp of a call to an endpoint: "" for tokens of the provider and the
// suite, which several corps share.
func (a *Api) corpFor(ep Endpoint) string {
	if ep.Path == providerTokenPath || ep.Path == suiteTokenPath {
		return ""
	}
	return a.CorpId()
}

// receive sends the request and reads the answer, within the timeout.
func (a *Api) receive(r *request, g *grant) (ans answer, t *attempt, err error) {
	ctx, w := a.watch(r)
	defer func() { w.stop() }()
	t = r.attempt(ctx, w, g)
	resp, err := t.roundTrip()
	if err != nil {
		return ans, t, a.ownTimeout(ctx, r, err)
	}
	defer func() { resp.Body.Close() }()
	w.progress()
	ans = answer{status: resp.StatusCode, header: resp.Header}
	isFile := r.fileURL != nil && ans.good()
	if r.fileURL == nil && r.streams() {
		isFile, err = ans.takesFile(resp)
	}
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %w", errBrokeOff, err)
	case isFile && r.download != nil:
		r.handOver(a, ctx, resp, w)
		resp.Body, w = http.NoBody, watchdog{cancel: func() {}}
	case isFile:
		err = r.copyFile(resp.Body, w)
	default:
		err = t.read(&ans, resp)
	}
	return ans, t, a.ownTimeout(ctx, r, err)
}

// read reads the whole body, up to a limit.
func (t *attempt) read(ans *answer, resp *http.Response) error {
	buf, _ := t.r.core.buffers.Get().(*bytes.Buffer)
	if buf == nil || t.r.raw != nil {
		buf = new(bytes.Buffer)
	}
	buf.Reset()
	if n := resp.ContentLength; n > 0 && n <= maxAnswer {
		buf.Grow(int(n) + bytes.MinRead)
	}
	if t.r.raw == nil {
		ans.buf = buf
	}
	t.limit = io.LimitedReader{R: resp.Body, N: maxAnswer + 1}
	_, err := buf.ReadFrom(&t.limit)
	ans.body = buf.Bytes()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errBrokeOff, err)
	case len(ans.body) > maxAnswer:
		return fmt.Errorf("the answer is longer than %d MiB", maxAnswer>>20)
	}
	return nil
}

// release returns the buffer of an answer to the pool.
func (c *core) release(ans answer) {
	if ans.buf != nil && ans.buf.Cap() <= maxPooled {
		c.buffers.Put(ans.buf)
	}
}

// envelope is the errcode and errmsg of an answer.
type envelope struct {
	code  int64
	msg   string
	state envelopeState
}

type envelopeState int

const (
	noObject  envelopeState = iota // no JSON object, or one that ends before an errcode
	noErrcode                      // an object without an errcode
	badCode                        // an errcode that is not a number
	good
)

// readEnvelope reads errcode and errmsg and then stops: they are mostly first.
func readEnvelope(body []byte) (e envelope) {
	var hasCode, hasMsg bool
	object := lenient.Members(body, func(name, value []byte) bool {
		switch string(name) {
		case "errcode":
			var ok bool
			e.state, hasCode = good, true
			if e.code, ok = lenient.Int(value); !ok {
				e.state = badCode
			}
		case "errmsg":
			hasMsg = true
			if string(value) != `"ok"` {
				e.msg, _ = lenient.Text(value)
			}
		}
		return !hasCode || !hasMsg
	})
	if object && !hasCode {
		e.state = noErrcode
	}
	return e
}

// fault is the error for an answer that should be JSON with an errcode and is not.
func (e envelope) fault() error {
	if e.state == noObject {
		return errNoAnswer
	}
	return errForeign
}

// decodeAnswer reads the envelope and decodes the rest into the request's out value, or
// returns the error. A success may carry a warning.
func (a *Api) decodeAnswer(r *request, ans answer) (warning string, failed *Error) {
	if r.written {
		return "", nil // a file, already written to the caller's io.Writer
	}
	if r.malformedToo {
		*r.raw = ans.body
	}
	env := ans.envelope()
	switch {
	case env.state == good && env.code != 0:
		return "", a.refusal(r, ans, env)
	case !ans.good():
		return "", a.foreign(r, ans, errForeign)
	case r.raw != nil || r.streams():
		return "", a.deliver(r, ans, env)
	case !r.accepts(env), env.state == noObject:
		return "", a.foreign(r, ans, env.fault())
	}
	if err := a.decode(r, ans.body); err != nil {
		return "", a.foreign(r, ans, err)
	}
	return env.warning(), nil
}

// envelope returns the envelope of the answer; a file has none.
func (ans answer) envelope() envelope {
	if ans.isFile() {
		return envelope{}
	}
	return readEnvelope(ans.body)
}

// warning returns the errmsg of a success if it is a warning.
func (e envelope) warning() string {
	if strings.Contains(e.msg, "WARNING") {
		return e.msg
	}
	return ""
}

// good reports whether the HTTP status is 2xx.
func (ans answer) good() bool { return ans.status >= 200 && ans.status <= 299 }

// accepts reports whether the envelope says success.
func (r *request) accepts(env envelope) bool {
	return env.state != badCode && (env.state != noErrcode || r.NoErrcode)
}

// refusal is the error for an answer with an errcode.
func (a *Api) refusal(r *request, ans answer, env envelope) *Error {
	r.refusal = bytes.Clone(ans.body)
	e := a.failure(r.Endpoint, nil)
	e.Code, e.Msg = int(env.code), env.msg
	e.FromIP, e.Hint = after(env.msg, "from ip: ", ",; "), after(env.msg, "hint: [", "]")
	return e
}

// foreign is the error for an answer that does not come from WeCom, such as the page of a
// proxy.
func (a *Api) foreign(r *request, ans answer, err error) *Error {
	e := a.failure(r.Endpoint, err)
	e.Msg = snippet(ans.body)
	return e
}

// decode decodes the body into the caller's value.
func (a *Api) decode(r *request, body []byte) error {
	out := r.out
	if out == nil {
		out = new(struct{}) // only checks that it is JSON
	}
	misfits, err := lenient.Unmarshal(body, out)
	if err = cmp.Or(err, r.lacking(body)); err != nil {
		reflect.ValueOf(out).Elem().SetZero()
		return err
	}
	a.core.misfits.logNew(a, r.Path, misfits)
	return nil
}

// giveUp returns the error of the last attempt. A batch's answer with an errcode is still
// decoded: it says which items failed.
func (r *request) giveUp(failed *Error) error {
	if r.refusal != nil && r.out != nil {
		_, _ = lenient.Unmarshal(r.refusal, r.out)
	}
	return failed
}

// after returns the text behind mark in s, up to one of the characters in ends.
func after(s, mark, ends string) string {
	_, rest, found := strings.Cut(s, mark)
	if !found {
		return ""
	}
	if i := strings.IndexAny(rest, ends); i >= 0 {
		rest = rest[:i]
	}
	return rest
}
