package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// answerTimeout limits receiving and storing a push; WeCom closes the connection after five
// seconds.
const answerTimeout = 4 * time.Second

const (
	// hangUp is when WeCom has certainly given up a push, from the beginning of the request.
	hangUp = 5500 * time.Millisecond
	// maxHangingUp is how many pushes of an Inbox may wait for that.
	maxHangingUp = 1000
)

// Handler is the http.Handler of one callback URL: see [Inbox.Handler]. Printing it shows no
// secret.
type Handler struct {
	in     *Inbox
	api    *token.Api
	url    URL
	route  string
	crypts []*Crypt
	cache  *replyCache
}

var _ http.Handler = (*Handler)(nil)

// Handler makes the http.Handler of one callback URL of api's suite, also while Run runs. It
// starts no goroutine. The error names every invalid field; for a Token or key it is ErrKey
// too.
//
// A URL check (GET) is answered with the decrypted echo; a push (POST) with `success` once
// it is in the queue, or with the passive reply of an [Answer] function. A push that can't be
// kept, or not be checked because the Store fails, is answered with 503 after 5.5 seconds, when
// WeCom has hung up: it repeats what timed out, and perhaps nothing else. Up to 1,000 pushes of
// an Inbox wait for that at a time; more get the 503 at once. Anything else gets an HTTP status
// without a reason, so that an attacker learns nothing. The reason goes to Config.Logger and
// Config.OnError, and [Explain] says what to change.
func (in *Inbox) Handler(api *token.Api, url URL) (*Handler, error) {
	crypts, err := url.crypts()
	err = errors.Join(url.check(api), err)
	if in == nil || in.queue == nil {
		err = errors.Join(errNilInbox, err)
	}
	if err != nil {
		return nil, fmt.Errorf("callback: Inbox.Handler: %w", err)
	}
	if url.MaxAge == 0 {
		url.MaxAge = defaultMaxAge
	}
	api = api.WithCorp("").WithContext(context.Background())
	h := &Handler{in: in, api: api, url: url, route: routeOf(api, url.Channel), crypts: crypts}
	h.cache = in.addHandler(h)
	return h, nil
}

// Format prints the route of the Handler.
func (h Handler) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "callback.Handler{%s}", h.route) }

// LogValue logs the route of the Handler.
func (h Handler) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(h)) }

// mark stores in a notice on which URL it came.
func (h *Handler) mark(n *Notice) {
	n.work.route = h.route
	if h.url.Channel == System {
		n.work.suite = h.api.SuiteId()
	}
}

// response is the answer to WeCom, and the errors to report after it.
type response struct {
	status  int
	body    []byte
	reports []error
}

// ServeHTTP answers a URL check or receives a push: see [Inbox.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h == nil || h.in == nil {
		response{status: http.StatusServiceUnavailable}.write(w)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerTimeout)
	defer cancel()
	// Also for a body that is not read: the server reads it before it answers.
	deadline, _ := ctx.Deadline()
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(deadline) // not every ResponseWriter supports it
	a := newAcceptance(ctx, h, w, r)
	began := time.Now()
	out := h.respond(a, began.Add(replyTimeout))
	if out.status == http.StatusServiceUnavailable && a.crypt != nil && !a.isCheck() {
		h.awaitHangUp(r.Context(), hangUp-time.Since(began))
	}
	out.write(w)
	if len(out.reports) == 0 {
		return
	}
	_ = connection.Flush() // reports come after the answer
	for _, err := range out.reports {
		h.in.report(ctx, a.notice, h.where(r, err))
	}
}

// awaitHangUp lets WeCom hang up on a push that could not be kept. It repeats what timed out; its
// pages disagree on whether it repeats what got an error status, too.
func (h *Handler) awaitHangUp(ctx context.Context, d time.Duration) {
	defer h.in.hangingUp.Add(-1)
	if h.in.hangingUp.Add(1) <= maxHangingUp {
		_ = clock.Sleep(ctx, d)
	}
}

// where adds the URL to an error. The path is untrusted input.
func (h *Handler) where(r *http.Request, err error) error {
	path := ""
	if r.URL != nil {
		path = r.URL.Path
	}
	return fmt.Errorf("%w (%.10s %.100q, on the URL of %s)", err, r.Method, path, h.route)
}

// respond checks the request, stores a push, and computes a passive reply, for which it waits
// until the deadline.
func (h *Handler) respond(a *acceptance, deadline time.Time) response {
	if _, err := a.run(everyStep); err != nil {
		return response{status: statusOf(err), reports: []error{err}}
	}
	if a.isCheck() {
		return response{status: http.StatusOK, body: a.notice.Raw}
	}
	if err := h.in.enqueue(a.ctx, h, a.notice); err != nil {
		return response{status: http.StatusServiceUnavailable, reports: []error{err}}
	}
	out := response{status: http.StatusOK, body: []byte("success")}
	if err := misfitError(a.notice); err != nil {
		out.reports = append(out.reports, err)
	}
	body, err := h.passiveReply(a, deadline)
	if err != nil {
		out.reports = append(out.reports, fmt.Errorf("callback: passive reply: %w", err))
	} else if body != nil {
		out.body = body
	}
	return out
}

// misfitError names the elements of a notice that could not be read, without their values.
func misfitError(n *Notice) error {
	const most = 20
	names := n.Misfits
	if len(names) == 0 {
		return nil
	}
	more := ""
	if len(names) > most {
		names, more = names[:most], " …"
	}
	return fmt.Errorf("callback: %q: %d elements do not fit their fields, which stay zero (see Notice.Raw): %s%s",
		n.Kind(), len(n.Misfits), strings.Join(names, ", "), more)
}

// write sends the answer; without a body it is the status text.
func (out response) write(w http.ResponseWriter) {
	if out.body == nil {
		out.body = []byte(http.StatusText(out.status))
	}
	contentType := "text/plain"
	switch {
	case bytes.HasPrefix(out.body, []byte("<")):
		contentType = "application/xml"
	case bytes.HasPrefix(out.body, []byte("{")):
		contentType = "application/json"
	}
	head := w.Header()
	head.Set("Content-Type", contentType+"; charset=utf-8")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Length", strconv.Itoa(len(out.body)))
	if out.status == http.StatusMethodNotAllowed {
		head.Set("Allow", "GET, POST")
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body) // if the connection is closed, WeCom repeats the push
}

// statusOf returns the HTTP status for a request that was not accepted.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errUnavailable):
		return http.StatusServiceUnavailable
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed
	case errors.As(err, new(*http.MaxBytesError)):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errQuery), errors.Is(err, errBody), errors.Is(err, ErrPayload):
		return http.StatusBadRequest
	}
	return http.StatusForbidden
}
