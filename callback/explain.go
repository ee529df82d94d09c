package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/clock"
)

// Diagnosis is the result of [Explain]. It contains no secret.
type Diagnosis struct {
	// Step is where the request fails: handler, request, method, query, body, envelope,
	// signature, decrypt, echo, content, receive id, addressee, clock; "" if all is well.
	Step    string
	Problem string // what is wrong
	Fix     string // what to change
}

// OK reports whether the Handler accepts the request.
func (d Diagnosis) OK() bool { return d.Step == "" }

// String returns the diagnosis as text.
func (d Diagnosis) String() string {
	if d.OK() {
		return "ok: the Handler accepts the request"
	}
	return d.Step + ": " + d.Problem + ". " + d.Fix + "."
}

// Explain returns why a URL check or a push is refused: the step at which the Handler
// refuses the captured request r, and what to change. It runs the steps of the Handler;
// those that read the clock come last, because a captured request is old. It sends no answer
// and stores nothing; the body of r can be read again afterwards. Call it before the
// Handler, which reads the body, or put the body back.
func Explain(h *Handler, r *http.Request) Diagnosis {
	switch {
	case h == nil || h.in == nil:
		return Diagnosis{"handler", "the Handler is nil, or was not made by Inbox.Handler", "Make it with Inbox.Handler, whose error names what is wrong"}
	case r == nil:
		return Diagnosis{"request", "the request is nil", "Capture it as the server gets it"}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerTimeout)
	defer cancel()
	captured := r.WithContext(ctx)
	if r.Body != nil {
		var seen bytes.Buffer
		rest := r.Body
		captured.Body = io.NopCloser(io.TeeReader(rest, &seen))
		defer func() {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(&seen, rest), rest}
		}()
	}
	a := newAcceptance(ctx, h, nil, captured)
	for _, clock := range []bool{false, true} {
		if failed, err := a.run(func(s step) bool { return s.clock == clock }); err != nil {
			return Diagnosis{failed, strings.TrimPrefix(err.Error(), "callback: "), a.fix(failed, err)}
		}
	}
	return Diagnosis{}
}

// fix returns what to change after the failed step.
func (a *acceptance) fix(failed string, err error) string {
	if errors.Is(err, errUnavailable) {
		if failed == "signature" {
			return "Repair URL.PairOf, or what it asks"
		}
		return "Repair the Store"
	}
	switch failed {
	case "signature":
		return a.fixSignature()
	case "receive id", "addressee":
		return a.fixReceiver()
	case "clock":
		return "If the request came just now, set the clock of this machine, which reads " +
			clock.Now().UTC().Format(time.RFC3339) + "; if it was captured earlier, all is well"
	case "body", "envelope":
		return a.fixBody(failed, err)
	}
	return fixes[failed]
}

func (a *acceptance) fixBody(failed string, err error) string {
	switch {
	case statusOf(err) == http.StatusRequestEntityTooLarge:
		return "WeCom sends no such push; look for who does"
	case len(a.body) == 0 && a.r.ContentLength > 0:
		return "If the body was read before, call Explain before the Handler, or put the body back. Else: " + fixes[failed]
	}
	return fixes[failed]
}

// fixes are the texts that do not depend on the request.
var fixes = map[string]string{
	"method":   "WeCom sends GET for the URL check and POST for pushes; let both through to the Handler",
	"query":    "Let the proxy pass the query on unchanged; a browser that opens the URL sends none, which is no URL check",
	"body":     "Give the Handler the whole body: look for a proxy or a middleware that has read it, or a capture that cut it off",
	"envelope": "The body is <xml>…<Encrypt>…</Encrypt></xml>; look for a proxy or a middleware that reads or changes it",
	"decrypt":  "The Token is right, EncodingAESKey is not: copy it again from the console, all 43 characters, from beside the Token of this URL. A new one must be in use here before it is saved there: saving makes WeCom check the URL",
	"echo":     "Somebody may be replaying a captured push to have it decrypted; never echo it",
	"content":  "WeCom sends XML or JSON; this may be the text of a URL check, replayed as a push",
}

// remedy is a change to try, and the text if it helps.
type remedy struct {
	change func(*acceptance)
	advice string
}

