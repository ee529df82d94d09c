package token

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"time"
)

const (
	maxRetries = 2
	retryDelay = 200 * time.Millisecond // doubled each time, half to three halves of it
)

// Endpoint is one operation of WeCom.
type Endpoint struct {
	Method     string // "" is POST
	Path       string // such as /cgi-bin/license/active_account
	Credential Credential
	Read       bool // safe to repeat
}

// Call asks an endpoint and decodes its answer into a T. See [Api.Do].
func Call[T any](api *Api, ep Endpoint, in any) (*T, error) {
	out := new(T)
	if err := api.Do(ep, in, out); err != nil {
		return nil, err
	}
	return out, nil
}

// Do asks any endpoint of WeCom, also one that this module has no function for.
//
// The token of ep.Credential joins the request; if WeCom says that it has expired, it is
// renewed and the request sent once more with the new one. Other failures are repeated for ep.Read only,
// at most twice. in is sent as JSON; url.Values become the query, *[Upload] a form with a
// file, nil nothing (an empty object for POST). out may be nil; *[]byte takes the answer
// as it is, for images; anything else is decoded from JSON, numbers as text and text as
// numbers included. When WeCom answers with an errcode, out is filled as far as the
// answer goes, beside the error.
//
// A failed call returns an *[Error]; a missing credential one of the package's sentinel
// errors, before any request. Errors of writes whose outcome is not known are
// [ErrOutcomeUnknown].
func (a *Api) Do(ep Endpoint, in, out any) error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	req, err := newRequest(ep, in)
	if err != nil {
		return err
	}
	if v := reflect.ValueOf(out); out != nil && (v.Kind() != reflect.Pointer || v.IsNil()) {
		return fmt.Errorf("wecom: %s: the answer needs a pointer that is not nil, not %T", ep.Path, out)
	}
	var refused time.Time // when WeCom refused the first token
	for attempt, retries, rejections := 1, 0, 0; ; attempt++ {
		if err := a.ctx.Err(); err != nil {
			return &Error{Path: ep.Path, Credential: ep.Credential.String(), Err: err}
		}
		used, cell, err := a.tokenFor(ep.Credential)
		if err != nil {
			return fmt.Errorf("wecom: %s: no %s token: %w", ep.Path, ep.Credential, err)
		}
		failed := a.send(req, used.token, attempt, out)
		switch {
		case failed == nil:
			return nil
		case ep.Credential.rejects(failed.Code):
			rejections++
			switch {
			case rejections == 1:
				refused = time.Now()
			case rejections > 2 || !used.issued.Before(refused): // or it had died along with the first
				cell.distrust(ep.Path)
				return failed
			}
			if !cell.reject(used.token, ep.Path) {
				return failed
			}
		case ep.Read && !req.hidden && retries < maxRetries && failed.passing() && a.ctx.Err() == nil:
			a.pause(retryDelay << retries)
			retries++
		default:
			return failed
		}
	}
}

// tokenFor returns the token that c sends, and the cell it came from.
func (a *Api) tokenFor(c Credential) (*grant, *cell, error) {
	if c.kind == "" || c == None || c.static != "" {
		return &grant{token: c.static}, nil, nil
	}
	cell, err := a.cell(c)
	if err != nil {
		return nil, nil, err
	}
	g, err := cell.get(a.ctx)
	return g, cell, err
}

// pause waits about d, or until the context ends.
func (a *Api) pause(d time.Duration) {
	ctx, cancel := context.WithTimeout(a.ctx, d/2+rand.N(d))
	defer cancel()
	<-ctx.Done()
}
