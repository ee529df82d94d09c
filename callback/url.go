package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// Channel is the kind of a callback URL.
type Channel int

const (
	// App 指令回调URL, 数据回调URL: the URLs of a third-party app, a 代开发 template or a customised
	// app, one for both or one each. Pushes are for the suite, or for a corp that has
	// installed it.
	App Channel = iota
	// System 系统事件接收URL of the provider. Pushes are for the provider's corp.
	System
)

// String returns the name of the channel.
func (c Channel) String() string {
	switch c {
	case App:
		return "App"
	case System:
		return "System"
	}
	return "Channel(" + strconv.Itoa(int(c)) + ")"
}

// Pair is a Token and EncodingAESKey of a callback URL. Printing it shows neither.
type Pair struct {
	Token          string // up to 32 letters or digits
	EncodingAESKey string // 43 letters or digits
}

// Format masks both parts, whatever the verb.
func (p Pair) Format(s fmt.State, verb rune) {
	type plain Pair
	p.Token, p.EncodingAESKey = redact.Mask(p.Token), redact.Mask(p.EncodingAESKey)
	format(s, verb, plain(p))
}

// LogValue masks both parts.
func (p Pair) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", p)) }

const defaultMaxAge = 10 * time.Minute

// URL describes one callback URL. Printing it shows no secret.
type URL struct {
	Channel        Channel
	Token          string // as in the console, for this URL
	EncodingAESKey string // as in the console, for this URL
	// Pairs are further pairs that are accepted during a rotation: add the new pair here
	// before you enter it in the console, and keep the old one until no push uses it.
	Pairs []Pair
	// PairOf returns the pairs of a corp, for customised apps whose corps have pairs of
	// their own. It is called with the ToUserName of the envelope if no pair above fits; the
	// pairs that it returns are used for pushes to that corp only. A URL check names no
	// corp: then it is called with "", and returns the pairs that are being entered in a
	// console. With it, Token and EncodingAESKey may be empty. An error is answered with
	// 503.
	PairOf func(ctx context.Context, corpId string) ([]Pair, error)
	// ReceiveIds are further ids that pushes may be for. An empty string accepts the
	// third-party app of an individual (个人主体), whose pushes have no receive id.
	ReceiveIds []string
	// MaxAge is the greatest difference between our clock and the times of a push, outside
	// and inside the ciphertext, in both directions. 0: 10 minutes.
	MaxAge time.Duration
}

// Format prints the URL without its secrets, whatever the verb.
func (u URL) Format(s fmt.State, verb rune) {
	type plain URL
	u.Token, u.EncodingAESKey = redact.Mask(u.Token), redact.Mask(u.EncodingAESKey)
	format(s, verb, plain(u))
}

// LogValue logs the URL without its secrets.
func (u URL) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", u)) }

// crypts makes a Crypt of each pair. The error names the invalid ones.
func (u URL) crypts() ([]*Crypt, error) {
	var crypts []*Crypt
	var err error
	own := Pair{u.Token, u.EncodingAESKey}
	if own != (Pair{}) || u.PairOf == nil {
		crypts, err = cryptsOf("URL.Token and EncodingAESKey", own)
	}
	for i, p := range u.Pairs {
		more, e := cryptsOf(fmt.Sprintf("URL.Pairs[%d]", i), p)
		crypts, err = append(crypts, more...), errors.Join(err, e)
	}
	return crypts, err
}

// cryptsOf makes a Crypt of each pair. Its errors name the field.
func cryptsOf(field string, pairs ...Pair) (crypts []*Crypt, err error) {
	for _, p := range pairs {
		c, e := NewCrypt(p.Token, p.EncodingAESKey)
		if e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", field, e))
			continue
		}
		crypts = append(crypts, c)
	}
	return crypts, err
}

// check validates everything but the pairs.
func (u URL) check(api *token.Api) error {
	var errs []error
	if u.Channel != App && u.Channel != System {
		errs = append(errs, fmt.Errorf("URL.Channel is %d; it is App or System", u.Channel))
	}
	if u.MaxAge < 0 {
		errs = append(errs, errors.New("URL.MaxAge is negative"))
	}
	if api == nil || *api == (token.Api{}) {
		return errors.Join(append(errs, errors.New("api is nil or a zero Api; make one with token.New"))...)
	}
	return errors.Join(append(errs, u.checkIds(api))...)
}

// checkIds returns an error if the Api lacks an id that the URL needs.
func (u URL) checkIds(api *token.Api) error {
	var errs []error
	if u.Channel == App && api.SuiteId() == "" {
		errs = append(errs, errors.New("URL.Channel is App, which needs an Api with token.Config.SuiteId"))
	}
	if api.ProviderCorpId() == "" && (u.Channel == System || len(u.ReceiveIds) == 0) {
		errs = append(errs, errors.New("the Api needs token.Config.CorpId, the provider's own: without it every URL check would be answered with 403"))
	}
	return errors.Join(errs...)
}

// Prefixes of the routes of the two channels.
const (
	appRoute    = "app/"
	systemRoute = "system/"
)

// routeOf returns the route of a suite and a channel.
func routeOf(api *token.Api, channel Channel) string {
	if channel == System {
		return systemRoute + api.ProviderCorpId()
	}
	return appRoute + api.SuiteId()
}
