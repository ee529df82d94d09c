package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/wexml"
)

const (
	maxBody = 1 << 20
	maxEcho = 128
)

// ErrStale: a time of the request, in the query or inside the ciphertext, differs from our
// clock by more than [URL.MaxAge].
var ErrStale = errors.New("callback: the push is too far from our clock (replayed, or is the clock wrong?)")

var (
	errMethod = errors.New("callback: method is neither GET nor POST")
	errQuery  = errors.New("callback: the query is not WeCom's")
	errBody   = errors.New("callback: the body cannot be read")
	errEcho   = errors.New("callback: echostr is no URL check but a message: not echoed")
	// errUnavailable: something that the decision needs cannot be read now.
	errUnavailable = errors.New("callback: not decided")
)

// acceptance is one request that passes through the steps.
type acceptance struct {
	ctx context.Context
	h   *Handler
	w   http.ResponseWriter // nil in Explain
	r   *http.Request

	query   query
	body    []byte
	encrypt string

	signed  bool    // with one of the URL's Tokens
	crypt   *Crypt  // the one that decrypted it
	boundTo string  // the only receive id that crypt may be used for; "" for any
	notice  *Notice // after decryption; a URL check has only Raw and ReceiveId
}

// step is one check of a request. The Handler runs the steps in order. Explain runs those
// that read the clock last: a captured request is old.
type step struct {
	name  string
	on    string // method; "" for both
	reads bool   // needs the request, not the decrypted message
	clock bool
	run   func(*acceptance) error
}

var steps = [...]step{
	{name: "method", reads: true, run: (*acceptance).checkMethod},
	{name: "query", reads: true, run: (*acceptance).readQuery},
	{name: "clock", run: (*acceptance).checkQueryTime, clock: true},
	{name: "body", reads: true, run: (*acceptance).readBody, on: http.MethodPost},
	{name: "envelope", reads: true, run: (*acceptance).readEnvelope, on: http.MethodPost},
	{name: "signature", run: (*acceptance).checkSignature},
	{name: "decrypt", run: (*acceptance).checkDecrypt},
	{name: "echo", run: (*acceptance).checkEcho, on: http.MethodGet},
	{name: "content", run: (*acceptance).readContent, on: http.MethodPost},
	{name: "clock", run: (*acceptance).checkContentTime, on: http.MethodPost, clock: true},
	{name: "receive id", run: (*acceptance).checkReceiveId},
	{name: "addressee", run: (*acceptance).checkAddressee, on: http.MethodPost},
}

func newAcceptance(ctx context.Context, h *Handler, w http.ResponseWriter, r *http.Request) *acceptance {
	return &acceptance{ctx: ctx, h: h, w: w, r: r}
}

func everyStep(step) bool { return true }

// run runs the wanted steps, and returns the name of the first that fails.
func (a *acceptance) run(wanted func(step) bool) (failed string, err error) {
	for _, s := range steps {
		if !wanted(s) || s.on != "" && s.on != a.r.Method {
			continue
		}
		if err := s.run(a); err != nil {
			return s.name, err
		}
	}
	return "", nil
}

// isCheck reports whether the request is a URL check.
func (a *acceptance) isCheck() bool { return a.r.Method == http.MethodGet }

func (a *acceptance) checkMethod() error {
	if a.r.Method != http.MethodGet && a.r.Method != http.MethodPost {
		return fmt.Errorf("%w: %.20q", errMethod, a.r.Method)
	}
	return nil
}

// query holds the only parameters that are read from the query.
type query struct{ signature, timestamp, nonce, echo string }

func (q *query) field(name string) *string {
	switch name {
	case "msg_signature":
		return &q.signature
	case "timestamp":
		return &q.timestamp
	case "nonce":
		return &q.nonce
	case "echostr":
		return &q.echo
	}
	return nil
}

