package callback

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/durable"
)

func openDir(t *testing.T, dir string) *dirQueue {
	t.Helper()
	q, err := NewDirQueue(dir)
	require.NoError(t, err)
	return q.(*dirQueue)
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	require.NoError(t, eachFile(dir, func(name string) error {
		list = append(list, name)
		return nil
	}))
	return list
}

// bubble runs a test on a clock of its own, with a folder that is removed outside of it.
func bubble(t *testing.T, test func(t *testing.T, dir string)) {
	t.Helper()
	t.Parallel()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { test(t, dir) })
}

// T-71
func TestDirQueueResumesOldestFirst(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1", "b/1", "a/2", "c/1")
		stop := working(t, q, 1, func(_ context.Context, p []byte) error {
			if string(p) == "payload of c/1" {
				return nil
			}
			return errors.New("not yet")
		})
		synctest.Wait()
		stop()

		var j journal
		stop = working(t, openDir(t, dir), 1, func(ctx context.Context, p []byte) error {
			assert.Equal(t, 2, DeliveryOf(ctx).Attempt, "attempts are counted across restarts")
			return j.note(ctx, p)
		})
		synctest.Wait()
		assert.Empty(t, j.all(), "so is the time to wait")
		time.Sleep(time.Second)
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1", "b/1", "a/2"), j.all())
	})
}

func TestDirQueueFilesAreClosedToOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no modes
	}
	bubble(t, func(t *testing.T, dir string) {
		dir = filepath.Join(dir, "made", "by us")
		q := openDir(t, dir)
		put(t, q, "a/1", "a/2")
		stop := working(t, q, 1, func(_ context.Context, p []byte) error {
			if string(p) == "payload of a/1" {
				return nil
			}
			return ErrGiveUp
		})
		synctest.Wait()
		stop()
		put(t, q, "a/3")
		assert.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			require.NoError(t, err)
			fi, err := d.Info()
			require.NoError(t, err)
			assert.Zero(t, fi.Mode().Perm()&0o077, path)
			return nil
		}))
	})
}

// T-20
func TestDirQueueKeepsNoPayloadOfWhatIsDone(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1")
		var j journal
		stop := working(t, q, 1, j.note)
		synctest.Wait()
		stop()
		require.Len(t, j.all(), 1)
		assert.Empty(t, names(t, q.pending))
		require.Equal(t, []string{fileName("a/1")}, names(t, q.done))
		mark, err := os.ReadFile(filepath.Join(q.done, fileName("a/1")))
		require.NoError(t, err)
		assert.Empty(t, mark)
	})
}

func TestDirQueuePurges(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1")
		temp := filepath.Join(q.pending, ".tmp-wecom-0123456789abcdef")
		require.NoError(t, os.WriteFile(temp, nil, 0o600))
		now := time.Now()
		require.NoError(t, os.Chtimes(temp, now, now))
		var j journal
		stop := working(t, q, 1, j.note)
		time.Sleep(30 * time.Minute)
		assert.FileExists(t, temp, "the writer may be alive")
		assert.Len(t, names(t, q.done), 1)
		time.Sleep(doneFor + dirPurge)
		synctest.Wait()
		stop()
		assert.NoFileExists(t, temp)
		assert.Empty(t, names(t, q.done))
	})
}

func TestDirQueueGivenUpCanBeRevived(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1")
		var j journal
		stop := working(t, q, 1, func(ctx context.Context, p []byte) error {
			if j.add(string(p)) == 1 {
				return ErrGiveUp
			}
			return nil
		})
		synctest.Wait()
		require.Equal(t, []string{fileName("a/1")}, names(t, q.dead))
		require.NoError(t, os.Rename(filepath.Join(q.dead, fileName("a/1")), filepath.Join(q.pending, fileName("a/1"))))
		later := time.Now().Add(time.Hour) // the clock of the files is not that of the test
		require.NoError(t, os.Chtimes(q.pending, later, later))
		time.Sleep(2 * dirRescan)
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1", "a/1"), j.all())
	})
}

