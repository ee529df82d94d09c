package wecomredis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/gothird/wecom/callback"
)

// Claim hands out items.
func (q *Queue) Claim(ctx context.Context, a callback.Ask) ([]callback.Claimed, error) {
	args := []any{a.Owner, rand.Text(), a.Max, flag(a.Urgent)}
	for _, route := range a.Routes {
		args = append(args, route)
	}
	rows, err := run(ctx, q, q.scripts.claim, q.keys, args, readRows)
	switch {
	case errors.Is(err, errOwnerLost):
		return nil, callback.ErrLost
	case err != nil:
		return nil, said("claim", err)
	}
	claimed := make([]callback.Claimed, len(rows))
	for i, r := range rows {
		claimed[i] = callback.Claimed{
			Item: r.item, Starts: r.starts, Put: r.put, Err: r.damage,
			Hold: callback.Hold{ID: r.id, Token: r.token, Route: r.item.Route, Lane: r.item.Lane, Keep: r.item.Identity != ""},
		}
	}
	return claimed, nil
}

// kinds are the names of outcomes in the scripts.
var kinds = [...]string{callback.Done: "done", callback.Again: "again", callback.Wait: "wait", callback.Bury: "bury"}

// Settle stores outcomes.
func (q *Queue) Settle(ctx context.Context, settlements []callback.Settlement) (lost []callback.Hold, err error) {
	if len(settlements) == 0 {
		return nil, q.enterAndLeave(ctx)
	}
	args := make([]any, 0, 7*len(settlements))
	for _, s := range settlements {
		if s.Kind < callback.Done || s.Kind > callback.Bury {
			return nil, fmt.Errorf("wecomredis: a settlement of kind %d: there are Done, Again, Wait and Bury", s.Kind)
		}
		args = append(args, s.Hold.ID, s.Hold.Token, kinds[s.Kind], milliseconds(min(max(s.After, 0), q.longestWait)), s.Lane, s.State, s.Reason)
	}
	places, err := run(ctx, q, q.scripts.settle, q.requestKeys(), args, (*redis.Cmd).Int64Slice)
	if err != nil {
		return nil, said("settle", err)
	}
	for _, i := range places {
		lost = append(lost, settlements[i].Hold)
	}
	return lost, nil
}

// Dead lists buried items.
func (q *Queue) Dead(ctx context.Context, after string, max int) ([]callback.Buried, error) {
	if max <= 0 {
		return nil, q.enterAndLeave(ctx)
	}
	rows, err := run(ctx, q, q.scripts.dead, q.keys, []any{after, max}, readRows)
	if err != nil {
		return nil, said("list the buried", err)
	}
	buried := make([]callback.Buried, len(rows))
	for i, r := range rows {
		buried[i] = callback.Buried{Item: r.item, ID: r.id, Reason: r.reason, Starts: r.starts, Put: r.put, Err: r.damage}
	}
	return buried, nil
}

// Retry puts buried items back into their lanes.
func (q *Queue) Retry(ctx context.Context, ids []string) error { return q.unbury(ctx, "retry", ids) }

// Discard deletes buried items.
func (q *Queue) Discard(ctx context.Context, ids []string) error {
	return q.unbury(ctx, "discard", ids)
}

func (q *Queue) unbury(ctx context.Context, what string, ids []string) error {
	args := []any{what}
	for _, id := range ids {
		args = append(args, id)
	}
	_, err := run(ctx, q, q.scripts.unbury, q.keys, args, (*redis.Cmd).Text)
	return said(what, err)
}

// Stats counts by route.
func (q *Queue) Stats(ctx context.Context) (map[string]callback.Stats, error) {
	all, err := run(ctx, q, q.scripts.stats, q.keys, nil, readStats)
	return all, said("count", err)
}

func readStats(cmd *redis.Cmd) (map[string]callback.Stats, error) {
	rows, err := cmd.Slice()
	if err != nil {
		return nil, err
	}
	all := make(map[string]callback.Stats, len(rows))
	for _, r := range rows {
		f, err := fieldsOf(r, 6)
		if err != nil {
			return nil, err
		}
		all[f.text(0)] = callback.Stats{
			Waiting: f.number(1), Busy: f.number(2), Later: f.number(3), Dead: f.number(4),
			Oldest: time.Duration(f.number(5)) * time.Millisecond,
		}
	}
	return all, nil
}

// row is an item as the scripts answer it.
type row struct {
	id, token, reason string
	item              callback.Item
	starts            int
	put               time.Time
	damage            error
}

var (
	errOwnerLost  = errors.New("the lease of the owner has ended")
	errUnexpected = errors.New("wecomredis: the server's answer to a script has another form than the script gives it: look whether a proxy stands between")
	errNoPayload  = errors.New("wecomredis: the payload of this item is missing: something else has deleted it from Redis")
)

func readRows(cmd *redis.Cmd) ([]row, error) {
	if text, err := cmd.Text(); err == nil && text == "LOST" {
		return nil, errOwnerLost
	}
	answer, err := cmd.Slice()
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(answer))
	for i, r := range answer {
		f, err := fieldsOf(r, 12)
		if err != nil {
			return nil, err
		}
		rows[i] = f.row()
	}
	return rows, nil
}

// fields are the parts of an answer: texts, numbers, or nil for what is not there.
type fields []any

func fieldsOf(answer any, n int) (fields, error) {
	f, ok := answer.([]any)
	if !ok || len(f) != n {
		return nil, errUnexpected
	}
	return f, nil
}

func (f fields) text(i int) string {
	s, _ := f[i].(string)
	return s
}

// number reads a number, also from a text.
func (f fields) number(i int) int {
	if n, ok := f[i].(int64); ok {
		return int(n)
	}
	n, _ := strconv.Atoi(f.text(i))
	return n
}

func (f fields) row() row {
	r := row{
		id: f.text(0), token: f.text(1), starts: f.number(7), put: time.UnixMilli(int64(f.number(8))), reason: f.text(9),
		item: callback.Item{
			Route: f.text(2), Lane: f.text(3), Urgent: f.text(4) == "1", Identity: f.text(5), Same: f.text(6),
			Payload: []byte(f.text(10)), State: []byte(f.text(11)),
		},
	}
	if f[10] == nil {
		r.damage, r.item.Payload, r.item.State = errNoPayload, nil, nil
	}
	return r
}
