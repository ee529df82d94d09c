package callback

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/redact"
)

// Channel is the kind of callback URL.
type Channel int

const (
	// App 指令回调URL, 数据回调URL: the URLs of a third-party app, a 代开发 template or a customised
	// app, one for both or one each. Pushes are for the suite, or for a corp that has
	// installed it.
	App Channel = iota
	// System 系统事件接收URL of the provider. Pushes are for the provider's corp.
	System
)

// String gives the name of the channel.
func (c Channel) String() string {
	switch c {
	case App:
		return "App"
	case System:
		return "System"
	}
	return "Channel(" + strconv.Itoa(int(c)) + ")"
}

// Pair is a Token and EncodingAESKey of a callback URL. It prints without them.
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

// URL describes one callback URL. It prints without its secrets.
type URL struct {
	Channel        Channel
	Token          string // as in the console, for this URL
	EncodingAESKey string // as in the console, for this URL
	// Pairs are further ones that are accepted, while rotating: the new pair is known here
	// before it is entered in the console, the old one until no push uses it any more.
	Pairs []Pair
	// PairOf gives the pairs of a corp, for customised apps whose corps have pairs of their
	// own. It is asked by the ToUserName of the envelope; what it returns is good for pushes
	// to that corp only.
	PairOf func(ctx context.Context, corpId string) ([]Pair, error)
	// ReceiveIds are further ids that pushes may be for. An empty string in it accepts the
	// third-party app of an individual (个人主体), whose pushes are for nobody.
	ReceiveIds []string
	// MaxAge is how far the times of a push, outside and inside of the ciphertext, may be from
	// our clock, either way. 0: 10 minutes.
	MaxAge time.Duration
}
