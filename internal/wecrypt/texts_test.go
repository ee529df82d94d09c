package wecrypt

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Letters and digits are those of ASCII, and all of them.
// G: receive/crypt
func TestEachCharacterOfTokenAndKey(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	rest := vectors(t)[0].AESKey[1:]
	for c := range 256 {
		letter := string([]byte{byte(c)})
		right := strings.Contains(alphabet, letter)
		_, err := New("a"+letter, letter+rest)
		assert.Equal(t, right, err == nil, "%q", letter)
		_, err = New("a", letter+rest)
		assert.Equal(t, right, err == nil, "%q in a key", letter)
	}
}

// Signing costs no memory: whoever can reach the URL makes us do it.
func TestVerifyAllocations(t *testing.T) {
	c, encrypt := newCipher(t), strings.Repeat("a", 10_000)
	assert.Zero(t, testing.AllocsPerRun(100, func() { c.Verify("", "1", "2", encrypt) }))
}

// G: secret/texts
func TestNoSecretInText(t *testing.T) {
	t.Parallel()
	v, c := vectors(t)[0], newCipher(t)
	key, err := base64.RawStdEncoding.DecodeString(v.AESKey)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "cipher", c, "value", *c)
	texts := []string{log.String()}
	assert.Contains(t, log.String(), `"cipher":"wecrypt.Cipher{***}","value":"wecrypt.Cipher{***}"`)
	assert.Equal(t, "wecrypt.Cipher{***} wecrypt.Cipher{***}", fmt.Sprintf("%v %x", c, *c))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, c), fmt.Sprintf(verb, *c), fmt.Sprintf(verb, struct{ C *Cipher }{c}))
	}
	for _, text := range texts {
		assert.NotContains(t, text, v.Token)
		assert.NotContains(t, text, fmt.Sprintf("%x", v.Token))
		assert.NotContains(t, text, fmt.Sprintf("%d", key[0])+" "+fmt.Sprintf("%d", key[1]))
	}
}
