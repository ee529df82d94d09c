package fleet

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A request that cannot be delivered to a worker goes to the next one, as a whole.
func TestRequestsThatNobodyHasSeen(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	good := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := readAll(r)
		got <- string(body)
	}))
	defer good.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, gone.Close())
	f := &Fleet{workers: []*Worker{{Addr: gone.Addr().String()}, nil, {Addr: good.Listener.Addr().String()}}}
	site := httptest.NewServer(NewBalancer(f))
	defer site.Close()
	for range 4 {
		answer, err := http.Post(site.URL, "text/xml", strings.NewReader("a push"))
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, http.StatusOK, answer.StatusCode)
		assert.Equal(t, "a push", <-got)
	}
	assert.Equal(t, int64(4), f.workers[2].Taken.Load())
	assert.Zero(t, f.workers[0].Taken.Load())
}

// workers are servers that count what reaches them, and the site of a balancer before them.
func workers(t *testing.T, handlers ...http.HandlerFunc) (f *Fleet, got []*atomic.Int64, site string) {
	t.Helper()
	f = new(Fleet)
	for _, handle := range handlers {
		n := new(atomic.Int64)
		got = append(got, n)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			handle(w, r)
		}))
		t.Cleanup(server.Close)
		f.workers = append(f.workers, &Worker{Addr: server.Listener.Addr().String()})
	}
	balancer := httptest.NewServer(NewBalancer(f))
	t.Cleanup(balancer.Close)
	return f, got, balancer.URL
}

func post(t *testing.T, site, body string) (status int) {
	t.Helper()
	answer, err := http.Post(site, "text/xml", strings.NewReader(body))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

func takes(http.ResponseWriter, *http.Request) {}

func refuses(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }

// All get as much, and what a worker refuses is not what it has taken.
func TestRequestsAreSpread(t *testing.T) {
	t.Parallel()
	f, got, site := workers(t, takes, refuses, takes)
	statuses := map[int]int{}
	for range 9 {
		statuses[post(t, site, "a push")]++
	}
	assert.Equal(t, map[int]int{http.StatusOK: 6, http.StatusServiceUnavailable: 3}, statuses)
	for i, taken := range []int64{3, 0, 3} {
		assert.Equal(t, int64(3), got[i].Load())
		assert.Equal(t, taken, f.workers[i].Taken.Load())
	}
}

// A worker that dies with a request may have taken it: nobody else gets it, and WeCom repeats it.
func TestARequestThatMayHaveBeenTaken(t *testing.T) {
	t.Parallel()
	dies := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	f, got, site := workers(t, dies, dies)
	for range 4 {
		assert.Equal(t, http.StatusBadGateway, post(t, site, "a push"))
	}
	assert.Equal(t, int64(4), got[0].Load()+got[1].Load())
	assert.Zero(t, f.workers[0].Taken.Load()+f.workers[1].Taken.Load())
}

// What is too long reaches nobody, and without workers there is an answer too.
func TestWhatNobodyGets(t *testing.T) {
	t.Parallel()
	_, got, site := workers(t, takes)
	assert.Equal(t, http.StatusBadGateway, post(t, site, strings.Repeat("x", 1<<20+1)))
	assert.Zero(t, got[0].Load())
	assert.Equal(t, http.StatusOK, post(t, site, strings.Repeat("x", 1<<20)))
	_, _, empty := workers(t)
	assert.Equal(t, http.StatusBadGateway, post(t, empty, "a push"))
}
