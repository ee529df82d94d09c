package callback_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom"
	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/inprocess"
)

// TestChaos runs a server in real processes, which are killed, or end, or kill themselves,
// again and again: three suites with two URLs each and the system URL, on one inbox, one
// folder queue and one folder Store, both sealed. Functions fail, panic, hang and kill the
// process; the Store and the disk come and go; clocks are wrong and step. The parent is
// WeCom: it repeats a push until it is answered with success, and sometimes afterwards.
//
// What must hold when it is all over and one life has worked what was left:
//
//   - lost: every notice that was answered has had its functions succeed, or is dead by
//     right: the process died five times while it was processed, or its corp has cancelled.
//   - every corp that has the app can be called, and none that has cancelled. One moment no
//     client can cover: WeCom has taken an auth code, and the process is killed before the
//     answer is on the disk. Such codes are counted as cut, and the corp authorises again.
//   - repeated: a function that succeeded runs again only after a kill, and for no more
//     notices than were in progress at that kill. When the clock steps or the folder is away,
//     the lease of the process ends, which is like a kill.
//   - order: first starts in a lane are in the order of arrival, but for those that were in
//     progress at a kill; two of one lane never run at once.
//   - delay: a quiet corp's notice starts within a second while fewer than Workers functions
//     hang, else within eleven, twice that beside one that must run alone; an auth code
//     always within a second: in the life that answered, if its clock does not step, with
//     what a start, the Store, the disk or the machine made of it left out.
var chaos = flag.Duration("chaos", 8*time.Second, "how long TestChaos makes trouble, before what is left is worked")

const (
	chaosLong = time.Minute // from then on with more corps, and a disk of its own
	chaosSkew = 35 * time.Minute

	chaosPatience = 4 * time.Minute // with what was pushed and is not answered when the trouble is over
)

// chaosWorld is the parent: WeCom, the corps, and the one with the gun.
type chaosWorld struct {
	t    *testing.T
	long bool
	dir  string // of the test itself
	disk string // of the children
	tmp  bool   // the disk can be full
	url  string
	fake *fakewecom.Server
	log  *chaosLog

	corps  []*chaosCorp
	strays sync.WaitGroup
	began  time.Time // of this parent
	calm   chan struct{}
	diskMu sync.Mutex // held while no child may start: the disk is away

	mu       sync.Mutex
	address  string // of the child that serves
	life     int
	order    []*chaosPush // all, as they were sent
	figures  map[string]int
	problems []string
	blackout []chaosSpan // of the disk
	ends     map[int]chaosEnd
	slowest  map[string]time.Duration
	serial   int
	said     chaosSaid
}

// chaosSpan is a time in which something failed.
type chaosSpan struct{ from, to time.Time }

func newChaosWorld(t *testing.T) *chaosWorld {
	w := &chaosWorld{
		t: t, long: *chaos >= chaosLong, dir: t.TempDir(), began: time.Now(), calm: make(chan struct{}),
		figures: map[string]int{}, ends: map[int]chaosEnd{}, slowest: map[string]time.Duration{},
	}
	w.disk = filepath.Join(w.dir, "disk")
	require.NoError(t, os.Mkdir(w.disk, 0o700))
	require.NoError(t, os.Mkdir(filepath.Join(w.dir, "marks"), 0o700))
	if w.long {
		unmount, ok := smallDisk(w.disk)
		if w.tmp = ok; ok {
			t.Cleanup(unmount)
		}
	}
	w.log = newChaosLog(filepath.Join(w.dir, "log"))
	w.fake = fakewecom.New(platform.Options{Client: &http.Client{Transport: inprocess.Func(w.courier)}})
	url := func(path string) platform.Callback {
		return platform.Callback{URL: "http://child" + path, Token: chaosToken, EncodingAESKey: chaosKey}
	}
	require.NoError(t, w.fake.AddProvider(platform.Provider{CorpId: chaosProvider, Secret: "provider-secret", System: url("/system")}))
	for i, id := range chaosSuites {
		require.NoError(t, w.fake.AddSuite(platform.Suite{Id: id, Secret: "secret-of-" + id, Template: i == len(chaosSuites)-1,
			Command: url("/command/" + id), DataURL: url("/data/" + id).URL}))
	}
	server := httptest.NewServer(w.fake)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *chaosWorld) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.figures[what]++
}

