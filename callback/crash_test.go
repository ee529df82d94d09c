package callback

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/service"
	"github.com/gothird/wecom/token"
)

// The crash test kills a real server at random moments. What it can show:
//
//   - lost: a push that was answered with success and never worked, a ticket that was
//     answered and is not in use, an auth code that was answered and is no installation.
//     There must be none, save for one moment that no client can cover: WeCom has taken the
//     auth code and the process dies before the answer is on the disk. Such a code was used
//     up by a life that was killed right then; it is counted as cut.
//   - worked twice: a function that returned long before the kill runs again, or runs twice
//     in the life of one process. There must be none. A function that was running at the
//     kill, or had just returned, runs again: that is what Notice.Key is for, and the effect
//     that the user's function has here is once per key. These are counted as repeated.

var kills = flag.Int("kills", 20, "how often the crash test kills its server")

const (
	crashEnv   = "WECOM_CRASH_CHILD"
	crashSlack = 5 * time.Second // between a function's return and its mark, or an answer and its file, on a slow disk
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" {
		if err := crashChild(dir, os.Args[1], os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// crashChild is the server that gets killed.
func crashChild(dir, address, wecom, life string) error {
	api, err := crashApi(dir, wecom, life)
	if err != nil {
		return err
	}
	work := func(_ context.Context, n *Notice) error { return crashWork(dir, life, n) }
	for path, channel := range map[string]Channel{"/instruction": Instruction, "/data": Data} {
		q, err := NewDirQueue(filepath.Join(dir, "queue", channel.String()))
		if err != nil {
			return err
		}
		if q, err = SealQueue(q, sealingKey); err != nil {
			return err
		}
		h, err := NewHandler(api, Config{Token: siteToken, EncodingAESKey: siteKey, Channel: channel, Queue: q,
			OnError: func(_ context.Context, n *Notice, err error) { fmt.Fprintln(os.Stderr, n, err) }})
		if err != nil {
			return err
		}
		h.OnAny(work)
		go func() { fmt.Fprintln(os.Stderr, h.Run(context.Background())) }()
		http.Handle(path, h)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return http.Serve(listener, nil)
}

// crashApi is an Api on the files that survive.
// crashApi makes the Api of one life, whose requests tell which it is.
func crashApi(dir, wecom, life string) (*token.Api, error) {
	store, err := token.NewDirStore(filepath.Join(dir, "store"))
	if err != nil {
		return nil, err
	}
	sign := func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.URL.RawQuery = "life=" + life
			return next.RoundTrip(r)
		})
	}
	return token.New(token.Config{CorpId: siteProvider, ProviderSecret: "provider-secret", SuiteId: siteSuite,
		SuiteSecret: "suite-secret", BaseURL: wecom, Store: store, Middleware: []func(http.RoundTripper) http.RoundTripper{sign}})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// crashId is what parent and child call a notice.
func crashId(n *Notice) string {
	if e, ok := n.Content.(*AuthEvent); ok && e.AuthCode != "" {
		return "code-" + fileName(e.AuthCode)
	}
	return fileName(n.Key())
}

// crashWork is the user's function: its effect is a file, once per notice.
func crashWork(dir, life string, n *Notice) error {
	id := crashId(n)
	if err := crashLog(dir, "begin", life, id); err != nil {
		return err
	}
	time.Sleep(rand.N(3 * time.Millisecond)) // what work takes
	f, err := os.OpenFile(filepath.Join(dir, "effects", id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		f.Close()
	} else if !os.IsExist(err) {
		return err
	}
	return crashLog(dir, "end", life, id)
}

// crashLog appends one line; one write is not torn by a kill.
func crashLog(dir, what, life, id string) error {
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, what, life, id, time.Now().UnixNano())
	return err
}

// crash is the parent: WeCom, and the one with the gun.
type crash struct {
	t       *testing.T
	dir     string
	address string
	wecom   string
	fake    *fakewecom.Server
	killed  []time.Time
	output  bytes.Buffer // of the children

	mu       sync.Mutex
	answered map[string]bool   // crashId of pushes: answered with success?
	codes    map[string]string // auth codes answered, and their corps
	tickets  []string          // since the newest that was answered, that one first
	held     bool              // a ticket was answered
	repeat   []int             // deliveries to repeat
	corps    int

	begun  time.Time // TimeStamp of the first ticket
	pushed int       // tickets
}

func newCrash(t *testing.T) *crash {
	c := &crash{t: t, dir: t.TempDir(), begun: time.Now().Add(-25 * time.Minute), answered: map[string]bool{}, codes: map[string]string{}}
	require.NoError(t, os.Mkdir(filepath.Join(c.dir, "effects"), 0o700))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c.address = listener.Addr().String()
	require.NoError(t, listener.Close())
	c.fake = fakewecom.New(fakewecom.Options{Client: &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}})
	server := httptest.NewServer(c.fake)
	t.Cleanup(server.Close)
	c.wecom = server.URL
	hook := "http://" + c.address
	require.NoError(t, c.fake.AddProvider(fakewecom.Provider{CorpId: siteProvider, Secret: "provider-secret"}))
	require.NoError(t, c.fake.AddSuite(fakewecom.Suite{Id: siteSuite, Secret: "suite-secret", DataURL: hook + "/data",
		Command: fakewecom.Callback{URL: hook + "/instruction", Token: siteToken, EncodingAESKey: siteKey}}))
	api, err := crashApi(c.dir, c.wecom, "parent")
	require.NoError(t, err)
	require.NoError(t, api.SetInstallation(token.Installation{CorpId: siteCorp, PermanentCode: "x"}))
	return c
}

