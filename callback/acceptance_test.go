package callback

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/token"
)

// Nothing else of the query is read, whatever it says.
// G: receive/query
func TestFurtherQueryParameters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	more := func(q url.Values, _ *string) {
		q.Set("corpid", "wwx")
		q.Set("debug", "1")
		q.Add("trace", "a b&c")
		q.Add("nonce", "second")
	}
	res := s.send(request{method: "GET", payload: "42", receiveId: siteProvider, spoil: more})
	assert.Equal(t, "42", s.body(res))
	res = s.send(request{payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite, spoil: more})
	assert.Equal(t, "success", s.body(res))
}

// Our reading of the query agrees with net/url's.
// G: receive/query
func FuzzParseQuery(f *testing.F) {
	for _, q := range []string{"", "msg_signature=a&timestamp=1&nonce=b&echostr=a%2Bb+c", "%6eonce=x", "nonce=a;timestamp=3", "nonce=%zz&nonce=b", "&&=&nonce", "nonce=&nonce=2"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := parseQuery(raw)
		want, _ := url.ParseQuery(raw)
		for _, name := range []string{"msg_signature", "timestamp", "nonce", "echostr"} {
			first := ""
			for _, v := range want[name] {
				if first == "" {
					first = v
				}
			}
			assert.Equal(t, first, *got.field(name), name)
		}
	})
}

// The signature joins its parts without separators: what is signed inside is checked too.
// G: receive/age
func TestCapturedPushWithItsQueryRearranged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.app()
	now := clock.Now()
	fresh := strconv.FormatInt(now.Unix(), 10)
	old := strconv.FormatInt(now.Add(-400*24*time.Hour).Unix(), 10)
	doc := "<xml><SuiteId>" + siteSuite + "</SuiteId><InfoType>change_auth</InfoType><TimeStamp>" + old + "</TimeStamp></xml>"
	for name, c := range map[string]struct{ nonce, newNonce string }{
		"swapped":        {fresh, old},
		"boundary moved": {fresh[:4] + fresh, old + fresh[:4]},
	} {
		res := s.send(request{payload: doc, receiveId: siteSuite, timestamp: old, nonce: c.nonce,
			spoil: func(q url.Values, _ *string) { q.Set("timestamp", fresh); q.Set("nonce", c.newNonce) }})
		assert.Equal(t, http.StatusForbidden, res.StatusCode, name)
		err := s.lastErr()
		assert.ErrorIs(t, err, ErrStale, name)
		assert.ErrorContains(t, err, "its content", "%s: the signature fits, the time inside does not", name)
	}
}

// G: receive/age
func TestMaxAge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	u := s.appURL()
	u.MaxAge = time.Hour
	s.handler("/app", s.api, u)
	doc := func(name string, at int64) string {
		return fmt.Sprintf("<xml><ToUserName>%s</ToUserName><MsgType>event</MsgType><Event>e</Event><%s>%d</%[2]s></xml>", siteCorp, name, at)
	}
	for age, want := range map[time.Duration]int{-59 * time.Minute: 200, 59 * time.Minute: 200, 61 * time.Minute: 403, -61 * time.Minute: 403} {
		at := clock.Now().Add(-age).Unix()
		res := s.send(request{method: "GET", payload: "42", receiveId: siteProvider, timestamp: strconv.FormatInt(at, 10)})
		assert.Equal(t, want, res.StatusCode, "outside: %s", age)
		for _, name := range []string{"TimeStamp", "CreateTime"} {
			res = s.send(request{payload: doc(name, at), receiveId: siteCorp})
			assert.Equal(t, want, res.StatusCode, "%s inside: %s", name, age)
		}
	}
	s.takeErrs(6)
	res := s.send(request{payload: doc("Other", 1), receiveId: siteCorp})
	assert.Equal(t, 200, res.StatusCode, "no time inside: that of the query counts")
	for _, odd := range []string{"", "soon", "<a>1</a>"} {
		res = s.send(request{payload: strings.Replace(doc("CreateTime", 7), ">7<", ">"+odd+"<", 1), receiveId: siteCorp})
		assert.Equal(t, 200, res.StatusCode, "nor of a time that is none: %q", odd)
	}
}

