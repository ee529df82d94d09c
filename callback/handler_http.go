package callback

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gothird/wecom/token"
)

const (
	maxBody = 1 << 20
	maxEcho = 128
	// patience is what storing may take; WeCom hangs up after five seconds.
	patience = 4 * time.Second
)

// ErrStale: the timestamp of a request is further from our clock than [Config.MaxAge].
var ErrStale = errors.New("callback: timestamp is too far from our clock (replayed, or is the clock wrong?)")

var (
	errMethod = errors.New("callback: method is neither GET nor POST")
	errQuery  = errors.New("callback: the query is not WeCom's")
	errEcho   = errors.New("callback: echostr is no URL check but a message: not echoed")
)

// ServeHTTP answers a URL check (GET) with the decrypted echo, and a push (POST) with
// `success` once it is in the queue, whatever becomes of it then. Anything else gets a bare
// HTTP status; [Config.OnError] hears why.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	var (
		n    *Notice
		body []byte
		err  error
	)
	switch r.Method {
	case http.MethodGet:
		body, err = h.check(ctx, r.URL.Query())
	case http.MethodPost:
		var push *push
		if push, err = h.receive(ctx, w, r); push != nil {
			n = push.notice
		}
		if err == nil {
			body = h.replyTo(r.Context(), push, start)
		}
	default:
		w.Header().Set("Allow", "GET, POST")
		err = fmt.Errorf("%w: %q", errMethod, r.Method)
	}
	status := statusOf(err)
	if err != nil {
		body = []byte(http.StatusText(status))
		h.report(ctx, n, err)
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if bytes.HasPrefix(body, []byte("<")) {
		w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // if WeCom has hung up, it repeats
}

func statusOf(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, errMethod):
		return http.StatusMethodNotAllowed
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrSignature), errors.Is(err, ErrDecrypt), errors.Is(err, ErrReceiveId),
		errors.Is(err, ErrStale), errors.Is(err, errEcho):
		return http.StatusForbidden
	case errors.Is(err, ErrPayload), errors.Is(err, errQuery):
		return http.StatusBadRequest
	}
	return http.StatusServiceUnavailable
}

// check answers the URL check. The same formula signs checks and pushes, so a captured push
// could be sent here to be decrypted: only what cannot be one is echoed.
func (h *Handler) check(ctx context.Context, q url.Values) ([]byte, error) {
	if q.Get("echostr") == "" {
		return nil, fmt.Errorf("%w: echostr is missing", errQuery)
	}
	echo, receiveId, _, err := h.open(q, q.Get("echostr"))
	if err != nil {
		return nil, err
	}
	if !isEcho(echo) {
		return nil, errEcho
	}
	if err := h.accept(ctx, http.MethodGet, receiveId); err != nil {
		return nil, err
	}
	return echo, nil
}

// isEcho reports whether text is a short token: no XML, no JSON.
func isEcho(text []byte) bool {
	return len(text) > 0 && len(text) <= maxEcho && !bytes.ContainsFunc(text, func(r rune) bool {
		switch {
		case '0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return false
		}
		return r != '-' && r != '_' && r != '.' && r != '+' && r != '/' && r != '='
	})
}

// push is a message that was received and is genuine.
type push struct {
	notice           *Notice
	crypt            *Crypt // that it came with
	receiveId, nonce string
}

// receive takes a push as far as the queue.
func (h *Handler) receive(ctx context.Context, w http.ResponseWriter, r *http.Request) (*push, error) {
	if r.Body == nil { // no server makes such a request
		return nil, fmt.Errorf("%w: no body", ErrPayload)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("callback: read the body: %w", err)
	}
	encrypt, err := parseEnvelope(body)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	payload, receiveId, crypt, err := h.open(q, encrypt)
	if err != nil {
		return nil, err
	}
	if err := h.accept(ctx, http.MethodPost, receiveId); err != nil {
		return nil, err
	}
	n, err := Parse(payload)
	if err != nil {
		return nil, err
	}
	p := &push{n, crypt, receiveId, q.Get("nonce")}
	if err := h.ours(n); err != nil {
		return p, err
	}
	return p, h.keep(ctx, n)
}

