// Package sealed encrypts values at rest with AES-256-GCM and tells apart why one does
// not open.
package sealed

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"
)

// openError is why a value does not open.
type openError string

func (e openError) Error() string { return string(e) }

// Why a value does not open.
var (
	// ErrFormat: the value was never sealed, or is cut off.
	ErrFormat error = openError("sealed: not a sealed value: was it written without sealing, or cut off?")
	// ErrKey: the value was sealed under a key that is not among those given.
	ErrKey error = openError("sealed: sealed under another key: is an old key missing?")
	// ErrChanged: the key is right, the value is not the one that was sealed under this name.
	ErrChanged error = openError("sealed: the value was changed, or copied here from another name")
	// ErrNewer: the format is not known yet.
	ErrNewer error = openError("sealed: the value was sealed by a newer version of this module: update this program")
)

// DoesNotOpen reports whether err says that a value is there and does not open. Then the
// fault lies with the value or the keys, not with the place where it is kept.
func DoesNotOpen(err error) bool {
	var e openError
	return errors.As(err, &e)
}

// A sealed value is: version, key id, expiry, nonce, ciphertext, tag. The expiry is a
// number of Unix milliseconds in 8 bytes, the first one the highest; 0 for never.
const (
	version    = 1
	newest     = 8 // versions to come: no text begins with such a byte
	keyIDSize  = 8
	headerSize = 1 + keyIDSize + 8
	leastSize  = headerSize + 12 + 16 // nonce and tag, with no text between them
	keySize    = 32
)

type keyID [keyIDSize]byte

// Box seals under one key and opens what was sealed under that or an older one. It is
// safe for concurrent use and good for 2^32 values per key.
type Box struct {
	current keyID
	aeads   map[keyID]cipher.AEAD
}

// New makes a Box from 32 random bytes, and from the keys used before that still open.
func New(key []byte, old ...[]byte) (*Box, error) {
	b := &Box{current: idOf(key), aeads: map[keyID]cipher.AEAD{}}
	for i, k := range append([][]byte{key}, old...) {
		if len(k) != keySize {
			return nil, keySizeError(i+1, k)
		}
		block, err := aes.NewCipher(k)
		if err == nil {
			b.aeads[idOf(k)], err = cipher.NewGCMWithRandomNonce(block)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// keySizeError names the usual cause: a key file that an editor or echo has ended with a
// line break.
func keySizeError(n int, key []byte) error {
	hint := ""
	if len(bytes.TrimRight(key, "\r\n")) == keySize {
		hint = ": cut off the line break at its end"
	}
	return fmt.Errorf("key %d has %d bytes, want %d random ones%s", n, len(key), keySize, hint)
}

// idOf names a key without giving it away.
func idOf(key []byte) (id keyID) {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("key id"))
	copy(id[:], mac.Sum(nil))
	return id
}

// Seal encrypts plain. The result opens only together with the same aad, which is not
// part of it. It tells, unchangeably, when the value expires; the zero time stands for never.
func (b *Box) Seal(plain, aad []byte, expires time.Time) []byte {
	header := append([]byte{version}, b.current[:]...)
	header = binary.BigEndian.AppendUint64(header, uint64(toMillis(expires)))
	return b.aeads[b.current].Seal(header, nil, plain, bind(header, aad))
}

// Open decrypts what Seal made, and returns the expiry that was given there, in whole
// milliseconds. An expired value opens too. For its errors see [DoesNotOpen].
func (b *Box) Open(box, aad []byte) (plain []byte, expires time.Time, err error) {
	switch {
	case len(box) == 0:
		return nil, time.Time{}, ErrFormat
	case box[0] > version && box[0] <= newest:
		return nil, time.Time{}, ErrNewer
	case box[0] != version || len(box) < leastSize:
		return nil, time.Time{}, ErrFormat
	}
	header, rest := box[:headerSize], box[headerSize:]
	aead, ok := b.aeads[idIn(header)]
	if !ok {
		return nil, time.Time{}, ErrKey
	}
	if plain, err = aead.Open(nil, nil, rest, bind(header, aad)); err != nil {
		return nil, time.Time{}, ErrChanged
	}
	return plain, fromMillis(int64(binary.BigEndian.Uint64(header[1+keyIDSize:]))), nil
}

// Current reports whether a value that opens was sealed under the newest key.
func (b *Box) Current(box []byte) bool { return len(box) >= leastSize && idIn(box) == b.current }

func idIn(header []byte) keyID { return keyID(header[1 : 1+keyIDSize]) }

func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// bind puts the header, whose length is fixed, under the seal too.
func bind(header, aad []byte) []byte { return slices.Concat(header, aad) }

// Format prints no key.
func (*Box) Format(s fmt.State, _ rune) { io.WriteString(s, "sealed.Box") }

// LogValue prints no key.
func (*Box) LogValue() slog.Value { return slog.StringValue("sealed.Box") }
