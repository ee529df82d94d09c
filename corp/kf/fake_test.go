package kf_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/kf"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// shop is a corp whose customers go on asking, and an app that answers them.
type shop struct {
	t       *testing.T
	wecom   *wecomtest.WeCom
	corp    *wecomtest.Corp
	account string
	asked   []*wecomtest.Customer
	cursor  string // that the app has saved
	most    int    // customers
}

func newShop(t *testing.T) *shop {
	s := &shop{t: t, wecom: wecomtest.New(t), most: 15}
	s.corp = s.wecom.Install(wecomtest.Corp{})
	s.account = s.corp.KfAccount("Shop")
	return s
}

// ask is one more customer who asks something, if there is one.
func (s *shop) ask() {
	if len(s.asked) < s.most {
		x := s.corp.KfCustomer("Customer " + strconv.Itoa(len(s.asked)))
		x.Ask(s.account, "?")
		s.asked = append(s.asked, x)
	}
}

// run is a run of the app that is killed after so many messages, before or after it saves the
// cursor of the last one. It counts what it has processed.
func (s *shop) run(messages int, saved bool) (processed int) {
	for m, err := range kf.AllMsg(s.corp.Api(), kf.Sync{OpenKfId: s.account, Cursor: s.cursor, Limit: 3}) {
		require.NoError(s.t, err)
		s.wecom.Advance(10 * time.Second) // reads without a token are limited
		if m.Text != nil {
			s.answer(m.Msg)
			s.ask() // while the app works
		}
		processed++
		if processed < messages || saved {
			s.cursor = m.Cursor
		}
		if processed == messages {
			return processed
		}
	}
	return processed
}

// answer answers a message. Its id is made from that of the question: WeCom takes it once.
func (s *shop) answer(m kf.Msg) {
	_, err := kf.SendMsg(s.corp.Api(), kf.Message{OpenKfId: m.OpenKfId, ToUser: m.ExternalUserId, MsgId: "re-" + m.MsgId[:29],
		Content: kf.Content{Text: &wire.Text{Content: "re: " + m.Text.Content}}})
	if !errors.Is(err, token.Code(95033)) {
		require.NoError(s.t, err)
	}
}

// An app saves the cursor after the work. It is killed after any message, customers go on
// meanwhile, and each has one answer in the end.
// G: kf/cursor
func TestEachQuestionIsAnsweredOnceAfterACrash(t *testing.T) {
	t.Parallel()
	for crash := 1; crash <= 30; crash++ {
		for _, saved := range []bool{false, true} {
			s := newShop(t)
			for range 5 {
				s.ask()
			}
			done := s.run(crash, saved)
			require.Equal(t, crash, done)
			s.ask()
			s.ask()
			done += s.run(-1, true)
			require.Len(t, s.asked, s.most)
			for _, x := range s.asked {
				answers := x.Messages()
				require.Len(t, answers, 1, "%s, killed after %d", x.Name, crash)
				assert.Equal(t, "re: ?", answers[0].Text)
			}
			const perCustomer = 2 // he enters and asks
			assert.LessOrEqual(t, done-perCustomer*s.most, 3, "a page is repeated at most")
			assert.Zero(t, s.run(-1, true), "nothing is new")
		}
	}
}

// An app that comes back after days finds what WeCom still has, and nothing stops it where the
// older is gone.
// G: kf/cursor
func TestACursorFromDaysAgoLeadsToWhatIsLeft(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.most = 9
	for range 8 {
		s.ask()
	}
	require.Equal(t, 1, s.run(1, true))
	s.wecom.Advance(3*24*time.Hour + time.Second)
	s.ask()
	var came []string
	for m, err := range kf.AllMsg(s.corp.Api(), kf.Sync{OpenKfId: s.account, Cursor: s.cursor, Limit: 3}) {
		require.NoError(t, err)
		came = append(came, m.MsgType)
	}
	assert.Equal(t, []string{"event", "text"}, came, "of the last customer")
}
