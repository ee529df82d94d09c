package wecomsql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/backend/sql"
	"github.com/gothird/wecom/callback"
	"github.com/gothird/wecom/token"
)

// faultyWorld is a database whose statements can fail, with something in each place that there is.
type faultyWorld struct {
	t    *testing.T
	d    *wecomsql.DB
	db   *sql.DB
	f    *faults
	q    callback.Queue
	s    token.Store
	held map[string]callback.Hold // by payload
	dead []string
}

func newFaultyWorld(t *testing.T) *faultyWorld {
	t.Helper()
	d, db, f := openFaulty(t)
	d.Shorten(wecomsql.Times{Sweep: time.Hour})
	w := &faultyWorld{t: t, d: d, db: db, f: f, q: d.Queue(), s: d.Store(), held: map[string]callback.Hold{}}
	ctx := t.Context()
	known := item("known")
	known.Identity = "known"
	require.NoError(t, w.q.Join(ctx, "o", time.Hour))
	require.NoError(t, w.q.Join(ctx, "dies", time.Hour))
	require.NoError(t, w.q.Put(ctx, []callback.Item{item("a"), item("a"), item("b"), item("dead"), item("closed"), item("later"), known}))
	w.claim("o", 9)
	w.settle("dead", callback.Settlement{Kind: callback.Bury, Reason: "why"})
	w.settle("closed", callback.Settlement{Kind: callback.Wait, After: time.Hour})
	w.settle("later", callback.Settlement{Kind: callback.Again, After: time.Hour})
	w.settle("known", callback.Settlement{})
	require.NoError(t, w.q.Put(ctx, []callback.Item{item("of who dies")}))
	w.claim("dies", 1)
	require.NoError(t, w.q.Put(ctx, []callback.Item{item("free")}))
	dead, err := w.q.Dead(ctx, "", 9)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	w.dead = []string{dead[0].ID}
	return w
}

func (w *faultyWorld) claim(owner string, n int) {
	w.t.Helper()
	got, err := w.q.Claim(w.t.Context(), callback.Ask{Routes: []string{"r"}, Max: n, Owner: owner})
	require.NoError(w.t, err)
	for _, c := range got {
		w.held[string(c.Payload)] = c.Hold
	}
}

func (w *faultyWorld) settle(payload string, s callback.Settlement) {
	w.t.Helper()
	s.Hold = w.held[payload]
	lost, err := w.q.Settle(w.t.Context(), []callback.Settlement{s})
	require.NoError(w.t, err)
	require.Empty(w.t, lost)
}

// allDue lets all that waits for a time be due.
func (w *faultyWorld) allDue() {
	w.t.Helper()
	for _, s := range []string{"UPDATE {owner} SET ends=0 WHERE owner='dies'", "UPDATE {lane} SET opens=1 WHERE opens IS NOT NULL", "UPDATE {item} SET due=1 WHERE st IN (1, 2)"} {
		_, err := w.db.ExecContext(w.t.Context(), strings.NewReplacer("{", "wecom_", "}", "").Replace(s))
		require.NoError(w.t, err)
	}
}

// content is what there is, without times and names that differ each time.
func (w *faultyWorld) content() string {
	w.t.Helper()
	var all []string
	for _, of := range []string{
		"SELECT 'item', class, lane, coalesce(ident, ''), st, starts, payload, state, reason FROM wecom_item ORDER BY id",
		"SELECT 'lane', class, lane, turn IS NULL, hold IS NULL, opens IS NULL, coalesce(owner, ''), '', '' FROM wecom_lane ORDER BY class, lane",
		"SELECT 'owner', owner, '', '', '', '', '', '', '' FROM wecom_owner ORDER BY owner",
		"SELECT 'store', id, v, expires IS NULL, '', '', '', '', '' FROM wecom_store ORDER BY id",
		"SELECT 'lock', id, '', '', '', '', '', '', '' FROM wecom_lock ORDER BY id",
	} {
		rows, err := w.db.QueryContext(w.t.Context(), of)
		require.NoError(w.t, err)
		for rows.Next() {
			var c [9]sql.RawBytes
			require.NoError(w.t, rows.Scan(&c[0], &c[1], &c[2], &c[3], &c[4], &c[5], &c[6], &c[7], &c[8]))
			all = append(all, fmt.Sprintf("%s", c))
		}
		require.NoError(w.t, errors.Join(rows.Err(), rows.Close()))
	}
	return strings.Join(all, "\n")
}

