package queuetest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gothird/wecom/callback"
)

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