func (w *chaosWorld) problem(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// pause waits about that long, and reports whether there is still trouble to make.
func pause(ctx context.Context, span time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(span/2 + rand.N(span)):
		return true
	}
}

// G: inbox/nothing-lost
func TestChaos(t *testing.T) {
	t.Parallel()
	w := newChaosWorld(t)
	stop := w.keepAlive()
	w.pushTickets()
	w.makeCorps()
	w.trouble(*chaos)
	look, drained := w.drain()
	stop()
	w.log.read()
	w.check(look, drained)
	t.Log(w.summary())
	for _, p := range w.problems[:min(len(w.problems), 30)] {
		t.Error(p)
	}
	assert.Zero(t, len(w.problems), "problems")
	if t.Failed() {
		w.saveTraces()
	}
}

// trouble lets everything happen at once.
func (w *chaosWorld) trouble(span time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), span)
	defer cancel()
	var all sync.WaitGroup
	for _, c := range w.corps {
		all.Go(func() { c.live(ctx) })
	}
	for _, part := range []func(context.Context){w.tickets, w.diskTrouble, w.probe, w.newcomers, w.authoriseAgain} {
		all.Go(func() { part(ctx) })
	}
	<-ctx.Done()
	close(w.calm) // who still waits for an answer gets it from a quiet life
	all.Wait()
	w.strays.Wait()
}

func (w *chaosWorld) isCalm() bool {
	select {
	case <-w.calm:
		return true
	default:
		return false
	}
}

func (w *chaosWorld) pushTickets() {
	for _, id := range chaosSuites {
		_, err := w.fake.PushTicket(context.Background(), id)
		assert.NoError(w.t, err)
		w.count("tickets")
	}
}

func (w *chaosWorld) tickets(ctx context.Context) {
	for pause(ctx, 10*time.Second) {
		w.pushTickets()
	}
}

// diskTrouble takes the folder of the queue away for a while, or lets the disk be full.
func (w *chaosWorld) diskTrouble(ctx context.Context) {
	each := 5 * time.Second
	if w.long {
		each = 15 * time.Second
	}
	for pause(ctx, each) {
		begin := time.Now()
		if w.tmp && rand.N(2) == 0 {
			w.fillDisk()
			w.count("times the disk was full")
		} else {
			w.takeFolder()
			w.count("times the folder was away")
		}
		w.mu.Lock()
		w.blackout = append(w.blackout, chaosSpan{begin, time.Now()})
		w.mu.Unlock()
	}
}

func (w *chaosWorld) takeFolder() {
	w.diskMu.Lock()
	defer w.diskMu.Unlock()
	folder := filepath.Join(w.disk, []string{"queue", "store"}[rand.N(2)])
	if !assert.NoError(w.t, os.Rename(folder, folder+".away")) {
		return
	}
	time.Sleep(rand.N(2 * time.Second))
	if err := os.Rename(folder+".away", folder); err != nil {
		w.problem("something else has taken the place of a folder that was away: %v", err)
		os.Rename(folder, folder+".usurper")
		assert.NoError(w.t, os.Rename(folder+".away", folder))
	}
}

func (w *chaosWorld) fillDisk() {
	name := filepath.Join(w.disk, "ballast")
	f, err := os.Create(name)
	if !assert.NoError(w.t, err) {
		return
	}
	defer os.Remove(name)
	defer f.Close()
	block := make([]byte, 1<<20)
	for size := len(block); size > 0; {
		if n, err := f.Write(block[:size]); err != nil || n < size {
			size /= 16
		}
	}
	time.Sleep(rand.N(2 * time.Second))
}

// drain lets what is left be worked, without any trouble but that of notices that kill.
func (w *chaosWorld) drain() (look chaosLook, drained bool) {
	testTimeout := 90 * time.Second
	left, since := -1, time.Now()
	for time.Since(since) < testTimeout {
		w.log.read()
		w.authoriseCut()
		var err error
		look, err = w.look()
		n := len(w.unfinished(look)) + len(w.unsettledCorps())
		if err == nil && n == 0 {
			return look, true
		}
		if n != left {
			left, since = n, time.Now()
		}
		time.Sleep(200 * time.Millisecond)
	}
	return look, false
}
