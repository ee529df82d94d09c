package wecrypt

import (
	"bytes"
	"crypto/cipher"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/vectors.json
var vectorsJSON []byte

type vector struct {
	ID, Token, Timestamp, Nonce, Random, Encrypt, Plaintext string

	AESKey    string `json:"encoding_aes_key"`
	ReceiveID string `json:"receive_id"`
	Signature string `json:"msg_signature"`
}

func vectors(t testing.TB) []vector {
	var vs []vector
	require.NoError(t, json.Unmarshal(vectorsJSON, &vs))
	require.Len(t, vs, 2)
	return vs
}

func newCipher(t testing.TB) *Cipher {
	v := vectors(t)[0]
	c, err := New(v.Token, v.AESKey)
	require.NoError(t, err)
	return c
}

// G: receive/ciphertext
func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			c, err := New(v.Token, v.AESKey)
			require.NoError(t, err)
			assert.Equal(t, v.Signature, c.Sign(v.Timestamp, v.Nonce, v.Encrypt))
			assert.True(t, c.Verify(v.Signature, v.Timestamp, v.Nonce, v.Encrypt))

			msg, id, err := c.Decrypt(v.Encrypt)
			require.NoError(t, err)
			assert.Equal(t, v.Plaintext, string(msg))
			assert.Equal(t, v.ReceiveID, id)

			text, err := c.encrypt([randomLen]byte([]byte(v.Random)), []byte(v.Plaintext), v.ReceiveID)
			require.NoError(t, err)
			assert.Equal(t, v.Encrypt, text)
		})
	}
}

// G: receive/crypt
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	v := vectors(t)[0]
	for name, tc := range map[string]struct{ token, key, want string }{
		"no token":      {"", v.AESKey, "Token"},
		"long token":    {strings.Repeat("a", 33), v.AESKey, "Token"},
		"token, sign":   {"QDG6e-", v.AESKey, `Token is 1 to 32 letters or digits, got '-' at byte 6`},
		"token, accent": {"é1", v.AESKey, `got 'é' at byte 1`},
		"no key":        {v.Token, "", "an EncodingAESKey is 43 letters or digits, got 0"},
		"key of 42":     {v.Token, v.AESKey[1:], "got 42"},
		"key of 44":     {v.Token, v.AESKey + "=", "got 44"},
		"key, slash":    {v.Token, "/" + v.AESKey[1:], `got '/' at byte 1`},
		"key, newline":  {v.Token, "\n" + v.AESKey[1:], `got '\n' at byte 1`},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := New(tc.token, tc.key)
			assert.Nil(t, c)
			require.ErrorContains(t, err, tc.want)
			for _, secret := range []string{tc.token, tc.key} {
				if secret != "" {
					assert.NotContains(t, err.Error(), secret)
				}
			}
		})
	}
	_, err := New(strings.Repeat("Z", 32), strings.Repeat("9", 43))
	assert.NoError(t, err, "longest token, last letter with bits left over")
}

// G: receive/unsigned
func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	v, c := vectors(t)[0], newCipher(t)
	for name, signature := range map[string]string{
		"empty":       "",
		"upper case":  strings.ToUpper(v.Signature),
		"space after": v.Signature + " ",
		"cut":         v.Signature[:39],
		"doubled":     v.Signature + v.Signature,
		"one letter":  "5" + v.Signature[1:],
	} {
		assert.False(t, c.Verify(signature, v.Timestamp, v.Nonce, v.Encrypt), name)
	}
	assert.False(t, c.Verify(v.Signature, v.Timestamp+"0", v.Nonce, v.Encrypt))
	assert.False(t, c.Verify(v.Signature, v.Timestamp, v.Nonce+"0", v.Encrypt))
	assert.False(t, c.Verify(v.Signature, v.Timestamp, v.Nonce, v.Encrypt+"="))
	other, err := New("another", v.AESKey)
	require.NoError(t, err)
	assert.False(t, other.Verify(v.Signature, v.Timestamp, v.Nonce, v.Encrypt))
}

// raw encrypts a block as it stands, so that tests can build what Encrypt never would.
func raw(c *Cipher, plain []byte) string {
	buf := bytes.Clone(plain)
	cipher.NewCBCEncrypter(c.block, c.iv[:]).CryptBlocks(buf, buf)
	return base64.StdEncoding.EncodeToString(buf)
}

// padded appends bytes of value pad until the text has the given length.
func padded(head []byte, pad byte, length int) []byte {
	return append(bytes.Clone(head), bytes.Repeat([]byte{pad}, length-len(head))...)
}

func head(length uint32) []byte {
	return binary.BigEndian.AppendUint32(bytes.Repeat([]byte{'r'}, randomLen), length)
}

