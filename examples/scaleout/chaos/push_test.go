package chaos

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
	"github.com/gothird/wecom/examples/scaleout/internal/record"
)

// pusher pushes messages of corps as WeCom does: each up to three times, until it is answered within five
// seconds, and those of one corp one after the other.
type pusher struct {
	w     *world
	crypt *callback.Crypt
	site  string
	http  *http.Client

	mu      sync.Mutex
	next    map[string]int            // the number of the next message, by corp
	taken   map[record.Item]time.Time // when they were pushed
	refused int                       // given up; they may have been taken all the same
}

const (
	pushTries = 3
	pushWait  = 5 * time.Second
	pushPause = time.Second // between two tries
	pushLines = 32          // pushes that are under way at once
)

// balanced is a pusher to a fleet.
func (w *world) balanced(f *fleet.Fleet) *pusher {
	site := httptest.NewServer(fleet.NewBalancer(f))
	w.t.Cleanup(site.Close)
	return w.pusher(site.URL)
}

func (w *world) pusher(site string) *pusher {
	crypt, err := callback.NewCrypt(w.config.Token, w.config.EncodingAESKey)
	require.NoError(w.t, err)
	return &pusher{w: w, crypt: crypt, site: site, http: &http.Client{Timeout: pushWait, Transport: &http.Transport{MaxIdleConnsPerHost: pushLines}},
		next: map[string]int{}, taken: map[record.Item]time.Time{}}
}

// push lets each corp push each messages, and more until it returns false.
func (p *pusher) push(each int, more func() bool) {
	var lines sync.WaitGroup
	for line := range min(pushLines, len(p.w.corps)) {
		lines.Go(func() {
			for n := 0; n < each || more(); n++ {
				for i := line; i < len(p.w.corps); i += pushLines {
					p.one(p.w.corps[i])
				}
			}
		})
	}
	lines.Wait()
}

func enough() bool { return false }

// one pushes the next message of a corp.
func (p *pusher) one(c corp) {
	p.mu.Lock()
	p.next[c.id]++
	it := record.Item{Corp: c.id, N: p.next[c.id]}
	p.mu.Unlock()
	begin := time.Now()
	taken := false
	for n := 0; n < pushTries && !taken; n++ {
		if n > 0 {
			time.Sleep(pushPause)
		}
		taken = p.try(c, it)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if taken {
		p.taken[it] = begin
	} else {
		p.refused++
	}
}

// try pushes a message once.
func (p *pusher) try(c corp, it record.Item) bool {
	payload := fmt.Sprintf("<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>text</MsgType>"+
		"<Content>%d</Content><MsgId>%d</MsgId><AgentID>1</AgentID></xml>", c.id, c.user, time.Now().Unix(), it.N, it.N)
	at, nonce := strconv.FormatInt(time.Now().Unix(), 10), fmt.Sprint("n", it.N)
	encrypt, signature, err := p.crypt.Encrypt([]byte(payload), c.id, at, nonce)
	if err != nil {
		return false
	}
	body, err := xml.Marshal(struct {
		XMLName                      xml.Name `xml:"xml"`
		ToUserName, AgentID, Encrypt string
	}{ToUserName: c.id, AgentID: "1", Encrypt: encrypt})
	if err != nil {
		return false
	}
	query := url.Values{"msg_signature": {signature}, "timestamp": {at}, "nonce": {nonce}}
	answer, err := p.http.Post(p.site+"/?"+query.Encode(), "text/xml", bytes.NewReader(body))
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return err == nil && answer.StatusCode == http.StatusOK && string(text) == "success"
}

// settleTime is how long it may take until one more is worked: a lease of a killed process has to end,
// also one of a process that was killed when it had begun the same notice.
const settleTime = 3 * time.Minute

// worked waits until all that was taken is worked, or until the queue is empty if idle says that, and
// checks the records of all processes.
func (p *pusher) worked(t *testing.T, idle func() bool) (f figures, entries []record.Entry) {
	t.Helper()
	f = uncounted()
	var sum record.Sum
	for end, least := time.Now().Add(settleTime), len(p.taken)+1; ; {
		begin, empty := time.Now(), idle != nil && idle()
		var err error
		entries, err = record.Read(p.w.config.Folder)
		require.NoError(t, err)
		// One that WeCom has given up may be taken late all the same, and then comes after the next ones.
		entries = slices.DeleteFunc(entries, func(e record.Entry) bool { return p.taken[e.Item].IsZero() })
		sum, f.unworked = record.Summarize(entries), map[record.Item]bool{}
		for it := range p.taken {
			if sum.Worked[it] == 0 {
				f.unworked[it] = true
			}
		}
		if len(f.unworked) == 0 || time.Now().After(end) || empty {
			break
		}
		if len(f.unworked) < least {
			end, least = time.Now().Add(settleTime), len(f.unworked)
		}
		time.Sleep(500*time.Millisecond + 5*time.Since(begin)) // to look costs time that the workers need
	}
	f.lost, f.twice, f.outOfOrder = len(f.unworked), sum.Twice, sum.OutOfOrder
	assert.Zero(t, f.outOfOrder)
	return f, entries
}
