package token

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

const (
	maxRetries = 2
	retryDelay = 200 * time.Millisecond // doubled each time, with jitter from half to one and a half of it
)

// Endpoint is one operation of WeCom.
type Endpoint struct {
	Method     string // "" is POST
	Path       string // such as /cgi-bin/license/active_account
	Credential Credential
	Read       bool // safe to repeat
	NoErrcode  bool // success carries no errcode: some old endpoints

	needs string // see Needing
}

// Call calls an endpoint and decodes its answer into a T. See [Api.Do].
func Call[T any](api *Api, ep Endpoint, in any) (*T, error) {
	out := new(T)
	if err := api.Do(ep, in, out); err != nil {
		return nil, err
	}
	return out, nil
}

// Do calls any endpoint of WeCom, also one that this module has no function for.
//
// The request carries the token of ep.Credential. If WeCom rejects that token, the request
// is sent again with another one: at most twice, the second time only if the first
// replacement was read from the Store. Other failures are repeated for ep.Read only, at most
// twice.
//
// in is sent as JSON: a struct, a map, or a json.RawMessage that is an object (a
// json.Marshaler is called for each attempt); url.Values become the query, *[Upload] a form
// with a file, nil nothing (an empty object for POST).
//
// out may be nil; *[]byte gets the answer as it is, for images. An io.Writer gets it as it
// arrives, for files of any size: once something has been written nothing is repeated, and
// after an error the writer holds a part; *[Download] gives such a file to read. Anything
// else is a pointer that is decoded from JSON field by field: a field that does not fit stays
// zero and is logged once. When WeCom answers with an errcode, out is filled from the answer
// too, and the error is returned.
//
// A failed call returns an *[Error]. Before any request, a missing credential is one of the
// package's sentinel errors, and a request that cannot be made is a plain error. Errors of
// writes whose outcome is not known are [ErrOutcomeUnknown].
func (a *Api) Do(ep Endpoint, in, out any) error {
	if a == nil || a.core == nil {
		return errZeroApi
	}
	r, err := a.newRequest(ep, in)
	if err == nil {
		err = r.into(out)
	}
	if err != nil {
		return err
	}
	return a.do(r)
}

// do repeats a call until it succeeds or another attempt would not help.
func (a *Api) do(r *request) error {
	var seen rejections
	at := place{r.Path, a.CorpId()}
	for n, retries := 1, 0; ; n++ {
		if err := a.ctx.Err(); err != nil {
			return a.failure(r.Endpoint, err)
		}
		g, cell, err := a.tokenFor(r.Credential)
		if err != nil {
			seen.notReplaced(a.ctx, at)
			return fmt.Errorf("wecom: %s: no %s token: %w", r.Path, r.Credential, err)
		}
		call := g.calls.Add(1)
		failed := a.send(r, g, n, clock.Now())
		cell.answered(g, r.Credential, at, failed)
		switch {
		case failed == nil:
			if cell != nil {
				g.succeeded(call, at)
			}
			return nil
		case r.Credential.rejects(failed.Code) && cell.replaceRejected(g, at, call, &seen):
		case retries < maxRetries && a.mayRepeat(r, failed):
			a.pause(retryDelay << retries)
			retries++
		default:
			return r.giveUp(failed)
		}
	}
}

// mayRepeat reports whether a failed read may be repeated.
func (a *Api) mayRepeat(r *request, failed *Error) bool {
	return r.Read && failed.transient() && !r.written && a.ctx.Err() == nil
}

// pause waits about d, or until the context ends.
func (a *Api) pause(d time.Duration) {
	ctx, cancel := context.WithTimeout(a.ctx, d/2+rand.N(d))
	defer cancel()
	<-ctx.Done()
}
