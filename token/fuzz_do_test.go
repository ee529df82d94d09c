package token_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

type everyKind struct {
	Text   string            `json:"text"`
	Int    int8              `json:"int"`
	Float  float64           `json:"float"`
	Bool   *bool             `json:"bool"`
	List   []string          `json:"list"`
	Map    map[string]int    `json:"map"`
	Ints   map[int]string    `json:"ints"`
	Any    any               `json:"any"`
	Array  [2]int            `json:"array"`
	Self   *everyKind        `json:"self"`
	Bytes  []byte            `json:"bytes"`
	Chan   chan int          `json:"chan"`
	Func   func()            `json:"func"`
	Params data.D            `json:"params"`
	Nested []struct{ A int } `json:"nested"`
	hidden int
}

// Nothing that a server says makes a call panic, whatever it is decoded into, and an error
// leaves nothing behind but what came beside an errcode.
// G: request/hostile
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		`{"errcode":0,"text":"a","int":300,"float":"1.5","bool":null,"list":"a,b","map":{"a":"1"},"ints":{"1":"a","x":"b"},"self":{"self":{}}}`,
		`{"errcode":40001,"errmsg":"from ip: 1.2.3.4, hint: [x]"}`, `{"errcode":"soon"}`, "<html>", "", "null", "[]", `{"errcode":0`, "\xef\xbb\xbf{}", "\x00\xff",
		`{"errcode":0,"array":[1,2,3],"bytes":"!","chan":1,"func":{},"any":[{}],"params":{"n":1e999},"nested":{"A":1}}`,
	} {
		for out := range uint8(12) {
			f.Add([]byte(body), 200, "application/json", "", out)
		}
	}
	f.Add([]byte("{"), 302, "x/y;;=", "attachment; filename=\"", uint8(2))
	f.Fuzz(func(t *testing.T, body []byte, status int, kind, disposition string, which uint8) {
		client := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			header := http.Header{"Content-Type": {kind}, "Content-Disposition": {disposition}, "Location": {kind}}
			return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(body))}, nil
		})}
		api, err := token.New(token.Config{SuiteId: suiteId, SuiteSecret: suiteSecret, HTTPClient: client, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		var raw []byte
		var file bytes.Buffer
		var any1 any
		var number int
		var text string
		var list []everyKind
		var params data.D
		var fn func()
		var ch chan int
		var deep **everyKind
		outs := []any{nil, &everyKind{hidden: 1}, &raw, &file, &any1, &number, &text, &list, &params, &fn, &ch, &deep}
		out := outs[int(which)%len(outs)]
		ep := writeNone
		ep.NoErrcode = which > 127
		err = api.Do(ep, nil, out)
		if err == nil {
			require.Equal(t, 2, status/100, "HTTP %d is a success", status)
			return
		}
		require.ErrorAs(t, err, new(*token.Error))
		require.Empty(t, raw, "an error and an answer: %v", err)
		require.Zero(t, file.Len(), "an error and a file: %v", err)
	})
}
