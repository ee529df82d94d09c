package main

import (
	"errors"
	"math/rand/v2"

	"github.com/gothird/wecom/internal/pairbench"
	"github.com/gothird/wecom/token"
)

// addHits adds rows for tokens that are there.
func addHits(b *bench) error {
	provider, err := hitPair(token.Provider)
	if err != nil {
		return err
	}
	corp, err := hitPair(token.Corp)
	if err != nil {
		return err
	}
	n := b.size(2000)
	api, _, err := installed(n, nil)
	if err != nil {
		return err
	}
	goal := pairbench.Goal{Ratio: 1.10, Allocs: pairbench.More(0)}
	return errors.Join(
		b.compare("hit, provider", goal, provider),
		b.compare("hit, corp", goal, corp),
		b.compare("hit, parallel by serial", pairbench.Goal{Ratio: 1.1}, parallelPair(corp.ours)),
		b.compare("WithCorp + hit, 2000 corps", corpsGoal(), corpsPair(api, n)),
	)
}

// hitPair takes one token again and again.
func hitPair(c token.Credential) (pair, error) {
	api, _, err := installed(1, nil)
	if err != nil {
		return pair{}, err
	}
	api = api.WithCorp(corpName(0))
	v, err := api.AccessToken(c)
	if err != nil {
		return pair{}, err
	}
	var cell floorCell
	cell.set(v.AcsToken)
	return pair{
		func() error {
			got, err := cell.get()
			if got != v.AcsToken {
				return errors.Join(errOther, err)
			}
			return nil
		},
		func() error {
			got, err := api.AccessToken(c)
			if got.AcsToken != v.AcsToken {
				return errors.Join(errOther, err)
			}
			return nil
		},
	}, nil
}

// parallelPair is as many hits from one goroutine as from four. What they take from each
// other shows as processor time: twice as much and more where they share a lock or a counter.
func parallelPair(hit way) pair {
	const goroutines, each = 4, 2500
	hits := func(n int) error {
		for range n {
			if err := hit(); err != nil {
				return err
			}
		}
		return nil
	}
	return pair{
		func() error { return hits(goroutines * each) },
		func() error { return atOnce(goroutines, func(int) error { return hits(each) }) },
	}
}

func corpsGoal() pairbench.Goal { return pairbench.Goal{Ratio: 1.25, Allocs: pairbench.More(0)} }

// corpsPair hits the token of one corp after the other, in random order.
func corpsPair(api *token.Api, n int) pair {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = corpName(i)
	}
	rand.Shuffle(n, func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	corps := newFloorCorps(ids)
	next := func() func() string {
		i := 0
		return func() string {
			if i++; i >= len(ids) {
				i = 0
			}
			return ids[i]
		}
	}
	a, b := next(), next()
	return pair{
		func() error {
			_, err := corps.get(a())
			return err
		},
		func() error {
			_, err := api.WithCorp(b()).AccessToken(token.Corp)
			return err
		},
	}
}
