package durable

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxName leaves room for a suffix within the 255 bytes that file systems allow.
const maxName = 200

// SafeName gives the file name of a key, the same one on every system: no two keys share
// one, on file systems that ignore case or normalise Unicode neither. It is never a name
// that Windows reserves, and never begins with a dot.
//
// The name is "k-" and the key with every byte but a-z, 0-9, "-" and "_" as %xx, so that
// any URL decoder reads it back; a key too long for that is "h-" and its SHA-256.
func SafeName(key string) string {
	const hexDigits = "0123456789abcdef"
	var b strings.Builder
	b.WriteString("k-")
	for i := range len(key) {
		c := key[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
		if b.Len() > maxName {
			sum := sha256.Sum256([]byte(key))
			return "h-" + hex.EncodeToString(sum[:])
		}
	}
	return b.String()
}
