package token_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/token"
)

const (
	coldProcesses = 8
	coldLatency   = time.Second     // of WeCom
	coldAllowance = 4 * time.Second // for a disk that is busy with other tests; less than one after the other would take
)

// coldWorld is a folder with all that tokens are asked for with, and processes on it that
// have none yet.
func coldWorld(t *testing.T) (*world, []*lifeProcess) {
	w := newWorld(t)
	dir := t.TempDir()
	store, err := token.NewDirStore(dir)
	require.NoError(t, err)
	api := w.process(t, store)
	for _, api := range []*token.Api{api, api.WithSuite(templateId, templateSecret)} {
		require.NoError(t, api.SetInstallation(w.install(t, api.SuiteId(), corpId)))
		w.ticket(api)
	}
	var processes []*lifeProcess
	for i := range coldProcesses {
		p := startLife(t, lifeOrders{Dir: dir, URL: w.cfg.BaseURL, Name: fmt.Sprintf("cold-%d", i)}, new(lifeLog))
		r, alive := p.do(lifeOrder{Do: "clock", For: "0s"})
		require.True(t, alive && r.Err == "", "it is ready")
		processes = append(processes, p)
	}
	w.ClearLog()
	return w, processes
}

// Processes that start at the same moment on one folder ask for each token once, and none
// waits much longer than the one that asks.
// G: token/processes
func TestColdProcessesAskOnce(t *testing.T) {
	t.Parallel()
	w, processes := coldWorld(t)
	paths := []string{providerPath, suitePath, corpPath, gettokenPath}
	for _, path := range paths {
		w.Fault(platform.Fault{Path: path, Delay: coldLatency})
	}
	for _, kind := range []struct {
		order    lifeOrder
		requests int // one after the other
	}{
		{lifeOrder{Do: "provider"}, 1},
		{lifeOrder{Do: "call", Suite: suiteId, For: corpId}, 2},
		{lifeOrder{Do: "call", Suite: templateId, For: corpId}, 1},
	} {
		begin := time.Now()
		var all sync.WaitGroup
		for _, p := range processes {
			all.Go(func() {
				r, alive := p.do(kind.order)
				assert.True(t, alive)
				assert.Empty(t, r.Err)
			})
		}
		all.Wait()
		took, least := time.Since(begin), time.Duration(kind.requests)*coldLatency
		t.Logf("%s %s: the last of %d processes has its token %s after the least time of %s",
			kind.order.Do, kind.order.Suite, coldProcesses, (took - least).Round(time.Millisecond), least)
		assert.Less(t, took, least+coldAllowance)
	}
	for _, path := range paths {
		assert.Equal(t, 1, w.Count(path), path)
	}
}
