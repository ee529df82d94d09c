package token

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gothird/wecom/access"
)

// purchase is how a cell gets a token: where it is shared, and what is shown to WeCom for it.
type purchase struct {
	key   string
	path  string                                    // of the endpoint that sells it
	proof func(ctx context.Context) (string, error) // secret, ticket or permanent code
	ask   func(ctx context.Context, proof string) (access.Value, error)
}

// refused reports whether err is WeCom's own word on the proof, not a passing fault nor
// trouble with another token that the request carries.
func (p purchase) refused(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Path == p.path && e.Code != 0 && !e.passing()
}

// failed reports whether err is any other fault of the endpoint: no answer, or none to use.
func (p purchase) failed(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Path == p.path && !p.refused(err)
}

// fingerprint tells secrets apart without showing them.
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:8])
}

// openProvider 获取服务商凭证.
// https://developer.work.weixin.qq.com/document/path/91200
func (c *core) openProvider(context.Context) (purchase, error) {
	ep := Endpoint{Path: "/cgi-bin/service/get_provider_token"}
	return purchase{
		key:   storeKey("token", c.corpId, "provider"),
		path:  ep.Path,
		proof: func(context.Context) (string, error) { return c.secret, nil },
		ask: func(ctx context.Context, secret string) (access.Value, error) {
			var out access.ProviderAccessToken
			err := c.sell(&Api{core: c, ctx: ctx}, ep, hidden{body: map[string]string{
				"corpid": c.corpId, "provider_secret": secret,
			}}, &out)
			return out.GetAccessToken(), err
		},
	}, nil
}

// openSuite 获取第三方应用凭证. The ticket is only needed at this moment.
// https://developer.work.weixin.qq.com/document/path/90600
func (c *core) openSuite(s *suite) purchase {
	ep := Endpoint{Path: "/cgi-bin/service/get_suite_token"}
	var newest ticket
	return purchase{
		key:  storeKey("token", c.corpId, "suite", s.id),
		path: ep.Path,
		proof: func(ctx context.Context) (_ string, err error) {
			newest, err = c.ticketOf(ctx, s)
			return newest.Ticket, err
		},
		ask: func(ctx context.Context, shown string) (access.Value, error) {
			var out access.SuiteAccessToken
			err := c.sell(&Api{core: c, ctx: ctx}, ep, hidden{body: map[string]string{
				"suite_id": s.id, "suite_secret": s.secret, "suite_ticket": shown,
			}}, &out)
			if age := newest.age(); err != nil && shown == newest.Ticket && age > ticketLife {
				err = fmt.Errorf("%w (it is %s old): %w", ErrSuiteTicketStale, age.Round(time.Second), err)
			}
			return out.GetAccessToken(), err
		},
	}
}

// openCorp reads the installation, which decides where the token comes from and makes
// part of the key, so that a new installation never meets the token of an old one.
func (c *core) openCorp(ctx context.Context, s *suite, p *corp) (purchase, error) {
	in, err := c.installationOf(ctx, s, p)
	if err != nil {
		return purchase{}, err
	}
	return purchase{
		key:   c.corpTokenKey(s, in),
		path:  corpEndpoint(in).Path,
		proof: func(context.Context) (string, error) { return in.PermanentCode, nil },
		ask: func(ctx context.Context, code string) (access.Value, error) {
			return c.askCorp(&Api{core: c, ctx: ctx, suite: s, corp: p}, in)
		},
	}, nil
}

func (c *core) corpTokenKey(s *suite, in Installation) string {
	return storeKey("token", c.corpId, "corp", s.id, in.CorpId, fingerprint(in.PermanentCode))
}

func corpEndpoint(in Installation) Endpoint {
	if in.Customized {
		return Endpoint{Method: http.MethodGet, Path: "/cgi-bin/gettoken"}
	}
	return Endpoint{Path: "/cgi-bin/service/get_corp_token", Credential: Suite}
}

// askCorp 获取企业凭证: gettoken with the permanent code as the secret for customised apps
// (代开发), get_corp_token for third-party apps.
// https://developer.work.weixin.qq.com/document/path/90605
// https://developer.work.weixin.qq.com/document/path/97164
func (c *core) askCorp(api *Api, in Installation) (access.Value, error) {
	show := hidden{body: map[string]string{"auth_corpid": in.CorpId, "permanent_code": in.PermanentCode}}
	if in.Customized {
		show = hidden{query: url.Values{"corpid": {in.CorpId}, "corpsecret": {in.PermanentCode}}}
	}
	var out access.CorpAccessToken
	err := c.sell(api, corpEndpoint(in), show, &out)
	return out.GetAccessToken(), err
}

// askCorp asks for the token of a permanent code that the caller holds.
func (a *Api) askCorp(code string) (access.Value, error) {
	in, err := a.Installation()
	if errors.Is(err, ErrNotInstalled) {
		in, err = Installation{CorpId: a.CorpId(), Customized: IsTemplate(a.SuiteId())}, nil
	}
	if err != nil {
		return access.Value{}, err
	}
	in.PermanentCode = code
	return a.core.askCorp(a, in)
}

// sell makes a token request and insists on a token in the answer: WeCom may leave
// errcode out on success.
func (c *core) sell(api *Api, ep Endpoint, show hidden, out access.Token) error {
	err := api.Do(ep, show, out)
	if err == nil && out.GetAccessToken().AcsToken == "" {
		err = &Error{Path: ep.Path, Credential: ep.Credential.String(), HTTPStatus: http.StatusOK, Msg: "no token in the answer"}
	}
	if err == nil {
		c.log.InfoContext(api.ctx, "wecom: new token", "path", ep.Path, "suite", api.SuiteId(), "corp", api.CorpId(),
			"expires_in", out.GetAccessToken().ExpiresIn)
	}
	return err
}
