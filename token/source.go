package token

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"crypto/sha256"
	"encoding/hex"

	"github.com/gothird/wecom/internal/clock"
	"github.com/gothird/wecom/internal/lenient"
)

// source says how one kind of token is asked for.
type source struct {
	key   string   // key of the token in the Store
	ep    Endpoint // endpoint that hands it out
	field string   // field of the answer that holds it
	prove func(a *Api) (proof, error)
}

// proof is what WeCom requires before it hands out a token.
type proof struct {
	secret  string        // secret, ticket or permanent code; the key under which a refusal is remembered
	request secretParams  // the request
	age     time.Duration // of a suite_ticket
}

// refusesProof reports whether err says that WeCom refused the proof itself. Transient errors, and errors of
// another token in the request, do not count.
func (s source) refusesProof(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Path == s.ep.Path && e.Code != 0 && !e.transient() && !s.ep.Credential.rejects(e.Code)
}

// failing reports whether err is an error of the endpoint, such as no answer.
func (s source) failing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Path == s.ep.Path
}

// lost reports whether err says that the corp's authorisation is over: only a new
// installation brings a token again.
func (s source) lost(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Path == s.ep.Path && e.lost()
}

const (
	providerTokenPath = "/cgi-bin/service/get_provider_token"
	suiteTokenPath    = "/cgi-bin/service/get_suite_token"
	corpTokenPath     = "/cgi-bin/service/get_corp_token"
	getTokenPath      = "/cgi-bin/gettoken"
)

// fingerprint returns a short hash, which differs between secrets and does not show them.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:8])
}

// tokenEndpoint is an endpoint that hands out tokens: they may be asked for again, and
// success carries no errcode.
func tokenEndpoint(method, path string, c Credential) Endpoint {
	return Endpoint{Method: method, Path: path, Credential: c, Read: true, NoErrcode: true}
}

// providerSource 获取服务商凭证.
// https://developer.work.weixin.qq.com/document/path/91200
func (c *core) providerSource() source {
	return source{
		key:   storeKey("token", c.corpId, "provider"),
		ep:    tokenEndpoint(http.MethodPost, providerTokenPath, None),
		field: "provider_access_token",
		prove: func(*Api) (proof, error) {
			return proof{secret: c.secret, request: secretParams{body: map[string]string{
				"corpid": c.corpId, "provider_secret": c.secret,
			}}}, nil
		},
	}
}

// suiteSource 获取第三方应用凭证. The ticket is only needed at the moment of asking.
// https://developer.work.weixin.qq.com/document/path/90600
func (c *core) suiteSource(s *suite) source {
	return source{
		key:   storeKey("token", c.corpId, "suite", s.id),
		ep:    tokenEndpoint(http.MethodPost, suiteTokenPath, None),
		field: "suite_access_token",
		prove: func(a *Api) (proof, error) {
			t, err := a.newestTicket()
			return s.proof(t.Ticket, t.age()), err
		},
	}
}

func (s *suite) proof(suiteTicket string, age time.Duration) proof {
	return proof{secret: suiteTicket, age: age, request: secretParams{body: map[string]string{
		"suite_id": s.id, "suite_secret": s.secret, "suite_ticket": suiteTicket,
	}}}
}

// corpSource 获取企业凭证: gettoken with the permanent code as the secret for customised apps
// (代开发), get_corp_token for third-party apps. The installation decides, and is part of the
// key, so that a new installation never gets the token of an old one.
// https://developer.work.weixin.qq.com/document/path/90605
// https://developer.work.weixin.qq.com/document/path/97164
func (a *Api) corpSource(in Installation) source {
	ep := tokenEndpoint(http.MethodPost, corpTokenPath, Suite)
	show := secretParams{body: map[string]string{"auth_corpid": in.CorpId, "permanent_code": in.PermanentCode}}
	if in.Customized {
		ep = tokenEndpoint(http.MethodGet, getTokenPath, None)
		ep.NoErrcode = false // this one always has it
		show = secretParams{query: url.Values{"corpid": {in.CorpId}, "corpsecret": {in.PermanentCode}}}
	}
	return source{
		key:   storeKey("token", a.core.corpId, "corp", a.suite.id, in.CorpId, fingerprint(in.PermanentCode)),
		ep:    ep,
		field: "access_token",
		prove: func(*Api) (proof, error) { return proof{secret: in.PermanentCode, request: show}, nil },
	}
}

// ask sends a proof to WeCom and returns the token.
func (a *Api) ask(s source, p proof) (*grant, error) {
	began := clock.Now() // taken before the answer: the token is at least as old as that
	var answer []byte
	r, err := a.newRequest(s.ep, p.request)
	if err == nil {
		r.raw = &answer
		err = a.do(r)
	}
	if err != nil {
		if code(err) == 40085 && s.ep.Path == suiteTokenPath && p.age > ticketLife {
			err = fmt.Errorf("%w (it is %s old): %w", ErrSuiteTicketStale, p.age.Round(time.Second), err)
		}
		return nil, err
	}
	raw, _ := lenient.Find(answer, s.field)
	token, _ := lenient.Text(raw)
	if token == "" {
		e := a.failure(s.ep, fmt.Errorf("no %s in the answer", s.field))
		e.HTTPStatus, e.Msg = http.StatusOK, r.clean(snippet(answer), nil)
		return nil, e
	}
	raw, _ = lenient.Find(answer, "expires_in")
	seconds, _ := lenient.Int(raw)
	g := newGrant(token, began, lifeOf(seconds, time.Second))
	g.fromEndpoint = true
	return g, nil
}
