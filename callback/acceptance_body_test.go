package callback

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
