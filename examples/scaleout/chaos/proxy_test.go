package chaos

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// proxy stands between processes and a server: it can be slow, and refuse.
type proxy struct {
	to    string
	delay atomic.Int64 // before each chunk that passes in either direction

	mu       sync.Mutex
	listener net.Listener // nil: it refuses
	conns    []net.Conn
	port     int
}

func startProxy(t *testing.T, to string) *proxy {
	t.Helper()
	p := &proxy{to: to}
	p.open(t)
	t.Cleanup(p.refuse)
	return p
}

// open lets connections through, at the same port each time.
func (p *proxy) open(t *testing.T) {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: p.port})
	require.NoError(t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener, p.port = l, l.Addr().(*net.TCPAddr).Port
	go p.accept(l)
}

// refuse cuts all connections and refuses new ones.
func (p *proxy) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		p.listener.Close()
		p.listener = nil
	}
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

func (p *proxy) accept(l net.Listener) {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil || !p.keep(l, in, out) {
			in.Close()
			continue
		}
		go p.pass(in, out)
		go p.pass(out, in)
	}
}

// keep notes connections that refuse cuts, unless it has done so.
func (p *proxy) keep(l net.Listener, in, out net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != l {
		out.Close()
		return false
	}
	p.conns = append(p.conns, in, out)
	return true
}

func (p *proxy) pass(from, to net.Conn) {
	defer to.Close()
	chunk := make([]byte, 16<<10)
	for {
		n, err := from.Read(chunk)
		if n > 0 {
			time.Sleep(time.Duration(p.delay.Load()))
			if _, err := to.Write(chunk[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
