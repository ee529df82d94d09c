package wecomtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// walkWire is the transport of all processes of the app. It sees which tokens they ask for,
// and knows from their lives when one is due.
type walkWire struct {
	next     http.RoundTripper
	now      func() time.Time // WeCom's clock
	template string           // the suite whose corps have tokens of gettoken

	mu     sync.Mutex
	tokens map[string]*walkToken // by whose they are
	spare  map[string]bool       // one more may be asked for in this step
	aside  string                // in this step somebody asks for this token and does not keep it
	suites map[string]string     // suite tokens, and whose they are
	sent   map[string]int        // requests by path
	codes  int                   // auth codes that were exchanged
	wrong  []string              // tokens that nobody needed
}

// walkToken is the newest token of somebody.
type walkToken struct {
	ends  time.Time
	due   time.Time  // from then on it is renewed
	older *walkToken // came before this one and may be stored yet: an auth code brought this one
}

func newWalkToken(now time.Time, seconds int64) *walkToken {
	life := time.Duration(seconds) * time.Second
	early := min(5*time.Minute, life/10) // the renewal, which is spread by a fifth of that
	return &walkToken{ends: now.Add(life), due: now.Add(life - early - early/5 - 2*time.Second)}
}

// needed reports whether another token may be asked for.
func (t *walkToken) needed(now time.Time) bool {
	return t == nil || !now.Before(t.due) || t.older != nil && t.older.needed(now)
}

// good reports whether a token is alive, and whether that is certain: around its end it is
// not.
func (t *walkToken) good(now time.Time) (good, certain bool) {
	if t == nil {
		return false, true
	}
	left := t.ends.Sub(now)
	good, certain = left > 0, left.Abs() > walkUncertain
	if older, sure := t.older.good(now); good && t.older != nil {
		certain = certain && older && sure
	}
	return good, certain
}

func newWalkWire(next http.RoundTripper, now func() time.Time, template string) *walkWire {
	return &walkWire{next: next, now: now, template: template, tokens: map[string]*walkToken{}, spare: map[string]bool{}, suites: map[string]string{}, sent: map[string]int{}}
}

// tokenOf names the corp token of an installation.
func tokenOf(suiteId, corpId string) string { return suiteId + " " + corpId }

const providerToken = "provider"

// RoundTrip sends a request.
func (x *walkWire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	x.mu.Lock()
	x.sent[r.URL.Path]++
	x.mu.Unlock()
	res, err := x.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	x.look(r, body, answer)
	return res, nil
}

// walkTokenAsk and walkTokenAnswer are what requests for tokens and their answers have.
type walkTokenAsk struct {
	SuiteId string `json:"suite_id"`
	CorpId  string `json:"auth_corpid"`
}

type walkTokenAnswer struct {
	ErrCode  int    `json:"errcode"`
	Provider string `json:"provider_access_token"`
	Suite    string `json:"suite_access_token"`
	Corp     string `json:"access_token"`
	Expires  int64  `json:"expires_in"`
	AuthCorp struct {
		CorpId string `json:"corpid"`
	} `json:"auth_corp_info"`
}

// look takes the tokens out of an answer.
func (x *walkWire) look(r *http.Request, body, answer []byte) {
	var ask walkTokenAsk
	var got walkTokenAnswer
	if json.Unmarshal(answer, &got) != nil || got.ErrCode != 0 {
		return
	}
	_ = json.Unmarshal(body, &ask) // GET has none
	x.mu.Lock()
	defer x.mu.Unlock()
	suiteId := x.suites[r.URL.Query().Get("suite_access_token")]
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/get_permanent_code"):
		x.codes++
		if got.Corp != "" { // the first token
			x.brought(tokenOf(suiteId, got.AuthCorp.CorpId), got.Expires)
		}
	case got.Provider != "":
		x.came(providerToken, got.Expires)
	case got.Suite != "":
		x.suites[got.Suite] = ask.SuiteId
		x.came(ask.SuiteId, got.Expires)
	case strings.HasSuffix(path, "/gettoken"):
		x.came(tokenOf(x.template, r.URL.Query().Get("corpid")), got.Expires)
	case got.Corp != "":
		x.came(tokenOf(suiteId, ask.CorpId), got.Expires)
	}
}

// came takes a token that was asked for. x.mu is held.
func (x *walkWire) came(whose string, seconds int64) {
	if whose == x.aside {
		return
	}
	switch old := x.tokens[whose]; {
	case old.needed(x.now()):
	case x.spare[whose]:
		delete(x.spare, whose)
	default:
		x.wrong = append(x.wrong, fmt.Sprintf("a token of %s was asked for, the last one lives for another %v", whose, old.ends.Sub(x.now())))
	}
	x.tokens[whose] = newWalkToken(x.now(), seconds)
}

// brought takes a token that came with an auth code. x.mu is held.
func (x *walkWire) brought(whose string, seconds int64) {
	t := newWalkToken(x.now(), seconds)
	t.older = x.tokens[whose]
	x.tokens[whose] = t
}

// end says that WeCom ends the token of somebody, so that he needs another one.
func (x *walkWire) end(whose string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.spare[whose] = true
}

// ask says that somebody asks whether there still is a token, and does not keep it.
func (x *walkWire) ask(whose string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.aside = whose
}

// drop forgets a token whose installation is over.
func (x *walkWire) drop(whose string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.tokens, whose)
}

// forgive is the end of a step: what was refused in it was replaced in it, unless it did not
// have to be.
func (x *walkWire) forgive() {
	x.mu.Lock()
	defer x.mu.Unlock()
	clear(x.spare)
	x.aside = ""
}

// good reports whether somebody has a token that can still be used.
func (x *walkWire) good(whose string) (good, certain bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.tokens[whose].good(x.now())
}

// count is how many requests for a path there were.
func (x *walkWire) count(path string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.sent[path]
}

// exchanged is how many auth codes brought an installation.
func (x *walkWire) exchanged() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.codes
}

// complaints are the tokens that nobody needed.
func (x *walkWire) complaints() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wrong
}
