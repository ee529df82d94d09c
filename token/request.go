package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/redact"
)

// secretParams are the parameters of a token request, its body included. For a JS ticket they
// hold no secret.
type secretParams struct {
	query url.Values
	body  any
}

// request is a prepared call. All attempts use it.
type request struct {
	Endpoint
	query       string // without secrets
	secretQuery url.Values
	in          json.Marshaler // makes a new body for each attempt; nil: body is used each time
	body        []byte
	contentType []string
	upload      *form
	secretBody  bool // a token request: the body is secret too

	out          any       // the answer is decoded into it
	raw          *[]byte   // or gets the body as it is
	file         io.Writer // or gets the body as it arrives
	download     *Download // or is handed over
	fileURL      *url.URL  // of download, if it is not an endpoint's
	malformedToo bool      // raw gets a malformed answer too
	written      bool      // something was written to file

	core    *core
	timeout time.Duration
	refusal []byte // body of the last answer with an errcode: giveUp decodes it into out
	first   attempt
}

func (a *Api) newRequest(ep Endpoint, in any) (*request, error) {
	r := &request{Endpoint: ep, core: a.core, timeout: a.core.timeout}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	err := r.check()
	if err == nil {
		err = r.take(in)
	}
	if err == nil && r.Method == http.MethodGet && (r.body != nil || r.upload != nil) {
		err = errors.New("a GET takes url.Values or nil")
	}
	if err != nil {
		return nil, fmt.Errorf("wecom: %s: the request cannot be made: %w", ep.Path, err)
	}
	return r, nil
}

func (r *request) check() error {
	switch {
	case !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#"):
		return fmt.Errorf("Endpoint.Path %q must look like /cgi-bin/…, without a query", r.Path)
	case r.Method != http.MethodPost && r.Method != http.MethodGet:
		return fmt.Errorf("Endpoint.Method %q must be GET or POST", r.Method)
	}
	return r.Credential.check()
}

var errNoRequest = errors.New("it takes a struct, a map, a json.RawMessage with an object, url.Values, a *token.Upload or nil")

func (r *request) take(in any) error {
	switch in := in.(type) {
	case nil:
		if r.Method == http.MethodPost {
			r.body, r.contentType = []byte("{}"), r.core.jsonType
		}
		return nil
	case url.Values:
		r.takeQuery(in)
		return nil
	case secretParams:
		r.secretBody = true
		r.takeQuery(in.query)
		if in.body == nil {
			return nil
		}
		return r.takeJSON(in.body)
	case *Upload:
		return r.takeUpload(in)
	case Upload, io.Reader:
		return fmt.Errorf("%T is no request: %w", in, errNoRequest)
	}
	return r.takeJSON(in)
}

func (r *request) takeJSON(in any) (err error) {
	r.contentType = r.core.jsonType
	if m, ok := in.(json.Marshaler); ok && reflect.TypeOf(in) != reflect.TypeFor[json.RawMessage]() {
		r.in = m
	}
	r.body, err = r.encode(in)
	return err
}

// prepareAttempt prepares the request for the n-th attempt.
func (r *request) prepareAttempt(n int) (err error) {
	r.refusal = nil
	if n > 1 && r.in != nil {
		r.body, err = r.encode(r.in)
	}
	return err
}

func (r *request) takeQuery(query url.Values) {
	var open url.Values // query without its secrets; made only if there are any
	for name, values := range query {
		if slices.Contains(redact.Names, name) {
			if open == nil {
				open, r.secretQuery = maps.Clone(query), url.Values{}
			}
			delete(open, name)
			r.secretQuery[name] = values
		}
	}
	if open == nil {
		open = query
	}
	r.query = open.Encode()
}

// encoder writes JSON without HTML escaping: WeCom compares some texts byte by byte.
type encoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

// encode returns a body of its own, no pooled buffer: a transport may still read it when the
// call is over.
func (r *request) encode(v any) ([]byte, error) {
	e, _ := r.core.encoders.Get().(*encoder)
	if e == nil {
		e = new(encoder)
		e.enc = json.NewEncoder(&e.buf)
		e.enc.SetEscapeHTML(false)
	}
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return nil, err // an encoder that has failed is not used again
	}
	body := bytes.TrimSuffix(e.buf.Bytes(), []byte("\n"))
	if len(body) == 0 || body[0] != '{' {
		return nil, fmt.Errorf("%T is no JSON object: %w", v, errNoRequest)
	}
	body = bytes.Clone(body)
	if e.buf.Cap() <= maxPooled {
		r.core.encoders.Put(e)
	}
	return body, nil
}

const maxPooled = 1 << 20 // larger buffers are not pooled

// into sets where the answer goes.
func (r *request) into(out any) error {
	v := reflect.ValueOf(out)
	isNil := (v.Kind() == reflect.Pointer || v.Kind() == reflect.Func) && v.IsNil()
	switch out := out.(type) {
	case nil:
		return nil
	case *[]byte:
		r.raw = out
	case *Download:
		r.download = out
	case io.Writer:
		r.file = out
	default:
		r.out = out
	}
	if isNil || r.file == nil && v.Kind() != reflect.Pointer {
		return fmt.Errorf("wecom: %s: the answer needs a pointer that is not nil, or an io.Writer, not %T", r.Path, out)
	}
	return nil
}
