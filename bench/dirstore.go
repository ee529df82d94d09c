package main

import (
	"context"
	"fmt"
	"time"

	"github.com/gothird/wecom/token"
)

// addDirStorePuts adds rows of a Put into a folder with many keys while it is swept.
func addDirStorePuts(b *bench) error {
	return b.growth([]int{1000, 5000, 25_000}, "keys in a DirStore: Put", "µs", 2, func(n int) (cost float64, err error) {
		err = inFolder(func(dir string) error {
			if err := stock(dir, n); err != nil {
				return err
			}
			cost, err = putsBySweep(dir, n, b.size(10))
			return err
		})
		return cost, err
	})
}

func keyOf(i int) string { return fmt.Sprint("stored ", i) }

// stock puts n keys, from many goroutines since each waits for the disk.
func stock(dir string, n int) error {
	s, err := token.NewDirStore(dir)
	if err != nil {
		return err
	}
	const many = 64
	return atOnce(many, func(first int) error {
		for i := first; i < n; i += many {
			if err := s.Put(context.Background(), keyOf(i), make([]byte, 200), time.Hour); err != nil {
				return err
			}
		}
		return nil
	})
}

// putsBySweep is the least that a Put has cost. A store that was just opened begins a sweep with
// its first Put, and goes on for as many as it takes to pass through the smallest folder.
func putsBySweep(dir string, n, rounds int) (cost float64, err error) {
	const puts = 50
	for round := range rounds {
		s, err := token.NewDirStore(dir)
		if err != nil {
			return 0, err
		}
		got, err := costOf(puts, func() error {
			for i := range puts {
				if err := s.Put(context.Background(), keyOf((round*puts+i)%n), make([]byte, 200), time.Hour); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		if round == 0 || got < cost {
			cost = got
		}
	}
	return cost, nil
}
