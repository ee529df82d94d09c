package callback

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/token"
)

// Diagnosis is what [Explain] has found. It holds no secret.
type Diagnosis struct {
	Step    string // where it fails: config, method, query, body, signature, decrypt, echo, receive id, payload, suite, clock; "" if all is well
	Problem string // what is wrong
	Fix     string // what to change
}

// OK reports whether the request is one that a Handler of this Config accepts.
func (d Diagnosis) OK() bool { return d.Step == "" }

// String gives it as a sentence or three.
func (d Diagnosis) String() string {
	if d.OK() {
		return "ok: a Handler with this Config accepts the request"
	}
	return d.Step + ": " + d.Problem + ". " + d.Fix + "."
}

// Explain says why a URL check or a push does not get through: at which step a [Handler] of
// this Config refuses the request r, as it was captured, and what to change. It answers
// nothing and stores nothing; the body of r can be read again afterwards.
//
// The clock comes last, since a captured request is old by nature.
func Explain(api *token.Api, cfg Config, r *http.Request) Diagnosis {
	h, err := NewHandler(api, cfg)
	if err != nil {
		return Diagnosis{"config", err.Error(), "Correct the fields named"}
	}
	x := &explainer{h: h, r: r, q: r.URL.Query()}
	for _, step := range []func() *Diagnosis{x.method, x.body, x.query, x.signature, x.decrypt, x.receiveId, x.content, x.clock} {
		if d := step(); d != nil {
			return *d
		}
	}
	return Diagnosis{}
}

type explainer struct {
	h         *Handler
	r         *http.Request
	q         url.Values
	encrypt   string
	payload   []byte
	receiver  string
	decrypted bool
}

func (x *explainer) method() *Diagnosis {
	if x.r.Method == http.MethodGet || x.r.Method == http.MethodPost {
		return nil
	}
	return &Diagnosis{"method", "the method is " + strconv.Quote(x.r.Method), "WeCom sends GET for the URL check and POST for pushes; let both through to the Handler"}
}

func (x *explainer) body() *Diagnosis {
	if x.r.Method == http.MethodGet {
		x.encrypt = x.q.Get("echostr")
		return nil
	}
	var body []byte
	if x.r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(x.r.Body, maxBody+1)); err != nil {
			return &Diagnosis{"body", "the body cannot be read: " + err.Error(), "Capture the request with its whole body"}
		}
		x.r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), x.r.Body), x.r.Body}
	}
	if len(body) > maxBody {
		return &Diagnosis{"body", "the body is larger than 1 MiB", "WeCom sends no such push; look for who does"}
	}
	var err error
	if x.encrypt, err = parseEnvelope(body); err != nil {
		return &Diagnosis{"body", err.Error(), "The body is <xml>…<Encrypt>…</Encrypt></xml>; look for a proxy or a middleware that reads or changes it"}
	}
	return nil
}