// ours refuses what no queue should take: the notice of another suite, and one that the
// Handler must understand and does not.
func (h *Handler) ours(n *Notice) error {
	if h.cfg.Channel != System && n.SuiteId != "" && n.SuiteId != h.api.SuiteId() {
		return fmt.Errorf("%w: the notice is of suite %q, ours is %q", ErrReceiveId, n.SuiteId, h.api.SuiteId())
	}
	return nil
}

// keep makes a notice durable: what must not wait is stored, then the queue takes it.
func (h *Handler) keep(ctx context.Context, n *Notice) error {
	if err := h.storeTicket(ctx, n); err != nil {
		return err
	}
	if err := h.storeCancel(ctx, n); err != nil {
		return err
	}
	if err := h.cfg.Queue.Put(ctx, queueKey(n), n.Raw); err != nil {
		return fmt.Errorf("callback: keep the notice: %w", err)
	}
	return nil
}

// queueKey has the corp for a lane. Auth codes soon expire and go first.
func queueKey(n *Notice) string {
	lane := cmp.Or(n.AuthCorpId, n.ToUserName, n.ServiceCorpId, n.SuiteId, "-")
	if bringsAuthCode(n) {
		lane = ""
	}
	return url.PathEscape(lane) + "/" + n.Key()
}

// open verifies and decrypts with whichever pair fits, and checks the clock.
func (h *Handler) open(q url.Values, encrypt string) (payload []byte, receiveId string, crypt *Crypt, err error) {
	for _, name := range []string{"msg_signature", "timestamp", "nonce"} {
		if q.Get(name) == "" {
			return nil, "", nil, fmt.Errorf("%w: %s is missing", errQuery, name)
		}
	}
	signature, timestamp, nonce := q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce")
	err = ErrSignature
	for _, crypt = range h.crypts {
		var e error
		if payload, receiveId, e = crypt.Decrypt(signature, timestamp, nonce, encrypt); e == nil {
			err = nil
			break
		}
		if !errors.Is(e, ErrSignature) {
			err = e // this pair has the right Token: its reason says more
		}
	}
	if err != nil {
		return nil, "", nil, err
	}
	if err := h.fresh(timestamp); err != nil {
		return nil, "", nil, err
	}
	return payload, receiveId, crypt, nil
}

// fresh compares a timestamp with the clock.
func (h *Handler) fresh(timestamp string) error {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: timestamp is no number", errQuery)
	}
	if age := time.Since(time.Unix(seconds, 0)); age.Abs() > h.cfg.MaxAge {
		return fmt.Errorf("%w: it is %s old, MaxAge is %s", ErrStale, age.Round(time.Second), h.cfg.MaxAge)
	}
	return nil
}

// accept checks whom a message is for against the role of this URL.
func (h *Handler) accept(ctx context.Context, method, receiveId string) error {
	ids, installed := h.receiveIds(method)
	if slices.Contains(ids, receiveId) {
		return nil
	}
	if installed && receiveId != "" {
		_, err := h.api.WithContext(ctx).WithCorp(receiveId).Installation()
		if err == nil {
			return nil
		}
		if !errors.Is(err, token.ErrNotInstalled) {
			return fmt.Errorf("callback: is corp %q installed?: %w", receiveId, err)
		}
	}
	return fmt.Errorf("%w: %q (%s on %s accepts %q, installed corps: %t)", ErrReceiveId, receiveId, method, h.cfg.Channel, ids, installed)
}

// receiveIds lists whom messages may be for, and whether corps with an installation are
// among them. Which id a template's check carries is not documented.
func (h *Handler) receiveIds(method string) (ids []string, installed bool) {
	add := func(id string) {
		if id != "" {
			ids = append(ids, id)
		}
	}
	suiteId := h.api.SuiteId()
	switch {
	case method == http.MethodGet:
		add(h.api.ProviderCorpId())
		if h.cfg.Channel != System && token.IsTemplate(suiteId) {
			add(suiteId)
			installed = h.cfg.Channel == Data
		}
	case h.cfg.Channel == Instruction:
		add(suiteId)
	case h.cfg.Channel == Data:
		installed = suiteId != ""
	case h.cfg.Channel == System:
		add(h.api.ProviderCorpId())
	}
	return append(ids, h.cfg.ReceiveIds...), installed
}
