package queuetest

import (
	"context"
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