// T-05
func TestDirQueueTwoProcesses(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		one, two := openDir(t, dir), openDir(t, dir)
		var j1, j2 journal
		stop1 := working(t, one, 2, j1.note)
		synctest.Wait()
		stop2 := working(t, two, 2, j2.note)
		put(t, two, "a/1")
		put(t, one, "a/1") // WeCom's repetition reaches the other process
		time.Sleep(2 * dirRescan)
		synctest.Wait()
		assert.Equal(t, payloads("a/1"), j1.all(), "the one that came first works what the other has put")
		assert.Empty(t, j2.all())

		stop1()
		put(t, one, "a/2")
		put(t, two, "a/1") // done by the other
		time.Sleep(2 * dirRescan)
		synctest.Wait()
		assert.Equal(t, payloads("a/2"), j2.all(), "the other takes over")
		assert.Len(t, j1.all(), 1)
		stop2()
	})
}

// What another process, or the operator, took away meanwhile is not worked.
func TestDirQueueItemTakenAway(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1", "a/2")
		gate := make(chan struct{})
		var j journal
		stop := working(t, q, 1, func(ctx context.Context, p []byte) error {
			<-gate
			return j.note(ctx, p)
		})
		synctest.Wait()
		require.NoError(t, os.Remove(filepath.Join(q.pending, fileName("a/2"))))
		close(gate)
		synctest.Wait()
		stop()
		assert.Equal(t, payloads("a/1"), j.all())
	})
}

func TestDirQueueForeignFile(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1")
		for name, content := range map[string]string{
			"notes.txt":     "not ours",
			fileName("a/2"): `{"key":"a/1"}` + "\nhead of another key",
			fileName("a/3"): strings.Repeat("x", 2*maxHead),
		} {
			require.NoError(t, os.WriteFile(filepath.Join(q.pending, name), []byte(content), 0o600))
		}
		require.NoError(t, os.Mkdir(filepath.Join(q.pending, "folder"), 0o700))
		var j journal
		stop := working(t, q, 1, func(_ context.Context, p []byte) error {
			j.add(string(p))
			return ErrGiveUp
		})
		synctest.Wait()
		stop()
		assert.ElementsMatch(t, []string{"payload of a/1", "not ours", `{"key":"a/1"}` + "\nhead of another key", strings.Repeat("x", 2*maxHead)}, j.all())
		assert.Len(t, names(t, q.dead), 4, "somebody hears of them, once")
	})
}

// breakFolder puts a file in the place of a folder: a disk that fails, also for root.
func breakFolder(t *testing.T, dir string) (repair func()) {
	t.Helper()
	require.NoError(t, os.Rename(dir, dir+".away"))
	require.NoError(t, os.WriteFile(dir, nil, 0o600))
	return func() {
		require.NoError(t, os.Remove(dir))
		require.NoError(t, os.Rename(dir+".away", dir))
	}
}

func TestDirQueuePutFails(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"pending", "done"} {
		dir := t.TempDir()
		q := openDir(t, dir)
		repair := breakFolder(t, filepath.Join(dir, broken))
		err := q.Put(t.Context(), "a/1", []byte("secret"))
		require.Error(t, err, broken)
		assert.Contains(t, err.Error(), broken)
		assert.NotContains(t, err.Error(), "secret")
		repair()
		assert.Empty(t, names(t, q.pending), "nothing half-written")
		require.NoError(t, q.Put(t.Context(), "a/1", []byte("secret")))
	}
}

// T-61: success is not sent for what is not on the disk.
func TestDirQueueFailureIsNoSuccess(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	dir := t.TempDir()
	cfg := s.config(Instruction)
	cfg.Queue = openDir(t, dir)
	s.handler("/instruction", s.api, cfg)
	push := func() int {
		return s.send(request{method: http.MethodPost, path: "/instruction", payload: infoDoc(siteSuite, "change_auth"), receiveId: siteSuite}).StatusCode
	}
	repair := breakFolder(t, filepath.Join(dir, "pending"))
	assert.Equal(t, http.StatusServiceUnavailable, push())
	assert.ErrorContains(t, s.lastErr(), "pending")
	repair()
	assert.Equal(t, http.StatusOK, push())
}

