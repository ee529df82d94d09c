package spectest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
)

// door is a RoundTripper that hands requests to a handler.
type door struct{ http.Handler }

// Door sends requests to h without a network, so that they take no time under the clock of
// testing/synctest. A handler that aborts breaks the connection.
func Door(h http.Handler) http.RoundTripper { return door{h} }

func (d door) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			resp, err = nil, io.ErrUnexpectedEOF
		default:
			panic(p)
		}
	}()
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	w := httptest.NewRecorder()
	d.ServeHTTP(w, in)
	resp = w.Result()
	resp.Request = r
	return resp, nil
}

// Canned answers token endpoints with tokens, and everything else with what answer says;
// "" breaks the connection. An object that has no errcode gets that of success, as all of
// WeCom's have one, but for some old endpoints.
func Canned(answer func(path string, body []byte) string) http.RoundTripper {
	return Door(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if format, ok := tokens[r.URL.Path]; ok {
			fmt.Fprintf(w, format, 1)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		text := answer(r.URL.Path, body)
		if text == "" {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, successful(text))
	}))
}

func successful(text string) string {
	told := false
	isObject := lenient.Members([]byte(text), func(name, _ []byte) bool {
		told = string(name) == "errcode"
		return !told
	})
	rest := strings.TrimPrefix(text, "{")
	switch {
	case !isObject || told || rest == text:
		return text
	case strings.HasPrefix(rest, "}"):
		return `{"errcode":0` + rest
	}
	return `{"errcode":0,` + rest
}
