// Package record writes down what workers do, so that a worker that is killed loses nothing of it, and
// checks it: what was worked twice, and what out of order.
package record

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Item is one notice: the nth of a corp.
type Item struct {
	Corp string
	N    int
}

// Entry says that a process has begun to work an item.
type Entry struct {
	Item

	At  int64 // Unix nanoseconds
	PID int
}

// Writer writes entries of this process.
type Writer struct{ file *os.File }

// NewWriter writes into a file of its own in a folder. Each entry is one write to its end, so that it
// is whole there even if the process is killed after it.
func NewWriter(folder string) (*Writer, error) {
	f, err := os.OpenFile(filepath.Join(folder, fmt.Sprint(os.Getpid(), ".record")), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &Writer{f}, err
}

// Write notes that the work on an item begins.
func (w *Writer) Write(it Item) error {
	_, err := fmt.Fprintf(w.file, "%d %d %d %s\n", time.Now().UnixNano(), os.Getpid(), it.N, it.Corp)
	return err
}

// Close closes the file.
func (w *Writer) Close() error { return w.file.Close() }

// Read reads what all processes have written into a folder, in the order of time.
func Read(folder string) (all []Entry, err error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.record"))
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			var e Entry
			if n, _ := fmt.Sscanf(line, "%d %d %d %s\n", &e.At, &e.PID, &e.N, &e.Corp); n == 4 {
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Compare(a.At, b.At) })
	return all, err
}

// Sum is what entries say as a whole.
type Sum struct {
	Worked     map[Item]int // how often each was begun
	Twice      int          // begun again: once for each time
	OutOfOrder int          // begun for the first time after a later one of the same corp
	ByPID      map[int]int  // entries of each process
}

// Summarize sums up entries that are in the order of time.
func Summarize(all []Entry) Sum {
	s, latest := Sum{Worked: map[Item]int{}, ByPID: map[int]int{}}, map[string]int{}
	for _, e := range all {
		s.ByPID[e.PID]++
		if s.Worked[e.Item]++; s.Worked[e.Item] > 1 {
			s.Twice++
			continue
		}
		if last, any := latest[e.Corp]; any && e.N < last {
			s.OutOfOrder++
		}
		latest[e.Corp] = max(latest[e.Corp], e.N)
	}
	return s
}
