package queuetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/callback"
)

type brokenQueue struct {
	open    func() *broken
	foundBy string // names of cases
}

func brokenQueues() map[string]brokenQueue {
	all := map[string]brokenQueue{}
	for _, some := range []map[string]brokenQueue{brokenPuts(), brokenClaims(), brokenSettlements(), brokenOwners(), brokenRest()} {
		for name, b := range some {
			all[name] = b
		}
	}
	return all
}

func brokenPuts() map[string]brokenQueue {
	return map[string]brokenQueue{
		"keeps no order within a batch": {func() *broken {
			return &broken{put: func(q callback.Queue, items []callback.Item) error {
				slices.Reverse(items)
				return q.Put(background, items)
			}}
		}, "order, scripts, storm"},
		"loses the last of a batch": {func() *broken {
			return &broken{put: func(q callback.Queue, items []callback.Item) error {
				return q.Put(background, items[:min(len(items), 2)])
			}}
		}, "order, batches, scripts, storm"},
		"puts twice": {func() *broken {
			return &broken{put: func(q callback.Queue, items []callback.Item) error {
				return q.Put(background, append(items, items...))
			}}
		}, "order, scripts"},
		"has one route":           {eachItem(func(it *callback.Item) { it.Route = "r" }), "routes, scripts, bytes"},
		"joins the routes' lanes": {eachClaimed(func(c *callback.Claimed) { c.Route, c.Hold.Route = "r", "r" }), "scripts, bytes"},
		"has one lane":            {eachItem(func(it *callback.Item) { it.Lane = "" }), "turns, scripts"},
		"has a lane per item": {func() *broken {
			n := 0
			return &broken{
				put: func(q callback.Queue, items []callback.Item) error {
					for i := range items {
						n++
						items[i].Lane = fmt.Sprint(items[i].Lane, "\x00", n)
					}
					return q.Put(background, items)
				},
				claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
					got, err := q.Claim(background, a)
					for i := range got {
						got[i].Lane, _, _ = strings.Cut(got[i].Lane, "\x00")
						got[i].Hold.Lane = got[i].Lane
					}
					return got, err
				},
			}
		}, "one holder, aside, scripts, storm"},
		"folds case":                 {eachItem(func(it *callback.Item) { it.Identity = strings.ToLower(it.Identity) }), "bytes"},
		"cuts identities":            {eachItem(func(it *callback.Item) { it.Identity = it.Identity[:min(len(it.Identity), 60)] }), "bytes"},
		"normalises names":           {eachItem(func(it *callback.Item) { it.Lane = strings.ReplaceAll(it.Lane, "e\u0301", "\u00e9") }), "bytes"},
		"trims payloads":             {eachItem(func(it *callback.Item) { it.Payload = []byte(strings.TrimSpace(string(it.Payload))) }), "bytes"},
		"forgets identities":         {eachItem(func(it *callback.Item) { it.Identity = "" }), "identity, kept, scripts, storm"},
		"forgets what is the same":   {eachItem(func(it *callback.Item) { it.Same = "" }), "same, scripts"},
		"forgets the state of a put": {eachItem(func(it *callback.Item) { it.State = nil }), "copies, same, scripts"},
		"forgets what is urgent":     {eachItem(func(it *callback.Item) { it.Urgent = false }), "urgent, hand-over, scripts"},
		"drops the newer payload": {func() *broken {
			waits := map[string]bool{}
			return &broken{put: func(q callback.Queue, items []callback.Item) error {
				items = slices.DeleteFunc(items, func(it callback.Item) bool {
					known := it.Same != "" && waits[it.Same]
					waits[it.Same] = true
					return known
				})
				return q.Put(background, items)
			}}
		}, "same, scripts"},
		"keeps identities too long": {func() *broken {
			known := map[string]bool{}
			return &broken{put: func(q callback.Queue, items []callback.Item) error {
				items = slices.DeleteFunc(items, func(it callback.Item) bool {
					old := it.Identity != "" && known[it.Identity]
					known[it.Identity] = true
					return old
				})
				return q.Put(background, items)
			}}
		}, "identity, kept, scripts"},
		"keeps identities of what waits only": {func() *broken {
			n := 0
			done := map[string]int{}
			return &broken{
				put: func(q callback.Queue, items []callback.Item) error {
					for i, it := range items {
						if it.Identity != "" {
							items[i].Identity = fmt.Sprint(it.Identity, "\x00", done[it.Identity])
						}
					}
					return q.Put(background, items)
				},
				claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
					got, err := q.Claim(background, a)
					for i := range got {
						got[i].Identity, _, _ = strings.Cut(got[i].Identity, "\x00")
						n++
						done[got[i].Identity] = n
					}
					return got, err
				},
			}
		}, "identity, scripts"},
	}
}

