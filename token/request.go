package token

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Upload is a request with one file in it (multipart/form-data).
type Upload struct {
	Query    url.Values
	Field    string // name of the form field
	FileName string
	Content  []byte
}

// hidden is a token request: all of it is secret.
type hidden struct {
	query url.Values
	body  any
}

// request is a call made ready once, for every attempt at it.
type request struct {
	Endpoint
	query       url.Values
	secretQuery url.Values // codes, and the secret of gettoken
	body        []byte
	contentType string
	hidden      bool // a token request: the body is secret too
}

// veil carries what only the innermost transport may put into a request.
type veil struct {
	query   string
	body    []byte
	secrets func() []string // what must not come back in an error
}

type veilKey struct{}

func newRequest(ep Endpoint, in any) (*request, error) {
	r := &request{Endpoint: ep}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#") {
		return nil, fmt.Errorf("wecom: Endpoint.Path %q must look like /cgi-bin/…, without a query", r.Path)
	}
	if ep.Credential.kind != "" && ep.Credential.param == "" {
		return nil, fmt.Errorf("wecom: %s: Credential.As needs the name of a query key", ep.Path)
	}
	err := r.take(in)
	if err == nil && r.Method == http.MethodGet && r.body != nil {
		err = errors.New("a GET takes url.Values or nil")
	}
	if err != nil {
		return nil, fmt.Errorf("wecom: %s: the request cannot be made: %w", ep.Path, err)
	}
	return r, nil
}

func (r *request) take(in any) (err error) {
	switch in := in.(type) {
	case nil:
		if r.Method == http.MethodPost {
			r.body, r.contentType = []byte("{}"), "application/json"
		}
	case url.Values:
		r.takeQuery(in)
	case *Upload:
		if in == nil {
			return errors.New("the upload is nil")
		}
		return r.takeUpload(in)
	case hidden:
		r.hidden = true
		r.takeQuery(in.query)
		if in.body != nil {
			r.contentType = "application/json"
			r.body, err = encode(in.body)
		}
	default:
		r.contentType = "application/json"
		r.body, err = encode(in)
	}
	return err
}

func (r *request) takeUpload(u *Upload) error {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(u.Field, u.FileName)
	if err != nil {
		return err
	}
	part.Write(u.Content) // to memory: cannot fail
	w.Close()
	r.takeQuery(u.Query)
	r.body, r.contentType = b.Bytes(), w.FormDataContentType()
	return nil
}

func (r *request) takeQuery(query url.Values) {
	r.query, r.secretQuery = url.Values{}, url.Values{}
	for name, values := range query {
		if slices.Contains(secretNames, name) {
			r.secretQuery[name] = values
		} else {
			r.query[name] = values
		}
	}
}

// encode writes v as JSON without HTML escaping: WeCom compares some texts byte by byte.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	body := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if string(body) == "null" {
		return nil, errors.New("the request is nil")
	}
	return body, nil
}

// http builds one attempt. What is secret travels in the context.
func (r *request) http(ctx context.Context, baseURL, tok string) (*http.Request, error) {
	v := &veil{query: r.secretQuery.Encode(), secrets: func() []string { return r.secrets(tok) }}
	if tok != "" {
		v.query = strings.TrimPrefix(v.query+"&"+url.Values{r.Credential.param: {tok}}.Encode(), "&")
	}
	u := baseURL + r.Path
	if q := r.query.Encode(); q != "" {
		u += "?" + q
	}
	var body io.Reader
	if r.hidden {
		v.body = r.body
	} else if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	ctx = context.WithValue(ctx, veilKey{}, v)
	req, err := http.NewRequestWithContext(ctx, r.Method, u, body)
	if err != nil {
		return nil, err
	}
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	req.Header.Set("User-Agent", "gothird-wecom")
	return req, nil
}

// credentialTransport is the innermost transport: what is secret joins the request here,
// behind the middleware, and shows up in no *url.Error.
type credentialTransport struct{ next http.RoundTripper }

// RoundTrip sends a copy of req with its veil lifted. The middleware sees nothing of the
// copy, neither in the response nor in an error.
func (t credentialTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	v, _ := req.Context().Value(veilKey{}).(*veil)
	if v == nil {
		return t.next.RoundTrip(req)
	}
	sent := req.Clone(context.WithValue(req.Context(), veilKey{}, nil))
	if v.query != "" {
		sent.URL.RawQuery = strings.TrimPrefix(sent.URL.RawQuery+"&"+v.query, "&")
	}
	if v.body != nil {
		sent.ContentLength = int64(len(v.body))
		sent.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(v.body)), nil }
		sent.Body, _ = sent.GetBody()
	}
	resp, err := t.next.RoundTrip(sent)
	if resp != nil {
		resp.Request = req
	}
	if err != nil {
		err = scrubError(err, v.secrets())
	}
	return resp, err
}