// faultyOperation is something that is asked of a faultyWorld.
type faultyOperation struct {
	what   string // begins the error
	before func(w *faultyWorld)
	do     func(ctx context.Context, w *faultyWorld) error
	parts  bool // it is done in parts: one may be done, and the rest when it is repeated
	once   bool // it can't be repeated after it was done
}

func settling(payloads []string, s callback.Settlement) faultyOperation {
	return faultyOperation{what: "settle", do: func(ctx context.Context, w *faultyWorld) error {
		var all []callback.Settlement
		for _, p := range payloads {
			s.Hold = w.held[p]
			all = append(all, s)
		}
		_, err := w.q.Settle(ctx, all)
		return err
	}}
}

// faultyOperations are all that change something. None changes the same as another one.
func faultyOperations() map[string]faultyOperation {
	withIdentity, withSame := item("new"), item("same")
	withIdentity.Identity, withSame.Same = "new", "s"
	known := withIdentity
	known.Identity = "known"
	return map[string]faultyOperation{
		"put": {what: "put", do: func(ctx context.Context, w *faultyWorld) error {
			return w.q.Put(ctx, []callback.Item{withIdentity, known, withSame})
		}},
		"claim": {what: "claim", once: true, do: func(ctx context.Context, w *faultyWorld) error {
			_, err := w.q.Claim(ctx, callback.Ask{Routes: []string{"r"}, Max: 9, Owner: "o"})
			return err
		}},
		"done":    settling([]string{"a", "b"}, callback.Settlement{}),
		"again":   settling([]string{"a", "b"}, callback.Settlement{Kind: callback.Again, State: []byte("s")}),
		"later":   settling([]string{"a"}, callback.Settlement{Kind: callback.Again, After: time.Hour}),
		"wait":    settling([]string{"a", "b"}, callback.Settlement{Kind: callback.Wait, After: time.Hour}),
		"bury":    settling([]string{"a", "b"}, callback.Settlement{Kind: callback.Bury, Reason: "x"}),
		"move":    settling([]string{"b"}, callback.Settlement{Kind: callback.Again, Lane: "closed"}),
		"retry":   {what: "retry", do: func(ctx context.Context, w *faultyWorld) error { return w.q.Retry(ctx, w.dead) }},
		"discard": {what: "discard", do: func(ctx context.Context, w *faultyWorld) error { return w.q.Discard(ctx, w.dead) }},
		"join": {what: "join", parts: true, before: (*faultyWorld).allDue,
			do: func(ctx context.Context, w *faultyWorld) error { return w.q.Join(ctx, "dies", time.Hour) }},
		"extend": {what: "extend", do: func(ctx context.Context, w *faultyWorld) error { return w.q.Extend(ctx, "o", time.Hour) }},
		"stats": {what: "stats", parts: true, before: (*faultyWorld).allDue,
			do: func(ctx context.Context, w *faultyWorld) error { _, err := w.q.Stats(ctx); return err }},
		"store put": {what: "put", do: func(ctx context.Context, w *faultyWorld) error { return w.s.Put(ctx, "k", []byte("v"), time.Hour) }},
		"delete": {what: "delete", before: func(w *faultyWorld) { require.NoError(w.t, w.s.Put(w.t.Context(), "k", nil, 0)) },
			do: func(ctx context.Context, w *faultyWorld) error { return w.s.Delete(ctx, "k") }},
	}
}

// run does it in a world of its own, while the nth statement fails. reached says whether there was one.
func (o faultyOperation) run(t *testing.T, n int, of fault) (w *faultyWorld, before string, err error, reached bool) {
	t.Helper()
	w = newFaultyWorld(t)
	if o.before != nil {
		o.before(w)
	}
	before = w.content()
	w.f.arm(n, of)
	err = o.do(t.Context(), w)
	return w, before, err, w.f.disarm()
}