func brokenClaims() map[string]brokenQueue {
	var none callback.Hold
	return map[string]brokenQueue{
		"starts once only":        {eachClaimed(func(c *callback.Claimed) { c.Starts = 1 }), "lease, scripts"},
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

func brokenSettlements() map[string]brokenQueue {
	one := func(kind callback.Kind, do func(*callback.Settlement)) func() *broken {
		return eachSettlement(func(s *callback.Settlement) {
			if s.Kind == kind {
				do(s)
			}
		})
	}
	return map[string]brokenQueue{
		"drops the state":      {eachSettlement(func(s *callback.Settlement) { s.State = nil }), "aside, wait, buried, copies, scripts"},
		"drops the reason":     {eachSettlement(func(s *callback.Settlement) { s.Reason = "" }), "buried, scripts"},
		"takes Again for Wait": {one(callback.Again, func(s *callback.Settlement) { s.Kind = callback.Wait }), "aside, scripts"},
		"takes Wait for Again": {one(callback.Wait, func(s *callback.Settlement) { s.Kind = callback.Again }), "wait, hand-over, scripts"},
		"takes Again for Done": {one(callback.Again, func(s *callback.Settlement) { s.Kind = callback.Done }), "aside, scripts, storm"},
		"takes Bury for Done":  {one(callback.Bury, func(s *callback.Settlement) { s.Kind = callback.Done }), "buried, pages, scripts"},
		"takes Bury for Again": {one(callback.Bury, func(s *callback.Settlement) { s.Kind = callback.Again }), "buried, scripts"},
		"is early":             {eachSettlement(func(s *callback.Settlement) { s.After /= 2 }), "due, wait, scripts"},
		"is late":              {eachSettlement(func(s *callback.Settlement) { s.After *= 2 }), "due, wait, scripts"},
		"hands over nothing":   {eachSettlement(func(s *callback.Settlement) { s.Lane = "" }), "hand-over, scripts"},
		"reports nothing as lost": {func() *broken {
			return &broken{settle: func(q callback.Queue, s []callback.Settlement) ([]callback.Hold, error) {
				_, err := q.Settle(background, s)
				return nil, err
			}}
		}, "fence, extend, repeated, scripts"},
		"reports all as lost": {func() *broken {
			return &broken{settle: func(q callback.Queue, s []callback.Settlement) (lost []callback.Hold, err error) {
				for _, one := range s {
					lost = append(lost, one.Hold)
				}
				_, err = q.Settle(background, s)
				return lost, err
			}}
		}, "order, scripts, storm"},
		"takes any token": {func() *broken {
			current := map[string]callback.Hold{}
			return &broken{
				claim: func(q callback.Queue, a callback.Ask) ([]callback.Claimed, error) {
					got, err := q.Claim(background, a)
					for _, c := range got {
						current[c.Hold.ID] = c.Hold
					}
					return got, err
				},
				settle: func(q callback.Queue, s []callback.Settlement) ([]callback.Hold, error) {
					for i := range s {
						if h, ok := current[s[i].Hold.ID]; ok {
							s[i].Hold = h
						}
					}
					return q.Settle(background, s)
				},
			}
		}, "fence, scripts"},
		"stops at what is lost": {func() *broken {
			return &broken{settle: func(q callback.Queue, s []callback.Settlement) ([]callback.Hold, error) {
				for i := range s {
					if lost, err := q.Settle(background, s[i:i+1]); len(lost) > 0 || err != nil {
						return lost, err
					}
				}
				return nil, nil
			}}
		}, "fence, scripts"},
		"takes any kind": {eachSettlement(func(s *callback.Settlement) { s.Kind &= callback.Bury }), "batches"},
	}
}

func brokenOwners() map[string]brokenQueue {
	return map[string]brokenQueue{
		"revives leases": {func() *broken {
			return &broken{extend: func(q callback.Queue, owner string, lease time.Duration) error {
				if q.Extend(background, owner, lease) == nil {
					return nil
				}
				return q.Join(background, owner, lease)
			}}
		}, "extend, scripts"},
		"extends nothing": {func() *broken {
			return &broken{extend: func(q callback.Queue, owner string, _ time.Duration) error {
				return q.Extend(background, owner, 0)
			}}
		}, "extend, scripts"},
		"ends leases early": {func() *broken {
			return &broken{join: func(q callback.Queue, owner string, lease time.Duration) error {
				return q.Join(background, owner, lease/2)
			}}
		}, "lease, storm, scripts"},
		"ends leases late": {func() *broken {
			return &broken{join: func(q callback.Queue, owner string, lease time.Duration) error {
				return q.Join(background, owner, lease*2)
			}}
		}, "lease, fence, scripts"},
		"ends no lease": {func() *broken {
			return &broken{join: func(q callback.Queue, owner string, lease time.Duration) error {
				return q.Join(background, owner, long)
			}}
		}, "lease, extend, fence, storm, scripts, watch"},
	}
}

func brokenRest() map[string]brokenQueue {
	return map[string]brokenQueue{
		"never wakes": {func() *broken {
			return &broken{watch: func(ctx context.Context, _ callback.Queue, _ func()) error {
				<-ctx.Done()
				return ctx.Err()
			}}
		}, "watch"},
		"stops watching": {func() *broken {
			return &broken{watch: func(_ context.Context, _ callback.Queue, wake func()) error {
				wake()
				return nil
			}}
		}, "watch"},
		"sees no time pass": {func() *broken {
			return &broken{watch: func(ctx context.Context, q callback.Queue, wake func()) error {
				last := time.Now()
				return q.Watch(ctx, func() {
					if time.Since(last) < time.Minute+time.Second {
						wake()
					}
					last = time.Now()
				})
			}}
		}, "watch"},
		"counts wrong": {func() *broken {
			return &broken{stats: func(q callback.Queue) (map[string]callback.Stats, error) {
				all, err := q.Stats(background)
				for route, s := range all {
					s.Waiting, s.Later = s.Waiting+s.Later, 0
					all[route] = s
				}
				return all, err
			}}
		}, "stats, scripts"},
		"is never old": {func() *broken {
			return &broken{stats: func(q callback.Queue) (map[string]callback.Stats, error) {
				all, err := q.Stats(background)
				for route, s := range all {
					s.Oldest = 0
					all[route] = s
				}
				return all, err
			}}
		}, "stats, scripts"},
		"has no pages": {func() *broken {
			return &broken{dead: func(q callback.Queue, _ string, most int) ([]callback.Buried, error) {
				return q.Dead(background, "", most)
			}}
		}, "pages"},
		"has large pages": {func() *broken {
			return &broken{dead: func(q callback.Queue, after string, _ int) ([]callback.Buried, error) {
				return q.Dead(background, after, 1000)
			}}
		}, "pages"},
		"tries nothing again": {func() *broken {
			return &broken{retry: func(callback.Queue, []string) error { return nil }}
		}, "buried, stats, scripts"},
		"discards what is to be tried again": {func() *broken {
			return &broken{retry: func(q callback.Queue, ids []string) error { return q.Discard(background, ids) }}
		}, "buried, scripts, storm"},
		"discards nothing": {func() *broken {
			return &broken{remove: func(callback.Queue, []string) error { return nil }}
		}, "buried, kept, scripts"},
		"discards all": {func() *broken {
			return &broken{remove: func(q callback.Queue, ids []string) error {
				all, _ := q.Dead(background, "", 1000)
				for _, b := range all {
					ids = append(ids, b.ID)
				}
				return q.Discard(background, ids)
			}}
		}, "buried, scripts"},
		"is never closed": {func() *broken {
			return &broken{close: func(callback.Queue) error { return nil }}
		}, "closed"},
	}
}
