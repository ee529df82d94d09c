package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/token"
)

// floorHandler is the floor as a callback URL with a queue in memory. As WeCom repeats pushes,
// it keeps one that it has already only once.
type floorHandler struct {
	floors sync.Pool
	mu     sync.Mutex
	known  map[string]bool
	queue  []*knownUser
}

func newFloorHandler() *floorHandler {
	return &floorHandler{
		floors: sync.Pool{New: func() any { return newFloor(pushToken, pushKey) }},
		known:  map[string]bool{},
	}
}

// ServeHTTP implements [http.Handler].
func (h *floorHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	f := h.floors.Get().(*floor)
	u := f.open(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), body)
	h.floors.Put(f)
	if u == nil {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	id := u.AuthCorpId + " " + u.UserID
	h.mu.Lock()
	if !h.known[id] {
		h.known[id] = true
		h.queue = append(h.queue, u)
	}
	h.mu.Unlock()
	_, _ = io.WriteString(w, "success")
}

// newHandler is a Handler of an Inbox of its own, with a queue in memory.
func newHandler(cfg callback.Config) (*callback.Inbox, *callback.Handler, error) {
	api, err := newStubApi(&stub{})
	if err != nil {
		return nil, nil, err
	}
	if _, err := install(api, token.Installation{CorpId: corpOfSamples, PermanentCode: "bench-permanent-code"}); err != nil {
		return nil, nil, err
	}
	cfg.Logger = slog.New(slog.DiscardHandler)
	in, err := callback.NewInbox(cfg)
	if err != nil {
		return nil, nil, err
	}
	h, err := in.Handler(api, callback.URL{Token: pushToken, EncodingAESKey: pushKey})
	return in, h, err
}

// site is a server whose handler is exchanged, with open connections to it.
type site struct {
	server  *httptest.Server
	handler atomic.Pointer[http.Handler]
	conns   []net.Conn
}

func newSite(connections int) (*site, error) {
	s := new(site)
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	for range connections {
		c, err := net.Dial("tcp", s.server.Listener.Addr().String())
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.conns = append(s.conns, c)
	}
	return s, nil
}

func (s *site) close() (err error) {
	for _, c := range s.conns {
		err = errors.Join(err, c.Close())
	}
	s.server.Close()
	return err
}

// send lets a new handler receive all requests, divided among the connections.
func (s *site) send(h http.Handler, requests [][]byte) error {
	s.handler.Store(&h)
	each := len(requests) / len(s.conns)
	return atOnce(len(s.conns), func(i int) error {
		answer := make([]byte, 4<<10)
		for _, r := range requests[i*each : (i+1)*each] {
			if err := exchange(s.conns[i], r, answer); err != nil {
				return err
			}
		}
		return nil
	})
}

// exchange sends a push, and expects `success`. It costs less than a client that reads heads.
func exchange(c net.Conn, request, answer []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	for n := 0; ; {
		m, err := c.Read(answer[n:])
		if err != nil {
			return err
		}
		n += m
		head, body, whole := bytes.Cut(answer[:n], []byte("\r\n\r\n"))
		if !bytes.HasPrefix(head, []byte("HTTP/1.1 200 ")) {
			return fmt.Errorf("answered with %.200q", answer[:n])
		}
		if whole && string(body) == "success" {
			return nil
		}
	}
}

// addHandler adds the row of 32 connections on which pushes come. The requests by second are
// the other way round: 0.8 of the floor's where this says 1.25.
func addHandler(b *bench) error {
	const connections = 32
	pushes, err := requests(connections * b.size(32))
	if err != nil {
		return err
	}
	floor, err := newSite(connections)
	if err != nil {
		return err
	}
	defer floor.close()
	ours, err := newSite(connections)
	if err != nil {
		return err
	}
	defer ours.close()
	return b.compare("handler, 32 connections (1024 pushes)", pairbench.Goal{Ratio: 1.25}, pair{
		func() error { return floor.send(newFloorHandler(), pushes) },
		func() error {
			_, h, err := newHandler(callback.Config{})
			if err != nil {
				return err
			}
			return ours.send(h, pushes)
		},
	})
}
