package wecomredis_test

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy stands between a client and a server. When it is armed, it passes the next script to
// the server and drops the connection in place of the answer.
type proxy struct {
	listener net.Listener
	to       string
	armed    atomic.Bool
	dropped  atomic.Int32

	mu    sync.Mutex
	conns []net.Conn
}

func startProxy(t testing.TB, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, to: to}
	t.Cleanup(p.close)
	go p.serve()
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}

func (p *proxy) serve() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.DialTimeout("tcp", p.to, 5*time.Second)
		if err != nil {
			in.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		p.mu.Unlock()
		var drop atomic.Bool // the next answer
		go p.requests(in, out, &drop)
		go p.answers(in, out, &drop)
	}
}

func (p *proxy) requests(in, out net.Conn, drop *atomic.Bool) {
	defer out.Close()
	b := make([]byte, 1<<16)
	for {
		n, err := in.Read(b)
		if bytes.Contains(bytes.ToLower(b[:n]), []byte("evalsha")) && p.armed.CompareAndSwap(true, false) {
			drop.Store(true)
		}
		if _, werr := out.Write(b[:n]); err != nil || werr != nil {
			return
		}
	}
}

func (p *proxy) answers(in, out net.Conn, drop *atomic.Bool) {
	defer in.Close()
	b := make([]byte, 1<<16)
	for {
		n, err := out.Read(b)
		if n > 0 && drop.Load() {
			p.dropped.Add(1)
			return
		}
		if _, werr := in.Write(b[:n]); err != nil || werr != nil {
			return
		}
	}
}

// hole is a server that takes connections and never answers.
func hole(t testing.TB) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, c) }()
		}
	}()
	return l.Addr().String()
}
