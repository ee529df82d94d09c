package spectest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gothird/wecom/internal/inprocess"
	"github.com/gothird/wecom/internal/lenient"
)

// Canned answers token endpoints with tokens, and everything else with what answer says;
// "" breaks the connection. An object that has no errcode gets that of success, as all of
// WeCom's have one, but for some old endpoints.
func Canned(answer func(path string, body []byte) string) http.RoundTripper {
	return inprocess.Transport(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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

// Refuse fails the test when a request arrives, and answers so that no other follows.
func Refuse(t testing.TB) http.RoundTripper {
	return Canned(func(path string, _ []byte) string {
		t.Errorf("request to %s", path)
		return `{"errcode":48002}`
	})
}
