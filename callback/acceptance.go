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

// ErrStale: a time of the request, in its query or inside of its ciphertext, is further from
// our clock than [URL.MaxAge].
var ErrStale = errors.New("callback: the push is too far from our clock (replayed, or is the clock wrong?)")

var (
	errMethod = errors.New("callback: method is neither GET nor POST")
	errQuery  = errors.New("callback: the query is not WeCom's")
	errBody   = errors.New("callback: the body cannot be read")
	errEcho   = errors.New("callback: echostr is no URL check but a message: not echoed")
	// errUnavailable: what the decision needs cannot be asked at the moment.
	errUnavailable = errors.New("callback: not decided")
)

// acceptance is one request on its way through the steps.
type acceptance struct {
	ctx context.Context
	h   *Handler
	w   http.ResponseWriter // nil in Explain
	r   *http.Request

	query   query
	body    []byte
	encrypt string

	signed  bool    // with a Token of ours
	crypt   *Crypt  // that has opened it
	boundTo string  // the only receive id that crypt is good for; "" for any
	notice  *Notice // once it is open; of a URL check only Raw and ReceiveId
}

// step is one thing that a request must pass. The Handler takes the steps in their order,
// Explain those that read the clock last: a captured request is old.
type step struct {
	name  string
	on    string // method; "" for both
	reads bool   // the request, not yet its message
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

// run takes the steps that are wanted, and names the first that fails.
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

// query has all that is read of the query.
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

// parseQuery reads as url.ParseQuery does, but makes no map of a query that anybody may
// have sent.
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
	seconds, _ := strconv.ParseInt(a.query.timestamp, 10, 64) // readQuery has tried
	return a.checkTime("the timestamp of the query", seconds)
}

// checkContentTime checks the time that was encrypted with the message. The signature joins
// its parts without separators, so timestamp and nonce of a captured push can be moved into
// each other until the timestamp is a fresh one.
func (a *acceptance) checkContentTime() error {
	for _, seconds := range []int64{a.notice.CreateTime, a.notice.TimeStamp} {
		if seconds == 0 {
			continue // not given: the time of the query is all there is
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

// readBody does not wait for a sender who takes his time: ServeHTTP has set a deadline, and
// readAll looks at the context.
func (a *acceptance) readBody() error {
	if a.r.Body == nil { // no server makes such a request
		return fmt.Errorf("%w: there is none", errBody)
	}
	if a.r.ContentLength > maxBody {
		return fmt.Errorf("%w: %w", errBody, &http.MaxBytesError{Limit: maxBody})
	}
	body, err := readAll(a.ctx, http.MaxBytesReader(a.w, a.r.Body, maxBody), a.r.ContentLength)
	if err != nil {
		return fmt.Errorf("%w: %w", errBody, err)
	}
	_ = http.NewResponseController(a.w).SetReadDeadline(time.Time{}) // there is no more to come
	a.body = body
	return nil
}

// readAll is io.ReadAll with an end, and with a buffer that doubles.
func readAll(ctx context.Context, r io.Reader, size int64) ([]byte, error) {
	const first = 64 << 10 // the size is no more than a claim
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

// toUserName is what the envelope says, which nobody has signed: it may choose the pair
// that is tried, and nothing else.
func (a *acceptance) toUserName() string {
	to, _ := wexml.Text(a.body, "ToUserName")
	return strings.TrimSpace(to)
}

// isJSON reports whether a document, or an envelope, is JSON. All others are XML.
func isJSON(document []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n\ufeff"), []byte("{"))
}
