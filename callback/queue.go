package callback

import (
	"context"
	"errors"
	"time"
)

// Queue keeps notices between the `success` that WeCom gets and the work that they cause.
// [NewMemoryQueue] and [NewDirQueue] are the built-in ones; [SealQueue] encrypts what any of
// them keeps.
//
// Implementations are safe for concurrent use. [RetryAfter] and [WithDelivery] are for those
// who write one.
type Queue interface {
	// Put takes an item over and is durable when it returns nil. A key that is pending, or was
	// done within 24 hours, is a no-op; a key that was given up is taken again.
	//
	// The part of key before its first "/" is the lane. Items of one lane are worked one at a
	// time and start in the order in which they were put. An item whose lane is empty has a
	// lane of its own and goes before all others. Keys hold no secrets; payloads do.
	Put(ctx context.Context, key string, payload []byte) error

	// Work calls fn for one item at a time, oldest first, until ctx ends; then it waits for the
	// call in progress and returns nil. It runs several times at once, in other processes too if
	// they share the queue, and no item or lane is given to two of them. Any other return is
	// the queue's own failure and ends [Handler.Run].
	//
	// The context of fn carries the values of ctx, and a [Delivery]. When fn returns nil, the
	// item is done, durably. After an error that is [ErrGiveUp] the item is put aside for good.
	// After any other error it leaves its lane and comes back no sooner than [RetryAfter] says,
	// also after a restart. An item whose worker died comes back at once.
	Work(ctx context.Context, fn func(ctx context.Context, payload []byte) error) error
}

// ErrGiveUp is in the error of a notice that will not be tried again.
var ErrGiveUp = errors.New("callback: given up")

// ErrQueueFull: the queue takes no more. WeCom gets an error status and repeats its push.
var ErrQueueFull = errors.New("callback: queue is full")

// doneFor is how long a key that was worked is remembered.
const doneFor = 24 * time.Hour

// Delivery is what a [Queue] tells about an item that it hands out.
type Delivery struct {
	Attempt int       // 1 for the first
	Put     time.Time // when the item was put
}

type deliveryKey struct{}

// WithDelivery gives the function of [Queue.Work] its Delivery. A Queue that leaves it out
// gets every failing notice back for ever: only the Delivery says when to give up.
func WithDelivery(ctx context.Context, d Delivery) context.Context {
	return context.WithValue(ctx, deliveryKey{}, d)
}

// DeliveryOf returns the Delivery of the notice being worked, so that a function can see
// which attempt this is. It is zero if the queue keeps none.
func DeliveryOf(ctx context.Context) Delivery {
	d, _ := ctx.Value(deliveryKey{}).(Delivery)
	return d
}

// urgentError is the failure of an item that has only minutes left.
type urgentError struct{ error }

func (e urgentError) Unwrap() error { return e.error }

// RetryAfter is how long a [Queue] leaves an item alone after the given attempt (1 for the
// first) has failed with err: from a second, doubled each time, up to ten minutes; for an
// auth code, which soon expires, up to fifteen seconds.
func RetryAfter(err error, attempt int) time.Duration {
	longest := 10 * time.Minute
	if errors.As(err, new(urgentError)) {
		longest = 15 * time.Second
	}
	return min(time.Second<<min(max(attempt-1, 0), 20), longest)
}

type reporterKey struct{}

// withReporter lets a wrapper of queues tell about items that it cannot hand out.
func withReporter(ctx context.Context, report func(context.Context, error)) context.Context {
	return context.WithValue(ctx, reporterKey{}, report)
}

func reporterOf(ctx context.Context) func(context.Context, error) {
	if report, ok := ctx.Value(reporterKey{}).(func(context.Context, error)); ok {
		return report
	}
	return func(context.Context, error) {}
}
