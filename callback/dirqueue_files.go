package callback

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

// itemHead is the first line of a pending file; the payload follows as it is.
type itemHead struct {
	Key    string    `json:"key"`
	Seq    int64     `json:"seq"`
	Put    time.Time `json:"put"`
	Failed int       `json:"failed,omitempty"`
	Due    time.Time `json:"due,omitzero"`
}

// maxHead is more than any head that write makes; the rest of the file is not read for it.
const maxHead = 16 << 10

func fileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:20])
}

func (q *dirQueue) write(it *item, payload []byte) error {
	head, err := json.Marshal(itemHead{Key: it.key, Seq: it.seq, Put: it.put, Failed: it.failed, Due: it.due})
	if err != nil {
		return err
	}
	data := append(append(head, '\n'), payload...)
	return durable.WriteFile(filepath.Join(q.pending, it.id), data, 0o600)
}

// read returns the payload of an item. A file without our head is all payload.
func (q *dirQueue) read(it *item) ([]byte, error) {
	data, err := durable.ReadFile(filepath.Join(q.pending, it.id))
	if err != nil {
		return nil, err
	}
	head, payload, _ := bytes.Cut(data, []byte("\n"))
	if _, ok := parseHead(it.id, head); !ok {
		return data, nil
	}
	return payload, nil
}

func parseHead(name string, line []byte) (itemHead, bool) {
	var head itemHead
	err := json.Unmarshal(line, &head)
	return head, err == nil && fileName(head.Key) == name
}

// readItem reads the head of a pending file. A file that is none of ours gets a place in
// the order too, so that somebody is told about it.
func (q *dirQueue) readItem(name string) (*item, error) {
	f, err := os.Open(filepath.Join(q.pending, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, maxHead)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head, ok := parseHead(name, bytes.TrimSuffix(line, []byte("\n")))
	if !ok {
		fi, err := f.Stat()
		if err != nil {
			return nil, err
		}
		return &item{id: name, key: name, seq: fi.ModTime().UnixNano(), put: fi.ModTime()}, nil
	}
	return &item{id: name, key: head.Key, seq: head.Seq, put: head.Put, failed: head.Failed, due: head.Due}, nil
}

// collect takes in the items of the folder that this process does not know yet.
func (q *dirQueue) collect() error {
	return eachFile(q.pending, func(name string) error {
		if q.backlog.has(name) || q.backlog.len() >= dirItems {
			return nil
		}
		it, err := q.readItem(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		q.backlog.add(it)
		return nil
	})
}

// keepCollecting looks for what other processes have put and clears away what is outdated.
// A folder that cannot be read now is looked at again.
func (q *dirQueue) keepCollecting(over <-chan struct{}) {
	q.purge()
	rescan, purge := time.NewTicker(dirRescan), time.NewTicker(dirPurge)
	defer rescan.Stop()
	defer purge.Stop()
	var seen time.Time
	for {
		select {
		case <-over:
			return
		case <-purge.C:
			q.purge()
		case <-rescan.C:
			fi, err := os.Stat(q.pending)
			if err != nil || fi.ModTime().Equal(seen) {
				continue
			}
			// The clock of a folder ticks slowly: what changed just now may change again unseen.
			if q.collect() == nil && time.Since(fi.ModTime()) > dirRescan {
				seen = fi.ModTime()
			}
		}
	}
}

// purge removes marks after a day, and what writers that died have left.
func (q *dirQueue) purge() {
	remove := func(dir string, outdated func(name string) bool, age time.Duration) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return
		}
		for _, e := range entries {
			fi, err := e.Info()
			if err == nil && outdated(e.Name()) && time.Since(fi.ModTime()) > age {
				os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
	remove(q.done, func(string) bool { return true }, doneFor)
	remove(q.pending, durable.IsTemp, time.Hour)
}

// eachFile calls fn for every complete file in dir, without holding the whole list.
func eachFile(dir string, fn func(name string) error) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(1000)
		for _, e := range entries {
			if durable.IsTemp(e.Name()) || e.IsDir() {
				continue
			}
			if err := fn(e.Name()); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
