package token

import (
	"context"
	"errors"
	"github.com/gothird/wecom/access"
	"log/slog"
	"net/http"
	"time"
)

type Config struct {
	CorpId, ProviderSecret string
	SuiteId, SuiteSecret   string
	Store                  Store
	BaseURL                string
	HTTPClient             *http.Client
	Middleware             []func(http.RoundTripper) http.RoundTripper
	Logger                 *slog.Logger
	OnCall                 func(context.Context, CallInfo)
}
type CallInfo struct {
	Path       string
	Credential string
	Attempt    int
	HTTPStatus int
	ErrCode    int
	Duration   time.Duration
}
type Api struct{ ctx context.Context }
type Installation struct {
	CorpId, PermanentCode string
	Customized            bool
	AgentId               int64
}

func New(cfg Config) (*Api, error)                                    { return nil, errors.New("x") }
func (a *Api) WithContext(ctx context.Context) *Api                   { return a }
func (a *Api) WithCorp(corpId string) *Api                            { return a }
func (a *Api) WithSuite(suiteId, suiteSecret string) *Api             { return a }
func (a *Api) Context() context.Context                               { return a.ctx }
func (a *Api) CorpId() string                                         { return "" }
func (a *Api) SuiteId() string                                        { return "" }
func (a *Api) ProviderCorpId() string                                 { return "" }
func (a *Api) Provider() Token                                        { return nil }
func (a *Api) Suite() Token                                           { return nil }
func (a *Api) Corp() Token                                            { return nil }
func (a *Api) AccessToken(c Credential) (access.Value, error)         { return access.Value{}, nil }
func (a *Api) Invalidate(c Credential, failed string)                 {}
func (a *Api) SetSuiteTicket(ticket string, pushedAt time.Time) error { return nil }
func (a *Api) SetInstallation(in Installation) error                  { return nil }
func (a *Api) Installation() (Installation, error)                    { return Installation{}, nil }
func (a *Api) RemoveInstallation() error                              { return nil }
func (a *Api) Verify() error                                          { return nil }
func (a *Api) Do(ep Endpoint, in, out any) error                      { return nil }
func NewMemoryStore() Store                                           { return nil }
