package callback

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func ignore[E any](context.Context, *Notice, *E) error { return nil }

// Registration mistakes are errors of Run, before the first notice, and say how it is done.
// G: inbox/registered
func TestRegistrationMistakes(t *testing.T) {
	type notAnEvent struct{}
	for want, register := range map[string]func(in *Inbox){
		`"create_auht" is no kind of it; there are cancel_auth, change_auth, create_auth`: func(in *Inbox) { On(in, ignore[AuthEvent], "create_auht") },
		`"create_auth" is no kind of it`:              func(in *Inbox) { On(in, ignore[ContactEvent], KItCreateAuth) },
		`"del_external_contct" is no kind of it`:      func(in *Inbox) { On(in, ignore[ExternalContactEvent], "del_external_contct") },
		`"update_party" is no kind of it`:             func(in *Inbox) { On(in, ignore[ContactEvent], KCtUpdateUser, KCtUpdateParty) },
		"notAnEvent]: this is no event":               func(in *Inbox) { On(in, ignore[notAnEvent]) },
		"Notice]: this is no event":                   func(in *Inbox) { On(in, ignore[Notice]) },
		"On[callback.AuthEvent]: the function is nil": func(in *Inbox) { On[AuthEvent](in, nil) },
		"OnAny: the function is nil":                  func(in *Inbox) { in.OnAny(nil) },
	} {
		t.Run(want, func(t *testing.T) {
			in, err := NewInbox(Config{Logger: slog.New(slog.DiscardHandler)})
			require.NoError(t, err)
			register(in)
			assert.ErrorContains(t, in.Run(t.Context()), want)
		})
	}
}

// G: event/constants
func TestEveryKindCanBeNamed(t *testing.T) {
	in, err := NewInbox(Config{})
	require.NoError(t, err)
	On(in, ignore[AuthEvent], KItCreateAuth, KItCancelAuth)
	On(in, ignore[ContactEvent], KItChangeContact)
	On(in, ignore[ContactEvent], KCtUpdateUser)
	On(in, ignore[ExternalContactEvent], "del_follow_user")
	On(in, ignore[AcquisitionLinkEvent], "add_external_contact")
	On(in, ignore[TextMessage], "text")
	On(in, ignore[MenuEvent], "click", "view")
	On(in, ignore[BareEvent], KItUnlicensedNotify)
	On(in, ignore[UnknownEvent], "whatever comes")
	On(in, ignore[ChainEvent], "corp_join")
	assert.Empty(t, in.mistakes)
	for k, newOf := range kinds {
		assert.NotNil(t, newOf(), k)
	}
}

// G: inbox/registered
func TestKindsChooseAmongNotices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.installed(siteCorp)
		var got seen
		note := func(what string) func(context.Context, *Notice, *ContactEvent) error {
			return func(_ context.Context, _ *Notice, e *ContactEvent) error { got.add(what + " " + e.UserID); return nil }
		}
		On(w.in, note("all"))
		On(w.in, note("updates"), KCtUpdateUser)
		On(w.in, note("others"), KCtCreateUser, KCtDeleteUser)
		defer w.run()()
		require.NoError(t, w.contact(siteCorp, "u"))
		pass(time.Second)
		assert.Equal(t, []string{"all u", "updates u"}, got.all())
	})
}

// A function has the same id in every release, unless it gets another name, or the number of
// its equals changes.
// G: inbox/registered
func TestIdsOfFunctions(t *testing.T) {
	ids := func(register ...func(in *Inbox)) (out []string) {
		in, err := NewInbox(Config{})
		require.NoError(t, err)
		for _, r := range register {
			r(in)
		}
		for _, f := range in.registered() {
			out = append(out, f.id)
		}
		return out
	}
	named := func(in *Inbox) { On(in, functionsApp{}.welcome, KItCreateAuth, KItCancelAuth) }
	turned := func(in *Inbox) { On(in, functionsApp{}.welcome, KItCancelAuth, KItCreateAuth) }
	bill := func(in *Inbox) { On(in, functionsApp{}.bill, KItCancelAuth, KItCreateAuth) }
	text := func(in *Inbox) { On(in, func(context.Context, *Notice, *TextMessage) error { return nil }) }
	any := func(in *Inbox) { in.OnAny(func(context.Context, *Notice) error { return nil }) }
	const app = "github.com/gothird/wecom/callback.functionsApp."
	assert.Equal(t, []string{"callback.AuthEvent[cancel_auth,create_auth] " + app + "welcome-fm", "callback.TextMessage[]", "any[]"}, ids(named, text, any))
	assert.Equal(t, ids(named)[0], ids(text, any, bill, turned)[3])
	assert.NotEqual(t, ids(named), ids(bill))
	assert.Equal(t, []string{"callback.TextMessage[]1/2", "any[]", "callback.TextMessage[]2/2"}, ids(text, any, text))

	for name, own := range map[string]bool{
		"main.welcome": true, "main.function1": true, "main.funcs": true, "example.com/func1/app.(*App).Welcome-fm": true,
		"main.main.func1": false, "main.main.func1.2": false, "main.On[...].func12": false, "example.com/x.init.func3": false,
	} {
		assert.Equal(t, own, ownName(name) == " "+name, name)
	}
}

type functionsApp struct{ got *seen }

func (a functionsApp) welcome(context.Context, *Notice, *AuthEvent) error {
	a.got.add("welcome")
	return nil
}

func (a functionsApp) bill(context.Context, *Notice, *AuthEvent) error {
	a.got.add("bill")
	return errTest
}

// Functions that change places between releases are neither skipped nor run again.
// G: inbox/registered
func TestFunctionsThatChangePlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &durableQueue{NewMemoryQueue()}
		w := newWorld(t, Config{Queue: q})
		var got seen
		app := functionsApp{&got}
		On(w.in, app.welcome)
		On(w.in, app.bill)
		stop := w.run()
		w.ticket()
		w.install()
		pass(100 * time.Millisecond)
		assert.Equal(t, []string{"welcome", "bill"}, got.all())
		stop()
		w.open(Config{Queue: q})
		On(w.in, app.bill)
		On(w.in, app.welcome)
		stop = w.run()
		defer stop()
		pass(time.Minute)
		assert.Equal(t, 1, got.count("welcome"))
		assert.Greater(t, got.count("bill"), 2)
	})
}

// G: error/nil
func TestNilInbox(t *testing.T) {
	var in *Inbox
	On(in, ignore[AuthEvent])
	in.OnAny(func(context.Context, *Notice) error { return nil })
	assert.ErrorContains(t, in.Run(t.Context()), "NewInbox")
	assert.ErrorContains(t, new(Inbox).Run(t.Context()), "NewInbox")
	_, err := in.Stats(t.Context())
	assert.ErrorContains(t, err, "NewInbox")
	assert.ErrorContains(t, in.Retry(t.Context(), "k"), "NewInbox")
	assert.ErrorContains(t, in.Discard(t.Context(), "k"), "NewInbox")
	for _, err := range in.Dead(t.Context()) {
		assert.ErrorContains(t, err, "NewInbox")
	}
}

// G: receive/config
func TestNewInboxNamesBadFields(t *testing.T) {
	_, err := NewInbox(Config{Workers: -1, Drain: -1, Timeout: -1})
	for _, field := range []string{"Workers", "Drain", "Timeout"} {
		assert.ErrorContains(t, err, "Config."+field+" is negative")
	}
}