func (x *explainer) query() *Diagnosis {
	names := []string{"msg_signature", "timestamp", "nonce"}
	if x.r.Method == http.MethodGet {
		names = append(names, "echostr")
	}
	var missing []string
	for _, name := range names {
		if x.q.Get(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return &Diagnosis{"query", strings.Join(missing, ", ") + " missing in the query", "Let the proxy pass the query on unchanged; a browser that opens the URL sends none, which is no URL check"}
	}
	if _, err := strconv.ParseInt(x.q.Get("timestamp"), 10, 64); err != nil {
		return &Diagnosis{"query", "timestamp is no number of seconds", "Let the proxy pass the query on unchanged"}
	}
	return nil
}

// signed reports whether one of our Tokens signs encrypt as the query says, and decrypts it
// if a key fits.
func (x *explainer) signed(signature, encrypt string) bool {
	signed := false
	for _, c := range x.h.crypts {
		payload, receiver, err := c.Decrypt(signature, x.q.Get("timestamp"), x.q.Get("nonce"), encrypt)
		switch {
		case err == nil:
			x.payload, x.receiver, x.decrypted = payload, receiver, true
			return true
		case !errors.Is(err, ErrSignature):
			signed = true
		}
	}
	return signed
}

func (x *explainer) signature() *Diagnosis {
	signature := x.q.Get("msg_signature")
	if x.signed(signature, x.encrypt) {
		return nil
	}
	const once = "Decode the query exactly once (url.Values does), and let no proxy or framework encode or decode it again"
	if decoded, err := url.QueryUnescape(x.encrypt); err == nil && decoded != x.encrypt && x.signed(signature, decoded) {
		return &Diagnosis{"signature", "echostr is percent-encoded twice", once}
	}
	if plus := strings.ReplaceAll(x.encrypt, " ", "+"); plus != x.encrypt && x.signed(signature, plus) {
		return &Diagnosis{"signature", "echostr was decoded twice: its + have become blanks", once}
	}
	if tidy := strings.ToLower(strings.TrimSpace(signature)); tidy != signature && x.signed(tidy, x.encrypt) {
		return &Diagnosis{"signature", "msg_signature has blanks or capitals that WeCom does not send", "Let the proxy pass the query on unchanged"}
	}
	return &Diagnosis{"signature", "msg_signature was not made with the Token of this Config",
		fmt.Sprintf("Copy the Token again from the console, from the place where this very URL is entered: each app, each template and the system URL has its own. The Channel here is %s. If it is the same, something on the way changes timestamp, nonce or the text", x.h.cfg.Channel)}
}

func (x *explainer) decrypt() *Diagnosis {
	if x.decrypted {
		return nil
	}
	return &Diagnosis{"decrypt", "the Token is right, but EncodingAESKey does not open the text",
		"Copy EncodingAESKey again from the console, all 43 characters, next to the Token of this URL. A new one must be in use here before you save there: saving makes WeCom check the URL"}
}

func (x *explainer) receiveId() *Diagnosis {
	err := x.h.accept(x.r.Context(), x.r.Method, x.receiver)
	if err == nil {
		return nil
	}
	if !errors.Is(err, ErrReceiveId) {
		return &Diagnosis{"receive id", err.Error(), "Repair the Store"}
	}
	return &Diagnosis{"receive id", err.Error(), x.otherChannel()}
}

// otherChannel guesses whose URL it is from the id that came.
func (x *explainer) otherChannel() string {
	api, id := x.h.api, x.receiver
	_, err := api.WithCorp(id).Installation()
	switch {
	case id == "":
		return `The app is an individual's (个人主体): put "" into Config.ReceiveIds`
	case x.r.Method == http.MethodGet:
		return fmt.Sprintf("A URL check is for the provider's own corp: is %q your corp id, and token.Config.CorpId (%q) another one? If it is a further corp of yours, add it to Config.ReceiveIds", id, api.ProviderCorpId())
	case id == api.ProviderCorpId():
		return "That is the provider's corp, so the URL is the system event URL: set Config.Channel to System, or correct the URL in the console"
	case id == api.SuiteId():
		return "That is our suite, so the URL is its instruction URL: set Config.Channel to Instruction, or correct the URL in the console"
	case err == nil:
		return "That is a corp with our app, so the URL is the data URL: set Config.Channel to Data, or correct the URL in the console"
	case x.h.cfg.Channel == Data:
		return "The corp has no installation here: was its create_auth worked, and does this process use the same Store, SuiteId and CorpId?"
	}
	return "Is it another app of yours? Use an Api with its SuiteId for this URL, or add the id to Config.ReceiveIds"
}

func (x *explainer) content() *Diagnosis {
	if x.r.Method == http.MethodGet {
		if isEcho(x.payload) {
			return nil
		}
		return &Diagnosis{"echo", "echostr holds a message, not the short token of a URL check", "Somebody may be replaying a captured push to have it decrypted; never echo it"}
	}
	n, err := Parse(x.payload)
	if err != nil {
		return &Diagnosis{"payload", err.Error(), "WeCom sends XML or JSON; this may be the text of a URL check, replayed as a push"}
	}
	if err := x.h.ours(n); err != nil {
		return &Diagnosis{"suite", err.Error(), "Use an Api with that SuiteId for this URL"}
	}
	return nil
}

func (x *explainer) clock() *Diagnosis {
	err := x.h.fresh(x.q.Get("timestamp"))
	if err == nil {
		return nil
	}
	return &Diagnosis{"clock", err.Error(), "If the request came just now, set the clock of this machine, which reads " +
		time.Now().UTC().Format(time.RFC3339) + "; if it is an old one, all is well"}
}
