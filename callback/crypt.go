package callback

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/gothird/wecom/internal/wecrypt"
)

// Crypt 加解密: verifies, decrypts and encrypts the messages of one callback URL.
//
// It is the lowest layer: a Handler uses it by itself. Any number of goroutines may use one
// Crypt. Printing it shows no secret.
// https://developer.work.weixin.qq.com/document/path/91144
type Crypt struct {
	cipher *wecrypt.Cipher
}

// NewCrypt takes Token and EncodingAESKey as WeCom's console shows them: up to 32 and exactly
// 43 letters or digits. For anything else the error is ErrKey, and says what is wrong.
func NewCrypt(token, encodingAESKey string) (*Crypt, error) {
	c, err := wecrypt.New(token, encodingAESKey)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	return &Crypt{cipher: c}, nil
}

var errNoCrypt = fmt.Errorf("%w: make a Crypt with NewCrypt", ErrKey)

// Decrypt checks the signature and decrypts a text: Encrypt of a push, or echostr of a URL
// check, decoded once by url.Values.
//
// It does not check receiveId: compare it with the id of this URL (never with one from the
// envelope, which is not signed), and the timestamp with the clock. Errors: ErrSignature,
// ErrDecrypt for everything after the signature, or ErrKey if c was not made by NewCrypt.
func (c *Crypt) Decrypt(signature, timestamp, nonce, encrypt string) (payload []byte, receiveId string, err error) {
	if c == nil || c.cipher == nil {
		return nil, "", errNoCrypt
	}
	if !c.cipher.Verify(signature, timestamp, nonce, encrypt) {
		return nil, "", ErrSignature
	}
	payload, receiveId, err = c.cipher.Decrypt(encrypt)
	if err != nil {
		return nil, "", ErrDecrypt
	}
	return payload, receiveId, nil
}

// Encrypt encrypts a payload for receiveId and signs it with timestamp and nonce: a passive
// reply or, in a test, a push of your own.
func (c *Crypt) Encrypt(payload []byte, receiveId, timestamp, nonce string) (encrypt, signature string, err error) {
	if c == nil || c.cipher == nil {
		return "", "", errNoCrypt
	}
	encrypt, err = c.cipher.Encrypt(payload, receiveId)
	if err != nil {
		return "", "", fmt.Errorf("callback: encrypt: %w", err)
	}
	return encrypt, c.cipher.Sign(timestamp, nonce, encrypt), nil
}

// Format shows neither Token nor key, whatever the verb.
func (c Crypt) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "callback.Crypt{***}") }

// LogValue shows neither Token nor key.
func (c Crypt) LogValue() slog.Value { return slog.StringValue("callback.Crypt{***}") }
