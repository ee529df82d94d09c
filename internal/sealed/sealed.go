// Package sealed encrypts values at rest with AES-256-GCM and tells apart why one does
// not open.
package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Why a value does not open.
var (
	// ErrFormat: the value was never sealed, or is cut off.
	ErrFormat = errors.New("sealed: not a sealed value: was it written without sealing, or cut off?")
	// ErrKey: the value was sealed under a key that is not among those given.
	ErrKey = errors.New("sealed: sealed under another key: is an old key missing?")
	// ErrChanged: the key is right, the value is not the one that was sealed under this name.
	ErrChanged = errors.New("sealed: the value was changed, or copied here from another name")
)

// A sealed value is: version, key id, nonce, ciphertext, tag.
const (
	version    = 1
	keyIDSize  = 8
	headerSize = 1 + keyIDSize
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
	b := &Box{current: idOf(key), aeads: make(map[keyID]cipher.AEAD, 1+len(old))}
	for i, k := range append([][]byte{key}, old...) {
		if len(k) != keySize {
			return nil, fmt.Errorf("sealed: key %d has %d bytes, want %d random ones", i+1, len(k), keySize)
		}
		block, err := aes.NewCipher(k)
		if err != nil {
			return nil, err
		}
		if b.aeads[idOf(k)], err = cipher.NewGCMWithRandomNonce(block); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// idOf names a key without giving it away.
func idOf(key []byte) (id keyID) {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("key id"))
	copy(id[:], mac.Sum(nil))
	return id
}

// Seal encrypts plain. The result opens only together with the same aad, which is not
// part of it.
func (b *Box) Seal(plain, aad []byte) ([]byte, error) {
	header := append([]byte{version}, b.current[:]...)
	return b.aeads[b.current].Seal(header, nil, plain, bind(header, aad)), nil
}

// Open decrypts what Seal made. Its errors are [ErrFormat], [ErrKey] and [ErrChanged].
func (b *Box) Open(box, aad []byte) ([]byte, error) {
	if len(box) < headerSize || box[0] != version {
		return nil, ErrFormat
	}
	header, rest := box[:headerSize], box[headerSize:]
	aead, ok := b.aeads[keyID(header[1:])]
	if !ok {
		return nil, ErrKey
	}
	if len(rest) < aead.Overhead() {
		return nil, ErrFormat
	}
	plain, err := aead.Open(nil, nil, rest, bind(header, aad))
	if err != nil {
		return nil, ErrChanged
	}
	return plain, nil
}

// bind puts the header, whose length is fixed, under the seal too.
func bind(header, aad []byte) []byte {
	return append(append(make([]byte, 0, len(header)+len(aad)), header...), aad...)
}

// Format prints no key.
func (*Box) Format(s fmt.State, _ rune) { io.WriteString(s, "sealed.Box") }

// LogValue prints no key.
func (*Box) LogValue() slog.Value { return slog.StringValue("sealed.Box") }
