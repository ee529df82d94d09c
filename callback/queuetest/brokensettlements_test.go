package queuetest

import "github.com/gothird/wecom/callback"

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
