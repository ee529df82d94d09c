// Package wecrypt signs and encrypts messages the way WeCom does on callback URLs.
//
// https://developer.work.weixin.qq.com/document/path/91144
package wecrypt

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"sync"
)

const (
	maxToken   = 32
	keyLetters = 43
	randomLen  = 16
	headLen    = randomLen + 4 // random bytes, message length
	padBlock   = 32            // PKCS#7 to 32 bytes although AES works on 16
)

// What Decrypt finds wrong with a text.
var (
	errBase64  = errors.New("wecrypt: not base64")
	errLength  = errors.New("wecrypt: ciphertext is empty or no whole number of blocks")
	errPadding = errors.New("wecrypt: bad padding")
	errContent = errors.New("wecrypt: message is shorter than its head says")
)

// joined keeps the buffers in which sign puts its parts together.
var joined = sync.Pool{New: func() any { return new([]byte) }}

// Cipher holds one Token and one EncodingAESKey. Any number of goroutines may use it.
type Cipher struct {
	token string
	block cipher.Block
	iv    [aes.BlockSize]byte
}

// New checks the two texts of WeCom's console. Its error says what is wrong with each, and
// shows of them only a character that cannot be part of them.
func New(token, encodingAESKey string) (*Cipher, error) {
	wrong := errors.Join(
		check("a Token is 1 to 32 letters or digits", token, 1, maxToken),
		check("an EncodingAESKey is 43 letters or digits", encodingAESKey, keyLetters, keyLetters),
	)
	if wrong != nil {
		return nil, wrong
	}
	// Not Strict: WeCom fills the two bits that the last letter has left over.
	key, err := base64.RawStdEncoding.DecodeString(encodingAESKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return &Cipher{token: token, block: block, iv: [aes.BlockSize]byte(key)}, nil
}

func check(rule, text string, least, most int) error {
	if n := len(text); n < least || n > most {
		return fmt.Errorf("%s, got %d bytes", rule, n)
	}
	for i, c := range text {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return fmt.Errorf("%s, got %q at byte %d", rule, c, i+1)
		}
	}
	return nil
}

// Format shows neither Token nor key, whatever the verb.
func (c Cipher) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "wecrypt.Cipher{***}") }

// LogValue shows neither Token nor key.
func (c Cipher) LogValue() slog.Value { return slog.StringValue("wecrypt.Cipher{***}") }

// Sign gives the msg_signature: the SHA-1, in lower-case hex, of Token and arguments in byte order.
func (c *Cipher) Sign(timestamp, nonce, encrypt string) string {
	sum := c.sign(timestamp, nonce, encrypt)
	return string(sum[:])
}

// Verify compares in constant time; nothing but the exact lower-case hex form is right.
func (c *Cipher) Verify(signature, timestamp, nonce, encrypt string) bool {
	sum := c.sign(timestamp, nonce, encrypt)
	return subtle.ConstantTimeCompare([]byte(signature), sum[:]) == 1
}

func (c *Cipher) sign(timestamp, nonce, encrypt string) (text [2 * sha1.Size]byte) {
	parts := [...]string{c.token, timestamp, nonce, encrypt}
	slices.Sort(parts[:])
	buf := joined.Get().(*[]byte)
	defer joined.Put(buf)
	*buf = (*buf)[:0]
	for _, part := range parts {
		*buf = append(*buf, part...)
	}
	sum := sha1.Sum(*buf)
	hex.Encode(text[:], sum[:])
	return text
}

// Encrypt seals msg for receiveId behind 16 random bytes.
func (c *Cipher) Encrypt(msg []byte, receiveId string) (string, error) {
	var random [randomLen]byte
	_, _ = rand.Read(random[:]) // never fails
	return c.encrypt(random, msg, receiveId)
}

func (c *Cipher) encrypt(random [randomLen]byte, msg []byte, receiveId string) (text string, err error) {
	if uint64(len(msg)) > math.MaxUint32 {
		return text, errors.New("wecrypt: message is longer than its length field can say")
	}
	pad := padBlock - (headLen+len(msg)+len(receiveId))%padBlock
	head := binary.BigEndian.AppendUint32(random[:], uint32(len(msg)))
	buf := slices.Concat(head, msg, []byte(receiveId), bytes.Repeat([]byte{byte(pad)}, pad))
	cipher.NewCBCEncrypter(c.block, c.iv[:]).CryptBlocks(buf, buf)
	return base64.StdEncoding.EncodeToString(buf), nil
}

// Decrypt opens a text that Verify has found genuine. Comparing receiveId is the caller's part.
func (c *Cipher) Decrypt(encrypt string) (msg []byte, receiveId string, err error) {
	buf, err := base64.StdEncoding.DecodeString(encrypt)
	if err != nil {
		return nil, "", errBase64
	}
	if len(buf) == 0 || len(buf)%aes.BlockSize != 0 {
		return nil, "", errLength
	}
	c.decryptBlocks(buf)
	return unpack(buf)
}

// decryptBlocks is CBC in place, last block first. Unlike cipher.NewCBCDecrypter it does not
// copy the expanded key for each message.
func (c *Cipher) decryptBlocks(buf []byte) {
	for i := len(buf) - aes.BlockSize; i >= 0; i -= aes.BlockSize {
		before := c.iv[:]
		if i >= aes.BlockSize {
			before = buf[i-aes.BlockSize : i]
		}
		block := buf[i : i+aes.BlockSize]
		c.block.Decrypt(block, block)
		subtle.XORBytes(block, block, before)
	}
}

// unpack takes a decrypted text apart without copying the message.
func unpack(buf []byte) (msg []byte, receiveId string, err error) {
	pad := int(buf[len(buf)-1])
	if pad == 0 || pad > padBlock || pad > len(buf) {
		return nil, "", errPadding
	}
	end := len(buf) - pad
	for _, b := range buf[end:] {
		if int(b) != pad {
			return nil, "", errPadding
		}
	}
	if end < headLen {
		return nil, "", errContent
	}
	// Compared as uint64, so that no length overflows an int.
	rest := buf[headLen:end]
	n := uint64(binary.BigEndian.Uint32(buf[randomLen:headLen]))
	if n > uint64(len(rest)) {
		return nil, "", errContent
	}
	return rest[:n:n], string(rest[n:]), nil
}
