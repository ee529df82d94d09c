package callback_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/token"
)

const chaosExchange = "/cgi-bin/service/get_permanent_code"

// exchanges are what WeCom was asked with an auth code, in a body with its mark.
func (w *chaosWorld) exchanges() []platform.Request { return w.fake.RequestsTo(chaosExchange) }

// isCut reports whether WeCom has taken an auth code from a life that ended before the answer
// was on the disk.
func (w *chaosWorld) isCut(code string) bool { return w.cut(code, w.exchanges()) }

func (w *chaosWorld) cut(code string, asked []platform.Request) bool {
	w.mu.Lock()
	now := w.life
	w.mu.Unlock()
	for _, r := range asked {
		if r.ErrCode != 0 || r.Status == 0 || !strings.Contains(r.Body, platform.Mark(code)) {
			continue
		}
		life, err := strconv.Atoi(r.Query.Get("life"))
		if err != nil || life == now {
			return false
		}
		w.log.read()
		sum := sha256.Sum256([]byte(code))
		return !w.log.keeps(hex.EncodeToString(sum[:8])) // as the keys of a Store have it
	}
	return false
}

// required reports whether both functions must succeed for a notice that was answered.
func (w *chaosWorld) required(p *chaosPush) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.answered.IsZero() || p.order == "never" || p.order == "die" {
		return false
	}
	for _, cancel := range p.corp.cancels {
		if cancel.from.After(p.sent) {
			return false // what waits of it ends
		}
	}
	return p.kind != "kf" || p.corp.service == p
}

// unfinished are the required ones that have not had their work, and are not dead.
func (w *chaosWorld) unfinished(look chaosLook) (left []*chaosPush) {
	w.mu.Lock()
	all := slices.Clone(w.order)
	w.mu.Unlock()
	asked := w.exchanges()
	for _, p := range all {
		if !w.log.record(p.id).finished() && w.required(p) && look.Buried[p.id].Reason == "" && !(p.code != "" && w.cut(p.code, asked)) {
			left = append(left, p)
		}
	}
	return left
}

// parentApi looks into the Store as another process.
func (w *chaosWorld) parentApi() *token.Api {
	store, err := chaosDirStore(w.disk)
	require.NoError(w.t, err)
	api, err := chaosApi(w.url, store, slog.New(slog.DiscardHandler), "parent")
	require.NoError(w.t, err)
	return api
}

// unsettledCorps are those that are installed here and not there, or there and not here.
func (w *chaosWorld) unsettledCorps() (left []*chaosCorp) {
	api := w.parentApi()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.corps {
		_, err := api.WithSuite(c.suite, "secret-of-"+c.suite).WithCorp(c.id).Installation()
		if errors.Is(err, token.ErrNotInstalled) == c.installed {
			left = append(left, c)
		}
	}
	return left
}

// check looks at all that has happened.
func (w *chaosWorld) check(look chaosLook, drained bool) {
	for _, s := range w.log.strange {
		w.problem("%s", s)
	}
	if text := w.said.String(); strings.Contains(text, "DATA RACE") || strings.Contains(text, "fatal error") || strings.Contains(text, "goroutine ") {
		w.problem("a process said: %.2000s", text)
	}
	if !drained {
		w.problem("there was no end to it: %+v", look.Stats)
	}
	w.checkLost(look)
	w.checkCorps()
	w.checkRepeated()
	w.checkOrder()
	w.checkDelays()
}

func (w *chaosWorld) checkLost(look chaosLook) {
	lost := w.unfinished(look)
	for _, p := range lost {
		w.problem("lost: %s, a %s of %s (%s), answered by life %d, has deaths %d and %d calls", p.id, p.kind, p.corp.id, p.order, p.life, w.log.record(p.id).deaths(), len(w.calls(p)))
	}
	w.figures["lost"] = len(lost)
	asked := w.exchanges()
	for _, p := range w.order {
		b, dead := look.Buried[p.id]
		if seen := w.log.record(p.id).deaths(); !dead && seen > 5*max(1, int(p.deliveries.Load())) {
			w.problem("alive: %s, a %s of %s (%s), with which the process died %d times", p.id, p.kind, p.corp.id, p.order, seen)
		}
		if !dead {
			continue
		}
		w.figures["dead"]++
		if w.required(p) && (p.code == "" || !w.cut(p.code, asked)) {
			w.checkDead(p, b)
		}
	}
}

// checkDead looks at a notice that should have succeeded. Who has killed two lives waits until
// it is alone: a life that ends meanwhile is a death too.
func (w *chaosWorld) checkDead(p *chaosPush, b chaosBuried) {
	seen := w.log.record(p.id).deaths()
	if b.Deaths >= 5 && (seen >= 2 || p.order == "hang" || p.order == "deaf") {
		w.figures["dead after five deaths"]++
		return
	}
	w.problem("dead: %s, a %s of %s (%s), with %d deaths, of which %d were seen: %s", p.id, p.kind, p.corp.id, p.order, b.Deaths, seen, b.Reason)
}

func (w *chaosWorld) calls(p *chaosPush) []*chaosCall {
	if r := w.log.record(p.id); r != nil {
		return r.calls
	}
	return nil
}

// checkCorps calls every corp as a process does that has just started.
func (w *chaosWorld) checkCorps() {
	for _, c := range w.unsettledCorps() {
		w.problem("installed: %t, and there is the other: %s of %s", c.installed, c.id, c.suite)
	}
	w.fake.ExpireTokens(spec.CredentialCorp)
	api := w.parentApi()
	for _, c := range w.corps {
		_, err := api.WithSuite(c.suite, "secret-of-"+c.suite).WithCorp(c.id).AccessToken(token.Corp)
		if c.installed && assert.NoError(w.t, err, c.id) {
			w.figures["corps installed"]++
		} else if !c.installed {
			assert.ErrorIs(w.t, err, token.ErrNotInstalled, c.id)
			w.figures["corps that have cancelled"]++
		}
	}
}

// summary says what has happened: first what counts, then all else.
func (w *chaosWorld) summary() string {
	w.countPushes()
	parts := []string{time.Since(w.began).Round(time.Second).String()}
	main := []string{"answered", "started", "done", "repeated", "retried", "dead", "lost"}
	for _, what := range main {
		parts = append(parts, fmt.Sprintf("%d %s", w.figures[what], what))
		delete(w.figures, what)
	}
	for _, what := range slices.Sorted(maps.Keys(w.slowest)) {
		parts = append(parts, fmt.Sprintf("slowest of %s %s", what, w.slowest[what].Round(time.Millisecond)))
	}
	for _, what := range slices.Sorted(maps.Keys(w.figures)) {
		parts = append(parts, fmt.Sprintf("%d %s", w.figures[what], what))
	}
	return strings.Join(parts, ", ")
}

func (w *chaosWorld) countPushes() {
	asked := w.exchanges()
	for _, p := range w.order {
		w.figures["deliveries"] += int(p.deliveries.Load())
		for what, is := range map[string]bool{
			"answered":  !p.answered.IsZero(),
			"started":   len(w.calls(p)) > 0,
			"done":      w.log.record(p.id).finished(),
			"retried":   w.log.record(p.id).failed(),
			"codes cut": p.code != "" && w.cut(p.code, asked),
		} {
			if is {
				w.figures[what]++
			}
		}
	}
}
