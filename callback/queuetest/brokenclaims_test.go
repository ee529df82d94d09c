package queuetest

import (
	"slices"
	"time"

	"github.com/gothird/wecom/callback"
)

func brokenClaims() map[string]brokenQueue {
	var none callback.Hold
	return map[string]brokenQueue{
		"starts once only": {eachClaimed(func(c *callback.Claimed) { c.Starts = 1 }), "lease, scripts"},
		"counts all starts": {func() *broken {
			starts := map[string]int{}
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				got, err := q.Claim(background, a)
				for i := range got {
					id := got[i].Hold.ID
					starts[id]++
					got[i].Starts = starts[id]
				}
				return got, err
			}}
		}, "aside, wait, hand-over, scripts"},
		"counts starts from 0":    {eachClaimed(func(c *callback.Claimed) { c.Starts-- }), "order, scripts"},
		"hands out no state":      {eachClaimed(func(c *callback.Claimed) { c.State = nil }), "aside, wait, hand-over, scripts"},
		"hands out no identity":   {eachClaimed(func(c *callback.Claimed) { c.Identity, c.Hold.Keep = "", false }), "identity, scripts"},
		"hands out no Same":       {eachClaimed(func(c *callback.Claimed) { c.Same = "" }), "same, scripts"},
		"keeps nothing":           {eachClaimed(func(c *callback.Claimed) { c.Hold.Keep = false }), "identity, scripts"},
		"forgets when":            {eachClaimed(func(c *callback.Claimed) { c.Put = time.Time{} }), "order"},
		"holds nothing":           {eachClaimed(func(c *callback.Claimed) { c.Hold = none }), "order, scripts"},
		"stays urgent":            {eachClaimed(func(c *callback.Claimed) { c.Urgent = c.Urgent || c.Hold.Keep && len(c.State) > 0 }), "hand-over"},
		"has an error of its own": {eachClaimed(func(c *callback.Claimed) { c.Err = errBroken }), "scripts"},
		"hands out too much": {func() *broken {
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				a.Max++
				return q.Claim(background, a)
			}}
		}, "one holder, scripts"},
		"hands out one at a time": {func() *broken {
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				a.Max = min(a.Max, 1)
				return q.Claim(background, a)
			}}
		}, "batches, scripts"},
		"asks nobody who it is": {func() *broken {
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				if q.Extend(background, a.Owner, 0) != nil {
					q.Join(background, a.Owner, long)
				}
				return q.Claim(background, a)
			}}
		}, "extend, scripts"},
		"asks one route only": {func() *broken {
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				a.Routes = a.Routes[:min(len(a.Routes), 1)]
				return q.Claim(background, a)
			}}
		}, "routes, scripts"},
		"serves the noisy first": {func() *broken {
			// Among what could be claimed, the lane that had the last turn.
			last := ""
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				if a.Max != 1 {
					return q.Claim(background, a)
				}
				a.Max = 1 << 20
				all, err := q.Claim(background, a)
				i := slices.IndexFunc(all, func(c callback.Claimed) bool { return c.Lane == last })
				var got []callback.Claimed
				for j, c := range all {
					if j == max(i, 0) {
						got, last = append(got, c), c.Lane
						continue
					}
					q.Settle(background, []callback.Settlement{{Hold: c.Hold, Kind: callback.Wait, State: c.State}})
				}
				return got, err
			}}
		}, "turns"},
		"mixes the urgent with the others": {func() *broken {
			return &broken{claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
				got, err := q.Claim(background, a)
				if a.Urgent = !a.Urgent; len(got) > 0 {
					a.Max -= len(got)
				}
				more, _ := q.Claim(background, a)
				return append(got, more...), err
			}}
		}, "urgent, hand-over, scripts"},
	}
}