func TestDirQueueFolderMissing(t *testing.T) {
	t.Parallel()
	_, err := NewDirQueue("")
	require.ErrorContains(t, err, "dir is empty")

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = NewDirQueue(filepath.Join(file, "queue"))
	require.ErrorContains(t, err, "NewDirQueue")

	dir := t.TempDir()
	q := openDir(t, dir)
	require.NoError(t, os.RemoveAll(q.pending))
	require.ErrorContains(t, q.Work(t.Context(), nil), "pending")
	unlock, err := durable.TryLock(q.lock)
	require.NoError(t, err, "the lock is free again")
	unlock()
	require.NoError(t, os.RemoveAll(dir))
	require.ErrorContains(t, q.Work(t.Context(), nil), "lock")
}

// The work is done, but that cannot be written down.
func TestDirQueueFinishFails(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1")
		var j journal
		var repair func()
		err := q.Work(t.Context(), func(ctx context.Context, p []byte) error {
			repair = breakFolder(t, q.done)
			return j.note(ctx, p)
		})
		require.ErrorContains(t, err, "done")
		repair()
		stop := working(t, q, 1, j.note)
		time.Sleep(time.Minute)
		stop()
		assert.Len(t, j.all(), 1, "not worked twice")
		assert.Len(t, names(t, q.done), 1)
	})
}

// The count of a failed attempt cannot be written down, or the item cannot be read.
func TestDirQueueDiskFailsDuringWork(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		put(t, q, "a/1")
		var repair func()
		err := q.Work(t.Context(), func(context.Context, []byte) error {
			repair = breakFolder(t, q.pending)
			return errors.New("not yet")
		})
		require.ErrorContains(t, err, "pending")
		repair()

		path := filepath.Join(q.pending, fileName("a/1"))
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		var j journal
		gone := make(chan error)
		go func() { gone <- q.Work(t.Context(), j.note) }()
		require.NoError(t, os.Remove(path))
		require.NoError(t, os.Mkdir(path, 0o700)) // opens, but does not read
		require.Error(t, <-gone)
		assert.Empty(t, j.all())

		require.NoError(t, os.Remove(path))
		require.NoError(t, os.WriteFile(path, content, 0o600))
		stop := working(t, q, 1, j.note)
		time.Sleep(time.Minute)
		stop()
		assert.Equal(t, payloads("a/1"), j.all())
	})
}

// The memory that a waiting item takes does not depend on its payload.
func TestDirQueueHoldsNoPayloads(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		q := openDir(t, dir)
		big := bytes.Repeat([]byte("x"), 1<<20)
		for _, key := range []string{"a/1", "a/2", "a/3"} {
			require.NoError(t, q.Put(t.Context(), key, big))
		}
		require.NoError(t, q.collect())
		for _, it := range q.backlog.items {
			assert.Nil(t, it.payload)
		}
		assert.Equal(t, 3, q.backlog.len())
	})
}

func FuzzParseHead(f *testing.F) {
	f.Add("", []byte(""))
	f.Add(fileName("a/1"), []byte(`{"key":"a/1","seq":1,"put":"2026-01-02T03:04:05Z","failed":2,"due":"2026-01-02T03:04:06Z"}`))
	f.Add(fileName("a/1"), []byte(`{"key":"a/1","failed":-1}`))
	f.Fuzz(func(t *testing.T, name string, line []byte) {
		head, ok := parseHead(name, line)
		if ok {
			assert.Equal(t, name, fileName(head.Key))
			assert.NotNil(t, RetryAfter(nil, head.Failed))
		}
	})
}
