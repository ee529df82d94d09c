package media

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A job that was fetching its file when the state was saved fetches it anew, and what the first
// fetch brings comes too late.
func TestJobsBeginAnewAfterLoading(t *testing.T) {
	t.Parallel()
	const data = "%PDF-1"
	came, hold := make(chan struct{}), make(chan struct{})
	var first sync.Once
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait := false
		first.Do(func() { wait = true })
		if wait {
			close(came)
			<-hold
		}
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(data))
	}))
	defer site.Close()
	w := newWorld(t)
	w.SetUploadDelay(time.Minute)
	id := w.begin(kindFile, site.URL, data)
	w.Clock.Add(time.Minute)
	ended := make(chan error)
	go func() { ended <- w.Settle(context.Background()) }()
	<-came
	state, err := w.Save()
	require.NoError(t, err)
	require.NoError(t, w.Load(state))
	status, _ := w.result(id) // which lets time do its work: the file is fetched
	assert.Equal(t, jobRunning, status)
	w.World.Settled()
	status, detail := w.result(id)
	assert.Equal(t, jobDone, status)
	media, _ := detail["media_id"].(string)
	close(hold)
	require.NoError(t, <-ended)
	_, again := w.result(id)
	assert.Equal(t, media, again["media_id"])
	assert.Len(t, w.files, 1, "one file was kept")
	res, content := w.fetched("/cgi-bin/media/get", media, "")
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Equal(t, data, content)
}