// G: receive/pairs
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.handler("/app", s.api, URL{Token: ownToken, EncodingAESKey: ownKey, Pairs: []Pair{{ownToken, siteKey}, {siteToken, siteKey}}})
	doc := infoDoc(siteSuite, "change_auth")
	for _, p := range []Pair{{ownToken, ownKey}, {ownToken, siteKey}, {siteToken, siteKey}} {
		res := s.send(request{payload: doc, receiveId: siteSuite, token: p.Token, key: p.EncodingAESKey})
		assert.Equal(t, http.StatusOK, res.StatusCode)
	}
	res := s.send(request{payload: doc, receiveId: siteSuite, token: siteToken, key: ownKey})
	assert.Equal(t, http.StatusForbidden, res.StatusCode)
	assert.ErrorIs(t, s.lastErr(), ErrDecrypt, "the Token is known, the key is not its own")
}

// A corp's own pair is good for pushes to that corp, and for nothing else.
// G: receive/pairs
func TestPairOf(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		var asked atomic.Int32
		var entering atomic.Bool
		u := s.appURL()
		u.PairOf = func(_ context.Context, corpId string) ([]Pair, error) {
			asked.Add(1)
			switch corpId {
			case siteCorp:
				return []Pair{{siteToken, ownKey}, {ownToken, ownKey}}, nil
			case siteOther:
				return []Pair{{"bad token!", ownKey}}, nil
			case "wpDown":
				return nil, errors.New("database is down")
			case "wpSame": // must not decide over the status
				return nil, ErrSignature
			case "wpPanic":
				panic("secret")
			case "":
				if entering.Load() {
					return []Pair{{ownToken, ownKey}}, nil
				}
			}
			return nil, nil
		}
		s.handler("/app", s.template(), u)
		push := func(envelope, receiveId string, p Pair) int {
			asked.Store(0)
			return s.send(request{payload: textDoc(receiveId, "x", 1), receiveId: receiveId, token: p.Token, key: p.EncodingAESKey,
				spoil: func(_ url.Values, b *string) {
					*b = strings.Replace(*b, "<![CDATA["+receiveId+"]]>", " <![CDATA["+envelope+"]]>\n", 1)
				}}).StatusCode
		}
		own, general := Pair{ownToken, ownKey}, Pair{siteToken, siteKey}
		assert.Equal(t, 200, push(siteCorp, siteCorp, general))
		assert.Zero(t, asked.Load(), "the URL's own pair fits")
		assert.Equal(t, 200, push(siteCorp, siteCorp, own))
		assert.EqualValues(t, 1, asked.Load())
		assert.Equal(t, 200, push(siteCorp, siteCorp, Pair{siteToken, ownKey}), "a Token of the URL with a key of the corp")
		assert.Empty(t, s.takeErrs(0))

		for _, other := range []string{siteOther, siteTemplate} {
			assert.Equal(t, 403, push(siteCorp, other, own), other)
			assert.ErrorIs(t, s.lastErr(), ErrReceiveId, "%s: the pair is another corp's", other)
		}
		assert.Equal(t, 403, push("wpUnknown", siteCorp, own))
		assert.ErrorIs(t, s.lastErr(), ErrSignature)
		for _, none := range []string{"", "wp x", "../wp", "dktemplate", strings.Repeat("w", 65)} {
			assert.Equal(t, 403, push(none, siteCorp, own), none)
			assert.Zero(t, asked.Load(), "%q is no corp id", none)
			assert.ErrorIs(t, s.lastErr(), ErrSignature)
		}
		for corpId, says := range map[string]string{siteOther: "Token is", "wpDown": "database is down", "wpSame": "", "wpPanic": "panicked"} {
			assert.Equal(t, 503, push(corpId, corpId, own), corpId)
			err := s.lastErr()
			assert.ErrorContains(t, err, says)
			assert.ErrorContains(t, err, `PairOf("`+corpId+`")`)
			assert.NotContains(t, err.Error(), "bad token!")
			assert.NotContains(t, err.Error(), "secret")
		}
		res := s.send(request{method: "GET", payload: "42", receiveId: siteTemplate, token: ownToken, key: ownKey})
		assert.Equal(t, 403, res.StatusCode, "a URL check names no corp")
		entering.Store(true)
		res = s.send(request{method: "GET", payload: "42", receiveId: siteTemplate, token: ownToken, key: ownKey})
		assert.Equal(t, 200, res.StatusCode, "PairOf returns what is being entered")
		u.Token, u.EncodingAESKey = "", ""
		s.handler("/app", s.template(), u)
		assert.Equal(t, 200, push(siteCorp, siteCorp, own), "a URL without a pair of its own")
		assert.Equal(t, 403, push(siteCorp, siteCorp, general))

		// The form of the envelope makes no difference.
		res = s.send(request{payload: textDoc(siteCorp, "x", 1), receiveId: siteCorp, token: ownToken, key: ownKey,
			spoil: func(_ url.Values, b *string) {
				encrypt, err := parseEnvelope([]byte(*b))
				require.NoError(t, err)
				*b = `{"tousername":"` + siteCorp + `","encrypt":"` + encrypt + `","agentid":1}`
			}})
		assert.Equal(t, 200, res.StatusCode)
	})
}

