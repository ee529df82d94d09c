package callback

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/internal/wecrypt"
)

// cryptVector is one of the two official examples.
type cryptVector struct {
	ID, Token, Timestamp, Nonce, Encrypt, Plaintext, Body string

	AESKey    string `json:"encoding_aes_key"`
	ReceiveID string `json:"receive_id"`
	Signature string `json:"msg_signature"`
}

func cryptVectors(t testing.TB) []cryptVector {
	data, err := os.ReadFile("../internal/wecrypt/testdata/vectors.json")
	require.NoError(t, err)
	var vs []cryptVector
	require.NoError(t, json.Unmarshal(data, &vs))
	require.Len(t, vs, 2)
	return vs
}

func vectorCrypt(t testing.TB) (*Crypt, cryptVector) {
	v := cryptVectors(t)[0]
	c, err := NewCrypt(v.Token, v.AESKey)
	require.NoError(t, err)
	return c, v
}

// G: receive/ciphertext
func TestCryptVectors(t *testing.T) {
	t.Parallel()
	for _, v := range cryptVectors(t) {
		c, err := NewCrypt(v.Token, v.AESKey)
		require.NoError(t, err)
		payload, id, err := c.Decrypt(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
		require.NoError(t, err, v.ID)
		assert.Equal(t, v.Plaintext, string(payload))
		assert.Equal(t, v.ReceiveID, id)
	}
}

// G: receive/ciphertext receive/crypt
func TestCryptRoundTrip(t *testing.T) {
	t.Parallel()
	c, _ := vectorCrypt(t)
	for _, id := range []string{"ww1", ""} {
		encrypt, signature, err := c.Encrypt([]byte("企业"), id, "1735700412", "n0nce")
		require.NoError(t, err)
		payload, got, err := c.Decrypt(signature, "1735700412", "n0nce", encrypt)
		require.NoError(t, err)
		assert.Equal(t, "企业", string(payload))
		assert.Equal(t, id, got)
	}
}

// G: receive/crypt
func TestNewCryptRefuses(t *testing.T) {
	t.Parallel()
	_, v := vectorCrypt(t)
	for name, tc := range map[string]struct{ token, key, want string }{
		"no token":     {"", v.AESKey, "Token"},
		"long token":   {strings.Repeat("t", 33), v.AESKey, "Token"},
		"key of 42":    {v.Token, v.AESKey[1:], "got 42"},
		"key of 44":    {v.Token, v.AESKey + "A", "got 44"},
		"key not text": {v.Token, "-" + v.AESKey[1:], "letters or digits"},
	} {
		c, err := NewCrypt(tc.token, tc.key)
		assert.Nil(t, c, name)
		assert.ErrorIs(t, err, ErrKey, name)
		assert.ErrorContains(t, err, tc.want, name)
		assert.NotContains(t, err.Error(), tc.key, name)
	}
}

// G: secret/peer receive/unsigned
func TestCryptSignature(t *testing.T) {
	t.Parallel()
	c, v := vectorCrypt(t)
	for _, signature := range []string{"", strings.ToUpper(v.Signature), v.Signature + "0", " " + v.Signature, v.Signature[1:]} {
		payload, id, err := c.Decrypt(signature, v.Timestamp, v.Nonce, v.Encrypt)
		assert.Equal(t, ErrSignature, err, "nothing wrapped that could show the right one")
		assert.Nil(t, payload)
		assert.Empty(t, id)
	}
}

// Behind a good signature all faults look the same.
// G: secret/texts receive/ciphertext
func TestCryptDecryptFaults(t *testing.T) {
	t.Parallel()
	c, v := vectorCrypt(t)
	signer, err := wecrypt.New(v.Token, v.AESKey)
	require.NoError(t, err)
	stranger, err := wecrypt.New(v.Token, strings.Repeat("A", 43))
	require.NoError(t, err)
	foreign, err := stranger.Encrypt([]byte("hello"), "ww1")
	require.NoError(t, err)
	for name, encrypt := range map[string]string{
		"empty": "", "not base64": "%", "short": "AAAA", "cut": v.Encrypt[:88], "another key": foreign,
	} {
		payload, id, err := c.Decrypt(signer.Sign("1", "2", encrypt), "1", "2", encrypt)
		assert.Equal(t, ErrDecrypt, err, name)
		assert.Nil(t, payload, name)
		assert.Empty(t, id, name)
	}
}

// G: receive/crypt
func TestCryptManyGoroutines(t *testing.T) {
	t.Parallel()
	c, v := vectorCrypt(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for i := range 50 {
				want := fmt.Sprint("message ", i)
				encrypt, signature, err := c.Encrypt([]byte(want), "ww1", "1", "2")
				assert.NoError(t, err)
				payload, _, err := c.Decrypt(signature, "1", "2", encrypt)
				assert.NoError(t, err)
				again, _, err := c.Decrypt(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
				assert.NoError(t, err)
				assert.Equal(t, want, string(payload))
				assert.Equal(t, v.Plaintext, string(again))
			}
		})
	}
	wg.Wait()
}

// G: secret/printed
func TestCryptPrintsNoSecret(t *testing.T) {
	t.Parallel()
	c, v := vectorCrypt(t)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "crypt", c, "value", *c)
	for _, text := range []string{
		log.String(), fmt.Sprintf("%+v %#v %s %x", c, c, c, c), fmt.Sprintf("%+v %#v %s %x", *c, *c, *c, *c),
	} {
		assert.Contains(t, text, "***")
		assert.NotContains(t, text, v.Token)
		assert.NotContains(t, text, fmt.Sprintf("%x", v.Token))
	}
}

// G: error/nil receive/crypt
func TestAZeroCryptIsAnError(t *testing.T) {
	t.Parallel()
	_, v := vectorCrypt(t)
	for _, c := range []*Crypt{nil, {}} {
		payload, id, err := c.Decrypt(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
		require.ErrorIs(t, err, ErrKey)
		assert.Nil(t, payload)
		assert.Empty(t, id)
		encrypt, signature, err := c.Encrypt([]byte("x"), "ww1", "1", "2")
		require.ErrorIs(t, err, ErrKey)
		assert.Empty(t, encrypt+signature)
	}
}