// start runs a child and waits until it serves.
func (c *crash) start() (kill func()) {
	child := exec.Command(os.Args[0], c.address, c.wecom, fmt.Sprint(len(c.killed)))
	child.Env = append(os.Environ(), crashEnv+"="+c.dir)
	child.Stderr = &c.output
	out, err := child.StdoutPipe()
	require.NoError(c.t, err)
	require.NoError(c.t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "ready\n" {
		_ = child.Process.Kill()
		_ = child.Wait()
		require.Fail(c.t, "the server did not start", c.output.String())
	}
	return func() {
		assert.NoError(c.t, child.Process.Kill())
		c.killed = append(c.killed, time.Now())
		_ = child.Wait() // "signal: killed"
	}
}

// push sends a document and notes what came of it.
func (c *crash) push(to fakewecom.Target, doc string) bool {
	n, err := Parse([]byte(doc))
	if !assert.NoError(c.t, err) {
		return false
	}
	d, err := c.fake.Push(context.Background(), to, []byte(doc))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered[crashId(n)] = err == nil
	if rand.N(10) == 0 || err != nil {
		c.repeat = append(c.repeat, d.Id)
	}
	return err == nil
}

var (
	crashInstruction = fakewecom.Target{Channel: fakewecom.ChannelInstruction, SuiteId: siteSuite}
	crashData        = fakewecom.Target{Channel: fakewecom.ChannelData, SuiteId: siteSuite, CorpId: siteCorp}
)

func (c *crash) pushTicket() bool {
	ticket, err := c.fake.NewTicket(siteSuite)
	if !assert.NoError(c.t, err) {
		return false
	}
	// Ticks of a second are all that tells an older ticket, which is pushed again, from a newer.
	c.pushed++
	doc := fmt.Sprintf("<xml><SuiteId>%s</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>%d</TimeStamp><SuiteTicket>%s</SuiteTicket></xml>",
		siteSuite, c.begun.Add(time.Duration(c.pushed)*time.Second).Unix(), ticket)
	ok := c.push(crashInstruction, doc)
	c.mu.Lock()
	defer c.mu.Unlock()
	if ok {
		c.tickets, c.held = nil, true
	}
	c.tickets = append(c.tickets, ticket)
	return ok
}

func (c *crash) pushInstall() bool {
	c.mu.Lock()
	c.corps++
	corp := fmt.Sprintf("wpCrash%05d", c.corps)
	c.mu.Unlock()
	assert.NoError(c.t, c.fake.AddCorp(fakewecom.Corp{Id: corp}))
	code, err := c.fake.Install(context.Background(), siteSuite, corp, fakewecom.InstallOptions{})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered["code-"+fileName(code)] = err == nil
	if err == nil {
		c.codes[code] = corp
	}
	return err == nil
}

func (c *crash) pushOthers() bool {
	n := int(time.Now().UnixNano())
	return c.push(crashInstruction, infoDoc(siteSuite, "change_auth", fmt.Sprintf("<AuthCorpId>wp%d</AuthCorpId><X>%d</X>", n%3, n))) &&
		c.push(crashData, textDoc(siteCorp, "hello", n))
}

// redeliver is WeCom repeating pushes whose answer it missed, and some that it did not.
func (c *crash) redeliver() {
	c.mu.Lock()
	ids := c.repeat
	c.repeat = nil
	c.mu.Unlock()
	for _, id := range ids {
		_, _ = c.fake.Redeliver(context.Background(), id)
	}
}

// round is the life of one child, and its end.
func (c *crash) round() {
	kill := c.start()
	var senders sync.WaitGroup
	senders.Go(c.redeliver)
	for _, load := range []struct {
		push func() bool
		most int
	}{{c.pushTicket, 5}, {c.pushInstall, 3}, {c.pushOthers, 1000}} {
		senders.Go(func() {
			for i := 0; i < load.most && load.push(); i++ {
				time.Sleep(rand.N(100 * time.Millisecond / time.Duration(load.most)))
			}
		})
	}
	time.Sleep(10*time.Millisecond + rand.N(140*time.Millisecond)) // the random moment
	kill()
	senders.Wait()
	c.checkTicket()
}

// checkTicket asks for a suite token as a process does that has just started.
func (c *crash) checkTicket() {
	c.t.Helper()
	if !c.held { // under load a child may die before its first answer
		return
	}
	api, err := crashApi(c.dir, c.wecom, "parent")
	require.NoError(c.t, err)
	_, err = service.GetSuiteToken(api.Suite(), nil)
	require.NoError(c.t, err)
	asked := c.fake.RequestsTo("/cgi-bin/service/get_suite_token")
	last := asked[len(asked)-1].Body
	assert.True(c.t, slices.ContainsFunc(c.tickets, func(t string) bool { return strings.Contains(last, fakewecom.Mark(t)) }),
		"the ticket in use is older than the last one answered")
}

// crashCall is one run of the user's function.
type crashCall struct {
	life       string
	begin, end time.Time
}

func (c *crash) calls() map[string][]crashCall {
	c.t.Helper()
	content, err := os.ReadFile(filepath.Join(c.dir, "log"))
	require.NoError(c.t, err)
	calls := map[string][]crashCall{}
	for line := range strings.Lines(string(content)) {
		var what, life, id string
		var nanos int64
		_, err := fmt.Sscan(line, &what, &life, &id, &nanos)
		require.NoError(c.t, err, line)
		if what == "begin" {
			calls[id] = append(calls[id], crashCall{life: life, begin: time.Unix(0, nanos)})
		} else {
			calls[id][len(calls[id])-1].end = time.Unix(0, nanos)
		}
	}
	return calls
}

// cut tells of an auth code that WeCom took from a life which was killed right then, and
// refused to the next one.
func (c *crash) cut(code string) bool {
	var taken fakewecom.Request
	for _, r := range c.fake.RequestsTo(permanentPath) {
		switch {
		case !strings.Contains(r.Body, fakewecom.Mark(code)):
		case r.ErrCode == 0:
			taken = r
		case taken.Path != "" && r.Query.Get("life") != taken.Query.Get("life"):
			life, err := strconv.Atoi(taken.Query.Get("life"))
			return err == nil && c.killed[life].Sub(taken.Time) < crashSlack // the request may be read after the kill
		}
	}
	return false
}

// missing lists what was answered and has had no effect yet.
func (c *crash) missing() (ids, cut []string) {
	gone := map[string]bool{}
	for code := range c.codes {
		if c.cut(code) {
			gone["code-"+fileName(code)] = true
		}
	}
	for id, ok := range c.answered {
		if _, err := os.Stat(filepath.Join(c.dir, "effects", id)); err != nil && ok && !gone[id] {
			ids = append(ids, id)
		}
	}
	return ids, slices.Collect(maps.Keys(gone))
}

func TestCrash(t *testing.T) {
	t.Parallel()
	c := newCrash(t)
	for range *kills {
		c.round()
	}
	killed := slices.Clone(c.killed)
	kill := c.start()
	c.redeliver()
	assert.Eventually(t, func() bool { ids, _ := c.missing(); return len(ids) == 0 }, 60*time.Second, 20*time.Millisecond)
	kill()

	lost, cut := c.missing()
	answered := 0
	for _, ok := range c.answered {
		if ok {
			answered++
		}
	}
	repeated, twice := 0, 0
	for id, calls := range c.calls() {
		for i, call := range calls[1:] {
			before := calls[i]
			inFlight := slices.ContainsFunc(c.killed, func(k time.Time) bool {
				return k.After(before.begin) && k.Before(call.begin) && (before.end.IsZero() || k.Sub(before.end) < crashSlack)
			})
			if before.life == call.life || !inFlight {
				twice++
				t.Errorf("%s was worked in life %s and again in life %s", id, before.life, call.life)
				continue
			}
			repeated++
		}
	}
	api, err := crashApi(c.dir, c.wecom, "parent")
	require.NoError(t, err)
	for code, corp := range c.codes {
		if slices.Contains(cut, "code-"+fileName(code)) {
			continue
		}
		_, err := api.WithCorp(corp).AccessToken(token.Corp)
		assert.NoError(t, err, "answered, but not installed")
	}
	t.Logf("%d kills, %d pushes answered (%d auth codes), lost %d, worked twice %d; repeated after a kill %d, codes cut %d",
		len(killed), answered, len(c.codes), len(lost), twice, repeated, len(cut))
	assert.Empty(t, lost, c.output.String())
	assert.NotZero(t, answered)
	assert.LessOrEqual(t, len(cut), len(killed))
	assert.LessOrEqual(t, repeated, len(killed)*2*defaultWorkers)
}
