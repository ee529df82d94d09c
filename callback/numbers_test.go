package callback

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Numbers that comments of exported names promise. Who changes one changes the promise.
// G: receive/config queue/memory
func TestPromisedNumbers(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 1<<20, maxBody, "Parse")
	assert.Equal(t, 10*time.Minute, defaultMaxAge, "URL.MaxAge")
	assert.Equal(t, 8, defaultWorkers, "Config.Workers")
	assert.Equal(t, 10*time.Second, agedAfter, "Config.Workers")
	assert.Equal(t, 100, agedMost, "Config.Workers")
	assert.Equal(t, 64, maxUrgent, "Config.Workers")
	assert.Equal(t, 30*time.Second, defaultDrain, "Config.Drain")
	assert.Equal(t, 1000, maxReports, "Config.Logger")
	assert.Equal(t, 24*time.Hour, noticeLife, "On")
	assert.Equal(t, 5, maxDeaths, "Dead")
	assert.Equal(t, 10_000, memoryItems, "NewMemoryQueue")
	assert.Equal(t, 64<<20, memoryBytes, "NewMemoryQueue")
	assert.Equal(t, 1_000, urgentItems, "NewMemoryQueue")
	assert.Equal(t, 2*time.Hour, identityLife, "NewMemoryQueue")
	assert.InDelta(t, 1_000_000, maxIdentities, 50_000, "NewMemoryQueue")
	assert.Equal(t, 24*time.Hour, longestWait, "Settlement.After")
	assert.Equal(t, 4500*time.Millisecond, replyTimeout, "Answer: WeCom hangs up after five seconds")
	assert.Less(t, answerTimeout, replyTimeout, "there is time left for the reply")
	assert.Greater(t, hangUp, 5*time.Second, "Inbox.Handler: after WeCom has hung up")
}
