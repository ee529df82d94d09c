package callback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gothird/wecom/internal/sealed"
)

// payloadName binds a sealed payload to its use.
var payloadName = []byte("wecom/callback/payload")

type sealedQueue struct {
	Queue
	box *sealed.Box
}

// SealQueue encrypts the payloads that q keeps, with AES-256-GCM under a key of 32 random
// bytes. To rotate, pass the new key and the old ones, which still open what they sealed.
// Keys of items stay readable: they name the corp and the kind of event and hold no secret.
//
// A payload that none of the keys opens is a failed attempt, told to [Config.OnError]. It is
// never given up, so that a key left out by mistake loses nothing.
func SealQueue(q Queue, key []byte, old ...[]byte) (Queue, error) {
	if q == nil {
		return nil, errors.New("callback: SealQueue: the queue is nil")
	}
	box, err := sealed.New(key, old...)
	if err != nil {
		return nil, fmt.Errorf("callback: SealQueue: %w", err)
	}
	return &sealedQueue{Queue: q, box: box}, nil
}

func (q *sealedQueue) Put(ctx context.Context, key string, payload []byte) error {
	box, err := q.box.Seal(payload, payloadName, time.Time{})
	if err != nil {
		return fmt.Errorf("callback: seal: %w", err)
	}
	return q.Queue.Put(ctx, key, box)
}

func (q *sealedQueue) Work(ctx context.Context, fn func(context.Context, []byte) error) error {
	return q.Queue.Work(ctx, func(ctx context.Context, box []byte) error {
		payload, _, err := q.box.Open(box, payloadName)
		if err != nil {
			err = fmt.Errorf("callback: queued payload: %w", err)
			reporterOf(ctx)(ctx, err)
			return err
		}
		return fn(ctx, payload)
	})
}
