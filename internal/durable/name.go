package durable

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// The name of a file that is being written is tempPrefix and tempDigits hex digits.
const (
	tempPrefix = ".tmp-wecom-"
	tempDigits = 16
)

// IsTemp reports whether name is that of a file that is being written, or was left by a
// process that died. [SafeName] never returns such a name.
func IsTemp(name string) bool {
	digits, ok := strings.CutPrefix(name, tempPrefix)
	return ok && len(digits) == tempDigits && isHex(digits)
}

func createTemp(sys fsys, dir string) (file, error) {
	name := fmt.Sprintf("%s%0*x", tempPrefix, tempDigits, rand.Uint64())
	return sys.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY)
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// maxName leaves room for a suffix: file systems allow 255 bytes.
const maxName = 200

// SafeName returns the file name of a key, the same on every system. Two keys never have the
// same name, even on file systems that ignore case or normalise Unicode. It is never a name
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

// KeyOf reports whether name comes from [SafeName], and returns its key. If the name is only
// a hash, whole is false.
func KeyOf(name string) (key string, whole, ok bool) {
	if sum, hashed := strings.CutPrefix(name, "h-"); hashed {
		return "", false, len(sum) == 2*sha256.Size && isHex(sum)
	}
	escaped, _ := strings.CutPrefix(name, "k-")
	key, err := url.PathUnescape(escaped)
	if err != nil || SafeName(key) != name {
		return "", false, false
	}
	return key, true, true
}