// firstThatHelps returns the text of the first remedy with which the changed request or
// Handler passes the wanted steps.
func (a *acceptance) firstThatHelps(remedies []remedy, wanted func(step) bool) string {
	i := slices.IndexFunc(remedies, func(m remedy) bool {
		h := *a.h
		b := newAcceptance(a.ctx, &h, nil, a.r)
		b.query, b.body, b.encrypt = a.query, a.body, a.encrypt
		m.change(b)
		_, err := b.run(wanted)
		return err == nil
	})
	if i < 0 {
		return ""
	}
	return remedies[i].advice
}

func (a *acceptance) fixSignature() string {
	const once = "; decode the query exactly once (url.Values does), and let no proxy or framework encode or decode it again"
	advice := a.firstThatHelps([]remedy{
		{func(b *acceptance) { b.encrypt, _ = url.QueryUnescape(b.encrypt) }, "The echostr is percent-encoded twice" + once},
		{func(b *acceptance) { b.encrypt = strings.ReplaceAll(b.encrypt, " ", "+") }, "The echostr was decoded twice: its + have become blanks" + once},
		{func(b *acceptance) { b.query.signature = strings.ToLower(strings.TrimSpace(b.query.signature)) },
			"The msg_signature has blanks or capitals that WeCom does not send; let the proxy pass the query on unchanged"},
	}, func(s step) bool { return s.name == "signature" })
	if advice != "" {
		return advice
	}
	advice = fmt.Sprintf("Copy the Token again from the console, from the place where this very URL is entered: each app, each template and the system event URL has its own. URL.Channel here is %s", a.h.url.Channel)
	if a.h.url.PairOf != nil && a.isCheck() {
		return advice + `. URL checks name no corp: URL.PairOf("") has to return the pair that is being entered, or URL.Pairs has to hold it`
	}
	return advice + ". If it is the same, something on the way changes timestamp, nonce or the text"
}

// fixReceiver looks for the setting that makes this URL accept the receive id.
func (a *acceptance) fixReceiver() string {
	n, api := a.notice, a.h.api
	id := n.ReceiveId
	list := func(b *acceptance) { b.h.url.ReceiveIds = append(slices.Clone(b.h.url.ReceiveIds), id) }
	listAdvice := fmt.Sprintf("If %q is an id of yours, add it to URL.ReceiveIds", id)
	switch {
	case id == "":
		listAdvice = `The app is an individual's (个人主体): put "" into URL.ReceiveIds`
	case a.isCheck():
		listAdvice = fmt.Sprintf("A URL check is for the provider's own corp: if %q is your corp id, put it into token.Config.CorpId, which is %q; if it is a further corp of yours, add it to URL.ReceiveIds", id, api.ProviderCorpId())
	}
	remedies := []remedy{
		{func(b *acceptance) { b.h.crypts = append(slices.Clone(b.h.crypts), a.crypt) },
			fmt.Sprintf("The pair that URL.PairOf gives for %q is used for %q too: correct URL.PairOf, or put the pair into URL.Pairs, where it is good for all", a.boundTo, id)},
		{list, listAdvice},
	}
	if !a.isCheck() {
		remedies = append([]remedy{
			{func(b *acceptance) { b.h.url.Channel = System },
				"That is for the provider's corp, so the URL is the system event URL: set URL.Channel to System, or correct the URL in the console"},
			{func(b *acceptance) { b.h.url.Channel = App },
				"That is for the app or its corps, so the URL is one of the app: set URL.Channel to App, or correct the URL in the console"},
			{func(b *acceptance) { b.h.api = api.WithSuite(n.SuiteId, "another") },
				fmt.Sprintf("Use an Api with SuiteId %q for this URL", n.SuiteId)},
			{func(b *acceptance) { b.h.url.Channel, b.h.api = App, api.WithSuite(n.SuiteId, "another") },
				fmt.Sprintf("The URL is one of the app %q: set URL.Channel to App, and use an Api with that SuiteId", n.SuiteId)},
		}, remedies...)
	}
	advice := a.firstThatHelps(remedies, func(s step) bool { return !s.clock && !s.reads })
	if advice == "" {
		advice = "No setting makes it one for this URL: it may be a push for another app or corp with the same Token and key, or a passive reply of ours that was sent back"
	}
	return advice
}
