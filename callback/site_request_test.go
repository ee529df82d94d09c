package callback

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
)

// request is a signed request in the making; tests spoil it.
type request struct {
	method, path, payload, receiveId string // method "": POST
	token, key                       string
	timestamp, nonce                 string
	spoil                            func(q url.Values, body *string)
}

// send makes the request and returns what came back.
func (s *site) send(r request) *http.Response {
	s.t.Helper()
	res, err := s.http.Do(s.build(r))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { res.Body.Close() })
	return res
}

func (s *site) build(r request) *http.Request {
	s.t.Helper()
	or := func(p *string, value string) {
		if *p == "" {
			*p = value
		}
	}
	or(&r.method, http.MethodPost)
	or(&r.path, "/app")
	or(&r.token, siteToken)
	or(&r.key, siteKey)
	or(&r.timestamp, strconv.FormatInt(clock.Now().Unix(), 10))
	or(&r.nonce, "nonce1")
	crypt, err := NewCrypt(r.token, r.key)
	require.NoError(s.t, err)
	encrypt, signature, err := crypt.Encrypt([]byte(r.payload), r.receiveId, r.timestamp, r.nonce)
	require.NoError(s.t, err)
	q := url.Values{"msg_signature": {signature}, "timestamp": {r.timestamp}, "nonce": {r.nonce}}
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", r.receiveId, encrypt)
	if r.method == http.MethodGet {
		q.Set("echostr", encrypt)
		body = ""
	}
	if r.spoil != nil {
		r.spoil(q, &body)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), r.method, s.url+r.path+"?"+q.Encode(), strings.NewReader(body))
	require.NoError(s.t, err)
	return req
}

func (s *site) body(res *http.Response) string {
	s.t.Helper()
	b, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	return string(b)
}

// infoDoc is a document in InfoType form.
func infoDoc(suiteId, infoType string, elements ...string) string {
	return fmt.Sprintf("<xml><SuiteId>%s</SuiteId><InfoType>%s</InfoType><TimeStamp>%d</TimeStamp>%s</xml>",
		suiteId, infoType, clock.Now().Unix(), strings.Join(elements, ""))
}

// textDoc is a text message.
func textDoc(corpId, text string, id int) string {
	return fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>woLin01</FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId><AgentID>1000037</AgentID></xml>", corpId, clock.Now().Unix(), text, id)
}

// signedRequest is a request with a right signature, and with something around its envelope.
func signedRequest(t *testing.T, crypt *Crypt, method, payload, receiveId string, at int64, before, after string) *http.Request {
	t.Helper()
	timestamp := strconv.FormatInt(at, 10)
	encrypt, signature, err := crypt.Encrypt([]byte(payload), receiveId, timestamp, "n")
	require.NoError(t, err)
	body := before + "<Encrypt>" + encrypt + "</Encrypt>" + after
	if strings.HasPrefix(before, "{") {
		body = before + `"encrypt":"` + encrypt + `"` + after
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	q := url.Values{"msg_signature": {signature}, "timestamp": {timestamp}, "nonce": {"n"}, "echostr": {encrypt}}
	r.Method, r.URL.RawQuery = method, q.Encode()
	return r
}
