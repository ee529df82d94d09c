package fleet

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync/atomic"
)

// Balancer sends each request to the next worker. Only a request that no worker can have seen goes
// to another one: WeCom itself repeats a push whose answer it did not get, and the workers tell by
// its identity that they have it.
type Balancer struct {
	fleet *Fleet
	turn  atomic.Uint64
	next  http.RoundTripper
	proxy httputil.ReverseProxy
}

// NewBalancer returns a handler that spreads requests over the workers of a fleet.
func NewBalancer(f *Fleet) *Balancer {
	next := http.DefaultTransport.(*http.Transport).Clone()
	next.Proxy, next.MaxIdleConnsPerHost = nil, 32
	b := &Balancer{fleet: f, next: next}
	b.proxy = httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "worker" // RoundTrip chooses which
			r.SetXForwarded()
		},
		Transport:    b,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	return b
}

// ServeHTTP implements [http.Handler].
func (b *Balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const longest = 1 << 20 // of a push; the workers have limits of their own
	r.Body = http.MaxBytesReader(w, r.Body, longest)
	b.proxy.ServeHTTP(w, r)
}

var errNobody = errors.New("no worker listens")

// RoundTrip implements [http.RoundTripper].
func (b *Balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readAll(r)
	if err != nil {
		return nil, err
	}
	workers, first := b.fleet.Workers(), b.turn.Add(1)
	err = errNobody
	for i := range workers {
		w := workers[(first+uint64(i))%uint64(len(workers))]
		out := r.Clone(r.Context())
		out.URL.Host, out.Body = w.Addr, io.NopCloser(bytes.NewReader(body))
		var answer *http.Response
		if answer, err = b.next.RoundTrip(out); err == nil {
			if answer.StatusCode == http.StatusOK {
				w.Taken.Add(1)
			}
			return answer, nil
		}
		if op := new(net.OpError); !errors.As(err, &op) || op.Op != "dial" {
			return nil, err // it may have been taken
		}
	}
	return nil, err
}

func readAll(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	return io.ReadAll(r.Body)
}