// G: receive/ciphertext
func TestDecryptRefuses(t *testing.T) {
	t.Parallel()
	v, c := vectors(t)[0], newCipher(t)
	block := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	uneven := padded(head(0), 12, 32)
	uneven[25] = 11
	for name, tc := range map[string]struct {
		encrypt string
		want    error
	}{
		// the text as a whole
		"empty":             {"", errLength},
		"line break only":   {"\r\n", errLength},
		"short":             {block(15), errLength},
		"not whole blocks":  {block(33), errLength},
		"no base64":         {"%%%%", errBase64},
		"URL alphabet":      {"-_-_", errBase64},
		"padding cut":       {strings.TrimRight(v.Encrypt, "="), errBase64},
		"text after base64": {v.Encrypt + "AAAA", errBase64},
		// under the 20 bytes of the head
		"nothing but padding": {raw(c, padded(nil, 32, 32)), errContent},
		"19 bytes":            {raw(c, padded(head(0)[:19], 13, 32)), errContent},
		// the length field
		"length 0xFFFFFFFF":       {raw(c, padded(head(0xFFFFFFFF), 12, 32)), errContent},
		"length negative":         {raw(c, padded(head(0x80000000), 12, 32)), errContent},
		"length one too many":     {raw(c, padded(append(head(5), "four"...), 8, 32)), errContent},
		"length reaches into pad": {raw(c, padded(head(12), 12, 32)), errContent},
		// the padding
		"pad 0":              {raw(c, padded(head(0), 0, 32)), errPadding},
		"pad 33":             {raw(c, padded(head(0), 33, 64)), errPadding},
		"pad 255":            {raw(c, padded(head(0), 255, 320)), errPadding},
		"pad more than text": {raw(c, padded(nil, 17, 16)), errPadding},
		"pad inconsistent":   {raw(c, uneven), errPadding},
	} {
		t.Run(name, func(t *testing.T) {
			msg, id, err := c.Decrypt(tc.encrypt)
			assert.Equal(t, tc.want, err)
			assert.Nil(t, msg)
			assert.Empty(t, id)
		})
	}
}

// G: receive/ciphertext
func TestDecryptAccepts(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	for name, tc := range map[string]struct{ encrypt, msg, id string }{
		"nothing at all":     {raw(c, padded(head(0), 12, 32)), "", ""},
		"no receive id":      {raw(c, padded(append(head(4), "four"...), 8, 32)), "four", ""},
		"no message":         {raw(c, padded(append(head(0), "corp"...), 8, 32)), "", "corp"},
		"padding of one AES": {raw(c, padded(append(head(4), "four"...), 24, 48)), "four", ""},
	} {
		msg, id, err := c.Decrypt(tc.encrypt)
		require.NoError(t, err, name)
		assert.Equal(t, tc.msg, string(msg), name)
		assert.Equal(t, tc.id, id, name)
		assert.Equal(t, len(msg), cap(msg), "appending to the message must not reach what follows it")
	}
}

// A length field moves nothing; the text is decoded once and opened where it lies.
// G: receive/ciphertext
func TestDecryptAllocations(t *testing.T) {
	v, c := vectors(t)[0], newCipher(t)
	for want, encrypt := range map[float64]string{
		1: raw(c, padded(head(0xFFFFFFFF), 12, 32)),
		2: v.Encrypt, // and the receive id
	} {
		got := testing.AllocsPerRun(100, func() { _, _, _ = c.Decrypt(encrypt) })
		assert.Equal(t, want, got)
	}
}

// G: receive/ciphertext
func TestEncrypt(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	seen := map[string]bool{}
	for n := range 100 {
		msg := strings.Repeat("企", n)
		text, err := c.Encrypt([]byte(msg), "ww1")
		require.NoError(t, err)
		size := base64.StdEncoding.DecodedLen(len(text)) - strings.Count(text, "=")
		assert.Zero(t, size%padBlock, "%d bytes", len(msg))
		assert.Greater(t, size, headLen+len(msg)+len("ww1"))

		got, id, err := c.Decrypt(text)
		require.NoError(t, err)
		assert.Equal(t, msg, string(got))
		assert.Equal(t, "ww1", id)
		// The first block is the random prefix: were it predictable, equal messages would show.
		assert.False(t, seen[text[:20]])
		seen[text[:20]] = true
	}
}

// G: receive/crypt
func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	c := newCipher(t)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 50 {
				want := fmt.Sprintf("message %d of %d", i, g)
				text, err := c.Encrypt([]byte(want), "corp")
				assert.NoError(t, err)
				assert.True(t, c.Verify(c.Sign("1", "2", text), "1", "2", text))
				msg, id, err := c.Decrypt(text)
				assert.NoError(t, err)
				assert.Equal(t, want, string(msg))
				assert.Equal(t, "corp", id)
			}
		})
	}
	wg.Wait()
}

// G: receive/ciphertext
func FuzzDecrypt(f *testing.F) {
	c := newCipher(f)
	for _, v := range vectors(f) {
		f.Add(v.Encrypt, []byte(v.Plaintext))
	}
	f.Add("", padded(head(0xFFFFFFFF), 12, 32))
	f.Add("\n", padded(nil, 33, 64))
	f.Add("====", padded(head(0), 0, 32))
	f.Add("AAAA", padded(head(4), 255, 32))
	f.Fuzz(func(t *testing.T, encrypt string, plain []byte) {
		// As it came, and as what decrypts to the given bytes, which reaches every check behind AES.
		for _, text := range []string{encrypt, raw(c, plain[:len(plain)/16*16])} {
			msg, id, err := c.Decrypt(text)
			if err != nil {
				assert.Nil(t, msg)
				assert.Empty(t, id)
				continue
			}
			again, err := c.Encrypt(msg, id)
			require.NoError(t, err)
			got, gotID, err := c.Decrypt(again)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(msg, got))
			assert.Equal(t, id, gotID)
		}
	})
}