// parseQuery reads as url.ParseQuery does, but builds no map: anybody can send a large
// query.
func parseQuery(raw string) (q query) {
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || strings.Contains(pair, ";") {
			continue
		}
		if p := q.field(name); p != nil && *p == "" {
			*p, _ = url.QueryUnescape(value)
		}
	}
	return q
}

func (a *acceptance) readQuery() error {
	if a.r.URL == nil {
		return fmt.Errorf("%w: the request has no URL", errQuery)
	}
	a.query = parseQuery(a.r.URL.RawQuery)
	var missing []string
	for _, name := range []string{"msg_signature", "timestamp", "nonce", "echostr"} {
		if *a.query.field(name) == "" && (name != "echostr" || a.isCheck()) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: %s missing", errQuery, strings.Join(missing, ", "))
	}
	if _, err := strconv.ParseInt(a.query.timestamp, 10, 64); err != nil {
		return fmt.Errorf("%w: timestamp is no number of seconds", errQuery)
	}
	if a.isCheck() {
		a.encrypt = a.query.echo
	}
	return nil
}

func (a *acceptance) checkQueryTime() error {
	seconds, _ := strconv.ParseInt(a.query.timestamp, 10, 64) // readQuery has checked it
	return a.checkTime("the timestamp of the query", seconds)
}

// checkContentTime checks the time that was encrypted with the message. The signature joins
// its parts without separators, so an attacker can exchange parts of the timestamp and nonce
// of a captured push and get a fresh timestamp with a valid signature.
func (a *acceptance) checkContentTime() error {
	for _, seconds := range []int64{a.notice.CreateTime, a.notice.TimeStamp} {
		if seconds == 0 {
			continue // absent: only the time of the query can be checked
		}
		if err := a.checkTime("its content", seconds); err != nil {
			return err
		}
	}
	return nil
}

func (a *acceptance) checkTime(what string, seconds int64) error {
	age := clock.Now().Sub(time.Unix(seconds, 0))
	if age.Abs() <= a.h.url.MaxAge {
		return nil
	}
	return fmt.Errorf("%w: %s is %s old, URL.MaxAge is %s", ErrStale, what, age.Round(time.Second), a.h.url.MaxAge)
}

// readBody does not wait for a slow sender: ServeHTTP has set a deadline, and readAll checks
// the context.
func (a *acceptance) readBody() error {
	if a.r.Body == nil { // only a request made by hand has no body
		return fmt.Errorf("%w: there is none", errBody)
	}
	if a.r.ContentLength > maxBody {
		return fmt.Errorf("%w: %w", errBody, &http.MaxBytesError{Limit: maxBody})
	}
	body, err := readAll(a.ctx, http.MaxBytesReader(a.w, a.r.Body, maxBody), a.r.ContentLength)
	if err != nil {
		return fmt.Errorf("%w: %w", errBody, err)
	}
	_ = http.NewResponseController(a.w).SetReadDeadline(time.Time{}) // the body is read
	a.body = body
	return nil
}

// readAll is io.ReadAll with a limit and a context.
func readAll(ctx context.Context, r io.Reader, size int64) ([]byte, error) {
	const first = 64 << 10 // size is only what the sender claims
	buf := make([]byte, 0, bytes.MinRead+min(max(size, 0), first))
	for ctx.Err() == nil {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, max(bytes.MinRead, min(len(buf), maxBody-len(buf))))
		}
	}
	return nil, ctx.Err()
}

func (a *acceptance) readEnvelope() (err error) {
	a.encrypt, err = parseEnvelope(a.body)
	return err
}

// toUserName returns the ToUserName of the envelope. It is not signed: it only chooses which
// pair is tried.
func (a *acceptance) toUserName() string {
	to, _ := wexml.Text(a.body, "ToUserName")
	return strings.TrimSpace(to)
}

// isJSON reports whether a document, or an envelope, is JSON. All others are XML.
func isJSON(document []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n\ufeff"), []byte("{"))
}