// What came before the end of a body that was cut off is not read.
// G: receive/status
func TestBodyThatIsCutOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := s.app()
	rec := httptest.NewRecorder()
	r := s.build(request{payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite})
	r.Body = io.NopCloser(io.MultiReader(r.Body, failingReader{}))
	h.ServeHTTP(rec, r)
	assert.Equal(t, http.StatusBadRequest, rec.Code)
	assert.ErrorContains(t, s.lastErr(), "cut off")

	// One that says itself that it is too large.
	r = s.build(request{})
	r.Body, r.ContentLength = io.NopCloser(failingReader{}), maxBody+1
	rec = httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	assert.Equal(t, http.StatusRequestEntityTooLarge, rec.Code, "not a byte of it is read")
	s.takeErrs(1)

	// A chunked body whose last chunk never comes.
	conn := s.dial()
	u := s.build(request{}).URL
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<xml>\r\n", u.RequestURI())
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	assert.Contains(t, s.statusLine(conn), " 400 ")
	assert.ErrorIs(t, s.lastErr(), errBody)
}

func (s *site) dial() net.Conn {
	u, err := url.Parse(s.url)
	require.NoError(s.t, err)
	conn, err := net.Dial("tcp", u.Host)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	return conn
}

func (s *site) statusLine(conn net.Conn) string {
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(s.t, err)
	return line
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("cut off") }

// A body that trickles holds its connection for some seconds, not for as long as it likes,
// although the server here has no timeouts; nor does one that nobody reads.
// G: receive/cost
func TestBodyThatTrickles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		every  time.Duration
		query  bool
		length int
		err    error
	}{
		"trickles":         {100 * time.Millisecond, true, 100_000, errBody},
		"stalls":           {time.Hour, true, 100_000, errBody},
		"trickles, unread": {100 * time.Millisecond, false, 100_000, errQuery},
		"large, unread":    {100 * time.Millisecond, false, 10_000_000, errQuery},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.app()
			uri := "/app"
			if c.query {
				uri = s.build(request{}).URL.RequestURI()
			}
			conn := s.dial()
			go func() {
				fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n<xml>", uri, c.length)
				for {
					time.Sleep(c.every)
					if _, err := conn.Write([]byte(" ")); err != nil {
						return
					}
				}
			}()
			begin := time.Now()
			require.NoError(t, conn.SetReadDeadline(begin.Add(30*time.Second)))
			assert.Contains(t, s.statusLine(conn), " 400 ")
			assert.ErrorIs(t, s.lastErr(), c.err)
			_, err := io.Copy(io.Discard, conn)
			assert.NotErrorIs(t, err, os.ErrDeadlineExceeded, "and the connection ends")
			t.Log(time.Since(begin))
		})
	}
}

