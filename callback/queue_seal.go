package callback

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/sealed"
)

// sealedQueue seals the payloads and states of another queue. A state is bound to its
// payload: the tag of the payload is added to the token of the hold.
type sealedQueue struct {
	Queue
	box *sealed.Box
}

// SealQueue encrypts the payloads and states in q, which hold tickets and codes, with
// AES-256-GCM. key is 32 random bytes; old keys still open older items. Routes, lanes,
// identities and reasons stay readable. A payload opens only with the route and the identity
// that it was put with, a state only with its payload.
//
// Items that were put without SealQueue are handed out as they are. An item that no key
// opens is handed out with an Err; it can be read again when the key is added.
func SealQueue(q Queue, key []byte, old ...[]byte) (Queue, error) {
	if q == nil {
		return nil, errors.New("callback: SealQueue: the queue is nil")
	}
	s, err := sealQueue(q, append([][]byte{key}, old...))
	if err != nil {
		return nil, fmt.Errorf("callback: SealQueue: %w", err)
	}
	return s, nil
}

// sealQueue is SealQueue for at least one key.
func sealQueue(q Queue, keys [][]byte) (Queue, error) {
	box, err := sealed.New(keys[0], keys[1:]...)
	if err != nil {
		return nil, err
	}
	return &sealedQueue{q, box}, nil
}

// sealMark begins a sealed value. No XML or JSON begins so.
const sealMark = "\x00sealed\x00"

// unreadable is the tag in the token of an item that did not open.
const unreadable = "!"

func (q *sealedQueue) Put(ctx context.Context, items []Item) (err error) {
	items = slices.Clone(items)
	for i := range items {
		it := &items[i]
		it.Payload = q.seal(it.Payload, boundTo(it))
		it.State = q.sealState(it.State, tagOf(it.Payload))
	}
	return q.Queue.Put(ctx, items)
}

func (q *sealedQueue) Claim(ctx context.Context, a Ask) ([]Claimed, error) {
	got, err := q.Queue.Claim(ctx, a)
	for i := range got {
		c := &got[i]
		tag := tagOf(c.Payload)
		if c.Err == nil {
			c.Err = q.open(&c.Item)
		}
		if c.Err != nil {
			tag = unreadable
		}
		c.Hold.Token += "." + tag
	}
	return got, err
}

func (q *sealedQueue) Settle(ctx context.Context, settlements []Settlement) (lost []Hold, err error) {
	inner := slices.Clone(settlements)
	given := make(map[Hold]Hold, len(inner))
	for i := range inner {
		s, tag := &inner[i], unreadable
		if dot := strings.LastIndexByte(s.Hold.Token, '.'); dot >= 0 {
			s.Hold.Token, tag = s.Hold.Token[:dot], s.Hold.Token[dot+1:]
		}
		given[s.Hold] = settlements[i].Hold
		if tag == unreadable {
			s.State = nil // keep the stored one: it may be readable later
		}
		s.State = q.sealState(s.State, tag)
	}
	lost, err = q.Queue.Settle(ctx, inner)
	for i, h := range lost {
		if g, ok := given[h]; ok {
			lost[i] = g
		}
	}
	return lost, err
}

func (q *sealedQueue) Dead(ctx context.Context, after string, max int) ([]Buried, error) {
	dead, err := q.Queue.Dead(ctx, after, max)
	for i := range dead {
		if b := &dead[i]; b.Err == nil {
			b.Err = q.open(&b.Item)
		}
	}
	return dead, err
}

func (q *sealedQueue) seal(plain, aad []byte) []byte {
	return append([]byte(sealMark), q.box.Seal(plain, aad, time.Time{})...)
}

// sealState seals a state; an empty one stays empty.
func (q *sealedQueue) sealState(state []byte, tag string) []byte {
	if len(state) == 0 {
		return nil
	}
	return q.seal(state, []byte("state "+tag))
}

// open decrypts an item, or clears its payload.
func (q *sealedQueue) open(it *Item) error {
	payload, wasSealed, err := q.unseal(it.Payload, boundTo(it))
	var state []byte
	if err == nil && len(it.State) > 0 {
		var stateSealed bool
		state, stateSealed, err = q.unseal(it.State, []byte("state "+tagOf(it.Payload)))
		if err == nil && wasSealed && !stateSealed {
			err = sealed.ErrFormat
		}
	}
	if err != nil {
		it.Payload, it.State = nil, nil
		return fmt.Errorf("callback: an item of the queue does not open: %w", err)
	}
	it.Payload, it.State = payload, state
	return nil
}

func (q *sealedQueue) unseal(b, aad []byte) (plain []byte, wasSealed bool, err error) {
	box, wasSealed := bytes.CutPrefix(b, []byte(sealMark))
	if !wasSealed {
		return b, false, nil
	}
	plain, _, err = q.box.Open(box, aad)
	return plain, true, err
}

// boundTo is the data that a payload is bound to. The lane is not part of it: an item may
// move.
func boundTo(it *Item) []byte {
	aad := []byte("payload ")
	for _, part := range []string{it.Route, it.Identity, it.Same} {
		aad = binary.AppendUvarint(aad, uint64(len(part)))
		aad = append(aad, part...)
	}
	return aad
}

// tagOf returns a short hash of a payload.
func tagOf(payload []byte) string {
	sum := sha256.Sum256(payload)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