// each runs it once for each statement, and then check, which is given what it leads to without a fault.
func (o faultyOperation) each(t *testing.T, of fault, check func(w *faultyWorld, before, good string, err error)) {
	t.Helper()
	w, _, err, _ := o.run(t, 0, of)
	require.NoError(t, err)
	good := w.content()
	for n := 1; ; n++ {
		w, before, err, reached := o.run(t, n, of)
		if !reached {
			require.Greater(t, n, 1, "nothing was asked of the database")
			return
		}
		check(w, before, good, err)
	}
}

var errDisk = errors.New("disk I/O error")

// Whatever statement fails, the error says what was done, nothing is done by half, and done again it
// leads to the same as if nothing had failed.
func TestAnyStatementMayFail(t *testing.T) {
	t.Parallel()
	for name, o := range faultyOperations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.each(t, fault{err: errDisk}, func(w *faultyWorld, before, good string, err error) {
				require.ErrorIs(t, err, errDisk)
				assert.ErrorContains(t, err, "wecomsql: "+o.what+": ")
				if !o.parts {
					assert.Equal(t, before, w.content(), "it was done by half")
				}
				require.NoError(t, o.do(t.Context(), w))
				assert.Equal(t, good, w.content())
			})
		})
	}
}

// Whatever answer is lost, though the statement was carried out, to do it again does no harm.
func TestAnyAnswerMayBeLost(t *testing.T) {
	t.Parallel()
	for name, o := range faultyOperations() {
		if o.once {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.each(t, fault{err: errDisk, lost: true}, func(w *faultyWorld, _, good string, err error) {
				require.ErrorIs(t, err, errDisk)
				require.NoError(t, o.do(t.Context(), w))
				assert.Equal(t, good, w.content())
			})
		})
	}
}

// A write that the database has refused because others were at work is repeated, and nobody hears of it.
func TestAnyWriteMayBeRefusedForTheSakeOfOthers(t *testing.T) {
	t.Parallel()
	for name, o := range faultyOperations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o.each(t, fault{err: errors.New("database is locked (5) (SQLITE_BUSY)"), writes: true}, func(w *faultyWorld, _, good string, err error) {
				require.NoError(t, err)
				assert.Equal(t, good, w.content())
			})
		})
	}
}

// A lock that could not be had for an error is nobody's, and can be had then, whether the database has
// carried out what it did not answer or not.
func TestALockAfterAnError(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		for n := 1; ; n++ {
			w := newFaultyWorld(t)
			free := w.content()
			w.f.arm(n, fault{err: errDisk, lost: lost})
			unlock, err := lockFor(t, w.s, time.Minute)
			if !w.f.disarm() {
				require.NoError(t, err)
				unlock()
				require.Greater(t, n, 2)
				break
			}
			require.ErrorIs(t, err, errDisk)
			assert.ErrorContains(t, err, "wecomsql: lock: ")
			assert.Equal(t, free, w.content(), "statement %d", n)
			unlock, err = lockFor(t, w.s, time.Minute)
			require.NoError(t, err)
			unlock()
			assert.Equal(t, free, w.content(), "statement %d", n)
		}
	}
}

// What only reads returns errors too, and never a part as if it were all.
func TestReadingMayFail(t *testing.T) {
	t.Parallel()
	w, ctx := newFaultyWorld(t), t.Context()
	require.NoError(t, w.s.Put(ctx, "k", nil, 0))
	for what, read := range map[string]func() error{
		"get":  func() error { _, err := w.s.Get(ctx, "k"); return err },
		"dead": func() error { _, err := w.q.Dead(ctx, "", 9); return err },
		"list": func() (last error) {
			for key, err := range w.s.(token.Lister).List(ctx, "") {
				last = err
				assert.Empty(t, key)
			}
			return last
		},
	} {
		w.f.arm(1, fault{err: errDisk})
		err := read()
		require.True(t, w.f.disarm(), what)
		require.ErrorIs(t, err, errDisk)
		assert.ErrorContains(t, err, "wecomsql: "+what+": ")
		assert.NotErrorIs(t, err, token.ErrNotFound)
	}
	for n := 1; n <= 3; n++ {
		w.f.arm(n, fault{err: errDisk})
		require.ErrorIs(t, w.d.Migrate(ctx), errDisk)
		require.True(t, w.f.disarm())
	}
}
