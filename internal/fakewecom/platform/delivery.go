package platform

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/spec"
)

// Delivery is a push and its fate.
type Delivery struct {
	Id      int // for Redeliver; 0: of a URL check
	Time    time.Time
	Target  Target
	Payload []byte // the event, not encrypted; of a URL check what the answer has to be
	Try            // the last one
	Before  []Try  // earlier ones
}

// Try is one attempt at a push.
type Try struct {
	At       time.Time // when it began, by the real clock
	Status   int       // HTTP status; 0 without an answer
	Body     string
	Duration time.Duration
	Err      error // why there was no answer
}

// Accepted reports whether WeCom would be content with the answer.
func (d Delivery) Accepted() bool {
	return d.Status == http.StatusOK && (d.Target.Channel == spec.ChannelData || d.Body == wantAnswer)
}

// Refused is why WeCom is not content with a push: a *PushError, or nil.
func (d Delivery) Refused() error {
	if d.Accepted() && d.Err == nil {
		return nil
	}
	return &PushError{d}
}

// PushError says that a push was not delivered or not accepted.
type PushError struct{ Delivery }

// Error shows the last answer.
func (e *PushError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("push %d: %v", e.Id, e.Err)
	}
	return fmt.Sprintf("push %d answered with HTTP %d %.100q", e.Id, e.Status, e.Body)
}

// Unwrap returns why there was no answer.
func (e *PushError) Unwrap() error { return e.Err }

// BesidePushes is the first error in err that does not only say that a push was not accepted;
// nil: there is none.
func BesidePushes(err error) error {
	switch x := err.(type) { //nolint:errorlint // joined errors are taken apart here
	case nil, *PushError:
		return nil
	case interface{ Unwrap() []error }:
		for _, part := range x.Unwrap() {
			if other := BesidePushes(part); other != nil {
				return other
			}
		}
		return nil
	}
	return err
}

// deliver tries a push as often as it may still be tried.
func (p *Platform) deliver(ctx context.Context, sent *parcel) {
	more := p.try(ctx, sent)
	for more && ctx.Err() == nil {
		more = p.try(ctx, sent)
	}
}

// mayTry reports whether WeCom goes on with a push by itself. p.mu is held.
func (sent *parcel) mayTry() bool {
	done := len(sent.Before)
	if sent.Duration != 0 {
		done++
	}
	return done < sent.tries && !sent.Accepted()
}

// try sends a push once more, and reports whether it is to be sent again.
func (p *Platform) try(ctx context.Context, sent *parcel) (more bool) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	if !p.begin(sent, &end) {
		return false
	}
	var t Try
	if req, err := http.NewRequestWithContext(ctx, http.MethodPost, sent.url, bytes.NewReader(sent.body)); err != nil {
		t.Err = withoutURL(err)
	} else {
		req.Header.Set("Content-Type", "text/xml")
		if sent.json {
			req.Header.Set("Content-Type", "application/json")
		}
		t = p.send(req)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pushing, &end)
	if !p.knows(sent) {
		return false
	}
	if sent.Duration != 0 {
		sent.Before = append(slices.Clip(sent.Before), sent.Try)
	}
	sent.Try = t
	p.notePush(sent)
	return sent.mayTry()
}

// begin notes that a push is under way, unless it is of a state that is gone.
func (p *Platform) begin(sent *parcel, end *context.CancelFunc) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.knows(sent) {
		p.pushing[end] = true
	}
	return p.knows(sent)
}

// knows reports whether a push is in the log: not if another state was loaded meanwhile. p.mu is
// held.
func (p *Platform) knows(sent *parcel) bool {
	return p.parcel(sent.Id) == sent
}
