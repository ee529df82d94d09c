package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The floors: the least code that does the whole of a job by hand with the standard library,
// for one endpoint whose answer is known.

var errFloor = errors.New("floor: no token")

// floorCell holds a token as a hit cannot do without.
type floorCell struct{ current atomic.Pointer[floorToken] }

type floorToken struct {
	token   string
	expires time.Time
}

// get reads the monotonic clock alone, which takes half of what time.Now does.
func (c *floorCell) get() (string, error) {
	if t := c.current.Load(); t != nil && time.Until(t.expires) > 0 {
		return t.token, nil
	}
	return "", errFloor
}

func (c *floorCell) set(token string) {
	c.current.Store(&floorToken{token, time.Now().Add(2 * time.Hour)})
}

// floorCorps is a map that readers take no lock for: whoever adds to it copies it.
type floorCorps struct {
	byId atomic.Pointer[map[string]*floorCell]
}

func newFloorCorps(ids []string) *floorCorps {
	byId := make(map[string]*floorCell, len(ids))
	for _, id := range ids {
		id = strings.Clone(id) // an id to look for comes from elsewhere: a request, a database
		byId[id] = new(floorCell)
		byId[id].set("token of " + id)
	}
	c := new(floorCorps)
	byId = maps.Clone(byId)
	c.byId.Store(&byId)
	return c
}

func (c *floorCorps) get(id string) (string, error) {
	if cell, ok := (*c.byId.Load())[id]; ok {
		return cell.get()
	}
	return "", errFloor
}

// floorFlight is one request that many wait for.
type floorFlight struct {
	mu    sync.Mutex
	done  chan struct{}
	token string
	err   error
}

func (f *floorFlight) get(ask func() (string, error)) (string, error) {
	f.mu.Lock()
	if f.done != nil {
		f.mu.Unlock()
		<-f.done
		return f.token, f.err
	}
	f.done = make(chan struct{})
	f.mu.Unlock()
	f.token, f.err = ask()
	close(f.done)
	return f.token, f.err
}

// floorClient calls two endpoints of one provider.
type floorClient struct {
	token  floorCell
	client *http.Client
	base   string
}

type envelope struct {
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

func (e *envelope) check() error {
	if e.ErrCode != 0 {
		return fmt.Errorf("wecom said %d: %s", e.ErrCode, e.ErrMsg)
	}
	return nil
}

func (c *floorClient) get(ctx context.Context, corpId, orderId string) (*orderInfo, error) {
	token, err := c.token.get()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+getCall.Path+
		"?provider_access_token="+url.QueryEscape(token)+"&corpid="+url.QueryEscape(corpId)+"&order_id="+url.QueryEscape(orderId), nil)
	if err != nil {
		return nil, err
	}
	var out struct {
		envelope
		orderInfo
	}
	return &out.orderInfo, c.do(req, &out)
}

func (c *floorClient) post(ctx context.Context, in orderReq) (*orderInfo, error) {
	var out struct {
		envelope
		orderInfo
	}
	return &out.orderInfo, c.send(ctx, postCall.Path, in, &out)
}

func (c *floorClient) list(ctx context.Context, in orderReq) (*activeList, error) {
	var out struct {
		envelope
		activeList
	}
	return &out.activeList, c.send(ctx, listCall.Path, in, &out)
}

func (c *floorClient) send(ctx context.Context, path string, in any, out interface{ check() error }) error {
	token, err := c.token.get()
	if err != nil {
		return err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path+"?provider_access_token="+url.QueryEscape(token), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return c.do(req, out)
}

func (c *floorClient) do(req *http.Request, out interface{ check() error }) error {
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	if err := json.Unmarshal(body, out); err != nil {
		return err
	}
	return out.check()
}
