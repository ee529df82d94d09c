package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/gothird/wecom/examples/scaleout/internal/fleet"
	"github.com/gothird/wecom/examples/scaleout/internal/record"
)

// lostAfter is when a notice that was taken and not worked is called lost. What a killed process had
// begun comes again after half a minute, when its lease has ended; behind it, more of the same corp waits.
const lostAfter = 90 * time.Second

// summary is what is printed every few seconds.
type summary struct {
	out    io.Writer
	folder string // of the records
	corps  *corps
	fleet  *fleet.Fleet
	begun  time.Time

	tokens int   // requests for tokens
	newest int64 // request of the sandbox that was looked at
}

// totals are the figures of all processes.
type totals struct{ taken, refused, waiting, lost int }

func (s *summary) totals(sum record.Sum) (t totals, err error) {
	s.corps.mu.Lock()
	defer s.corps.mu.Unlock()
	for it, when := range s.corps.taken {
		switch {
		case sum.Worked[it] > 0:
		case time.Since(when) > lostAfter:
			t.lost++
		default:
			t.waiting++
		}
	}
	t.taken, t.refused = len(s.corps.taken), s.corps.refused
	err, s.corps.err = s.corps.err, nil
	return t, err
}

// print prints the figures, and returns how many notices still wait.
func (s *summary) print(ctx context.Context) (waiting int, err error) {
	entries, err := record.Read(s.folder)
	if err != nil {
		return 0, err
	}
	sum := record.Summarize(entries)
	t, err := s.totals(sum)
	if err != nil {
		fmt.Fprintln(s.out, "  !", err)
	}
	n, newest, err := s.corps.sandbox.tokenRequests(ctx, s.newest)
	s.tokens, s.newest = s.tokens+n, newest
	fmt.Fprintf(s.out, "%5s  taken %d, refused %d, worked %d, waiting %d, lost %d, twice %d, out of order %d, token requests %d\n",
		time.Since(s.begun).Round(time.Second), t.taken, t.refused, len(sum.Worked), t.waiting, t.lost, sum.Twice, sum.OutOfOrder, s.tokens)
	for _, w := range s.fleet.Workers() {
		again := ""
		if w.Begun > 1 {
			again = fmt.Sprintf(" (process %d in this place)", w.Begun)
		}
		fmt.Fprintf(s.out, "       kill -9 %-8d took %4d pushes, worked %4d notices%s\n", w.PID, w.Taken.Load(), sum.ByPID[w.PID], again)
	}
	return t.waiting, err
}

// every prints until ctx ends.
func (s *summary) every(ctx context.Context, pause time.Duration) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if _, err := s.print(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
}
