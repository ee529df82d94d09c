package token_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// indexed is how many bytes of a secret the search is indexed by.
const indexed = 8

// forms lists how a secret may stand in a text.
func forms(secret string) []string {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(secret) // a string always encodes
	html, _ := json.Marshal(secret)
	found := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString([]byte(secret)),
		strings.Trim(plain.String(), "\"\n"), strings.Trim(string(html), `"`), strings.Trim(fmt.Sprintf("%q", secret), `"`),
	}
	return append(found, base64Forms(secret)...)
}

// base64Forms lists what base64 makes of a secret anywhere in a text, but for the edges
// that depend on its neighbours.
func base64Forms(secret string) (found []string) {
	for shift := range 3 {
		whole := append(make([]byte, shift), secret...)
		from, to := (shift*8+5)/6, len(whole)*8/6
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if form := enc.EncodeToString(whole)[from:to]; len(form) >= indexed {
				found = append(found, form)
			}
		}
	}
	return found
}

// leakIndex finds the forms of many secrets in one pass over a text.
type leakIndex struct {
	maybe [1 << 16]bool // by a digest of the first bytes: most places are done with here
	forms map[uint64][]string
}

func (d *leakDetector) index() *leakIndex {
	x := &leakIndex{forms: map[uint64][]string{}}
	for secret := range d.secrets {
		for _, form := range forms(secret) {
			head := binary.LittleEndian.Uint64([]byte(form))
			x.forms[head] = append(x.forms[head], form)
			x.maybe[digest(head)] = true
		}
	}
	return x
}

func digest(head uint64) uint16 { return uint16(head * 0x9e3779b97f4a7c15 >> 48) }

func (x *leakIndex) leaks(text string) bool {
	for i := 0; i+indexed <= len(text); i++ {
		head := binary.LittleEndian.Uint64([]byte(text[i : i+indexed]))
		if !x.maybe[digest(head)] {
			continue
		}
		for _, form := range x.forms[head] {
			if strings.HasPrefix(text[i:], form) {
				return true
			}
		}
	}
	return false
}

// leaks lists the texts that hold a secret.
func (d *leakDetector) leaks() (found []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	x := d.index()
	for text := range d.texts {
		if x.leaks(text) {
			found = append(found, text)
		}
	}
	return found
}
