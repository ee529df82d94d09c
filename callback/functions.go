package callback

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// function is a function that the user has registered.
type function struct {
	id    string // the same in every process and release as long as the registration does not change
	name  string // of the Go function, for people
	wants func(n *Notice) bool
	run   func(ctx context.Context, n *Notice) error
}

// On registers a function for notices whose Content is of type E, or for those of the given
// kinds among them: names of InfoType, Event or ChangeType, such as [KItCreateAuth] or
// [KCtUpdateUser].
//
// Functions run in the order of registration, once the push is in the queue: perhaps before
// WeCom has its answer. Each has as long as [Config].Timeout allows, by default without
// limit. A function that fails or panics does not stop the others. It runs again later, with
// back-off, for a day and at least 20 attempts; then the notice is dead: see [Inbox.Dead].
// Functions that succeeded do not run again, unless the process is killed before that is
// recorded: a function must be safe to repeat. Return [ErrGiveUp] to prevent another
// attempt.
//
// Notices of one lane start in the order of arrival, one at a time. Messages and menu events of
// one member are a lane, and so is everything else of one corp. Notices whose code ends within
// seconds or minutes (an AuthCode, a WelcomeCode) do not wait: they are processed beside their
// lane and beside each other. A function that hangs stops only its lane. While a failed notice
// waits for its next attempt, later notices of its lane are processed: so do not apply an old
// change blindly, but ask WeCom for the present state.
//
// A function is known by E, its kinds and its name, a function literal by its place among
// those with the same E and kinds. Over a restart with another release, a function that has
// got another name, and literals whose number has changed, may run again for a notice that
// is waiting. Literals that have changed places are mistaken for each other: give functions
// names where that could happen.
//
// Register before Run. [Inbox.Run] returns an error for a mistake, such as a kind whose
// Content is never an E.
func On[E any](in *Inbox, fn func(ctx context.Context, n *Notice, e *E) error, kinds ...string) {
	kinds = slices.Clone(kinds)
	slices.Sort(kinds)
	var mistake error
	if fn == nil {
		mistake = fmt.Errorf("callback.On[%T]: the function is nil", *new(E))
	} else {
		mistake = checkNames[E]("callback.On", kinds)
	}
	in.register(typeName[E](), kinds, mistake, function{
		name:  nameOf(fn),
		wants: func(n *Notice) bool { return isWanted[E](n, kinds) },
		run:   func(ctx context.Context, n *Notice) error { return fn(ctx, n, n.Content.(*E)) },
	})
}

// OnAny registers a function for all notices, unknown kinds included. See [On].
func (in *Inbox) OnAny(fn func(ctx context.Context, n *Notice) error) {
	var mistake error
	if fn == nil {
		mistake = errors.New("Inbox.OnAny: the function is nil")
	}
	in.register("any", nil, mistake, function{name: nameOf(fn), wants: func(*Notice) bool { return true }, run: fn})
}

// register adds a function. A mistake is reported by Run.
func (in *Inbox) register(name string, kinds []string, mistake error, f function) {
	if in == nil {
		return // Run returns the mistake
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if mistake != nil {
		in.noteMistake(mistake)
		return
	}
	f.id = name + "[" + strings.Join(kinds, ",") + "]" + ownName(f.name)
	in.functions = append(in.functions, f)
}

// noteMistake keeps a mistake for Run, or reports it if Run has begun. in.mu is held.
func (in *Inbox) noteMistake(mistake error) {
	in.mistakes = append(in.mistakes, mistake)
	if in.runner != nil {
		in.alarm(context.Background(), nil, fmt.Errorf("callback: registered while Run runs, without effect: %w", mistake))
	}
}

// registered returns the functions with their ids. Equal functions are numbered. If their
// number changes in the next release, all of them get new ids and may run again: that is
// better than never. Only literals that change places are not noticed.
func (in *Inbox) registered() []function {
	in.mu.Lock()
	defer in.mu.Unlock()
	total := map[string]int{}
	for _, f := range in.functions {
		total[f.id]++
	}
	seen := map[string]int{}
	out := slices.Clone(in.functions)
	for i := range out {
		id := out[i].id
		if seen[id]++; total[id] > 1 {
			out[i].id = id + strconv.Itoa(seen[id]) + "/" + strconv.Itoa(total[id])
		}
	}
	return out
}

// wants reports whether a function is registered for a notice.
func (in *Inbox) wants(n *Notice) bool {
	for _, f := range in.registered() {
		if f.wants(n) {
			return true
		}
	}
	return false
}

// nameOf returns the name of a function, such as main.welcome or main.main.func1.
func nameOf(fn any) string {
	v := reflect.ValueOf(fn)
	if v.IsNil() {
		return ""
	}
	return runtime.FuncForPC(v.Pointer()).Name()
}

// ownName returns a name if it is one that the user chose, after a blank. Function literals
// have numbers, which change with what is written before them.
func ownName(name string) string {
	for part := range strings.SplitSeq(name[strings.LastIndexByte(name, '/')+1:], ".") {
		if rest, ok := strings.CutPrefix(part, "func"); ok && strings.Trim(rest, "0123456789") == "" {
			return ""
		}
	}
	return " " + name
}

func typeName[E any]() string { return reflect.TypeFor[E]().String() }

func isWanted[E any](n *Notice, kinds []string) bool {
	_, ok := n.Content.(*E)
	return ok && (len(kinds) == 0 || slices.Contains(kinds, n.Kind()) || slices.Contains(kinds, n.ChangeType))
}

// checkNames returns an error for a type that no push has, and for names that never come
// with it.
func checkNames[E any](caller string, names []string) error {
	if _, unknown := any(new(E)).(*UnknownEvent); unknown {
		return nil
	}
	known := namesOf[E]()
	if len(known) == 0 {
		return fmt.Errorf("%s[%s]: this is no event: give the type that Content has, such as callback.AuthEvent", caller, typeName[E]())
	}
	for _, name := range names {
		if !known[name] {
			return fmt.Errorf("%s[%s]: %q is no kind of it; there are %s", caller, typeName[E](), name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}

// namesOf returns the kinds and change types whose Content is an E.
func namesOf[E any]() map[string]bool {
	names := map[string]bool{}
	add := func(k kind, content any) {
		if _, ok := content.(*E); !ok {
			return
		}
		names[k.name] = true
		if k.changeType != "" {
			names[k.changeType] = true
			return
		}
		for _, change := range changeTypes[k.name] {
			names[change] = true
		}
	}
	for k, newOf := range kinds {
		add(k, newOf())
	}
	for name, newOf := range messages {
		add(kind{name: name}, newOf())
	}
	add(kind{KItChangeExternalContact, KCtAddExternalContact}, new(AcquisitionLinkEvent)) // of the acquisition component
	return names
}