// The limit of the body is gone once it is read: an Answer function may take as long as
// WeCom waits, and a connection is used again much later.
// G: receive/cost
func TestBodyDeadlineEndsWithTheBody(t *testing.T) {
	t.Parallel()
	deadlines := &deadlineRecorder{ResponseRecorder: httptest.NewRecorder()}
	s := newSite(t)
	s.app().ServeHTTP(deadlines, s.build(request{payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite}))
	assert.Equal(t, http.StatusOK, deadlines.Code)
	require.Len(t, deadlines.set, 2)
	assert.WithinDuration(t, time.Now().Add(answerTimeout), deadlines.set[0], 3*time.Second)
	assert.True(t, deadlines.set[1].IsZero())
}

type deadlineRecorder struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlineRecorder) SetReadDeadline(at time.Time) error {
	d.set = append(d.set, at)
	return nil
}

// A ResponseWriter that knows no deadlines: a body that goes on trickling is cut off all the
// same.
// G: receive/cost
func TestBodyThatTricklesBehindAWrapper(t *testing.T) {
	inBubble(t, func(t *testing.T, s *site) {
		h := s.app()
		r := s.build(request{})
		r.Body = io.NopCloser(trickle{})
		rec := httptest.NewRecorder()
		begin := time.Now()
		h.ServeHTTP(rec, r)
		assert.Equal(t, http.StatusBadRequest, rec.Code)
		assert.InDelta(t, answerTimeout, time.Since(begin), float64(time.Second))
	})
}

type trickle struct{}

func (trickle) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	p[0] = ' '
	return 1, nil
}

// What is not signed costs little, whatever is in it: the query is looked at first, and a
// body is not made into a tree.
// G: receive/cost
func TestUnsignedRequestsAreCheap(t *testing.T) {
	api, err := token.New(token.Config{CorpId: siteProvider, ProviderSecret: "x", SuiteId: siteSuite, SuiteSecret: "x"})
	require.NoError(t, err)
	in, err := NewInbox(Config{OnError: func(context.Context, *Notice, error) {}, Logger: discard()})
	require.NoError(t, err)
	h, err := in.Handler(api, URL{Token: siteToken, EncodingAESKey: siteKey})
	require.NoError(t, err)
	const signed = "?msg_signature=0000000000000000000000000000000000000000&nonce=1&timestamp="
	now := strconv.FormatInt(clock.Now().Unix(), 10)
	var names strings.Builder
	for i := range 9_000 { // net/url refuses more than 10,000
		fmt.Fprintf(&names, "&n%d", i)
	}
	for name, c := range map[string]struct {
		query, body string
		megabytes   float64 // allocated, at most
	}{
		"no query":     {"", strings.Repeat("<a/>", maxBody/4), 0.1},
		"old":          {signed + "1", strings.Repeat("<a/>", maxBody/4), 0.1},
		"long query":   {"?" + names.String(), "", 0.1},
		"many tags":    {signed + now, "<xml>" + strings.Repeat("<a/>", maxBody/4-10) + "</xml>", 8},
		"deep":         {signed + now, strings.Repeat("<a>", maxBody/3-1), 8},
		"long Encrypt": {signed + now, "<xml><Encrypt>" + strings.Repeat("A", maxBody-100) + "</Encrypt></xml>", 8},
		"JSON":         {signed + now, `{"a":[` + strings.Repeat("1,", maxBody/2-20) + `1]}`, 8},
		"deep JSON":    {signed + now, strings.Repeat(`{"a":`, maxBody/5-1), 8},
		"JSON Encrypt": {signed + now, `{"encrypt":"` + strings.Repeat("A", maxBody-100) + `"}`, 8},
		"no document":  {signed + now, strings.Repeat("x", maxBody), 8},
	} {
		var before, after runtime.MemStats
		r := httptest.NewRequest(http.MethodPost, "/"+c.query, strings.NewReader(c.body))
		rec := httptest.NewRecorder()
		runtime.ReadMemStats(&before)
		begin := time.Now()
		h.ServeHTTP(rec, r)
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		megabytes := float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
		t.Logf("%-12s %d %6.2f MB %s", name, rec.Code, megabytes, took)
		assert.GreaterOrEqual(t, rec.Code, 400, name)
		assert.Less(t, megabytes, c.megabytes, name)
		assert.Less(t, took, 3*time.Second, name)
	}
}
