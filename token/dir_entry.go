package token

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

// dirEntry is the content of one file of a [NewDirStore]: a line of text and the value.
//
//	wecom-store 1 <expiry, Unix milliseconds, 0 never> <CRC-32 of the rest> "<key>"
type dirEntry struct {
	key     string
	value   []byte
	expires time.Time // zero: never
}

func (e *dirEntry) encode() []byte {
	var expires int64
	if !e.expires.IsZero() {
		expires = e.expires.UnixMilli()
	}
	sum := crc32.ChecksumIEEE(fmt.Appendf(nil, "%d %q\n%s", expires, e.key, e.value))
	return fmt.Appendf(nil, "wecom-store 1 %d %08x %q\n%s", expires, sum, e.key, e.value)
}

func readEntry(path string) (*dirEntry, error) {
	data, err := durable.ReadFile(path)
	if err != nil {
		return nil, err
	}
	e, ok := decodeEntry(data)
	if !ok {
		return nil, fmt.Errorf("%s is damaged or no file of this store", path)
	}
	return e, nil
}

// decodeEntry accepts exactly what encode makes.
func decodeEntry(data []byte) (*dirEntry, bool) {
	line, value, _ := bytes.Cut(data, []byte("\n"))
	var expires int64
	var sum uint32
	e := &dirEntry{value: value}
	if _, err := fmt.Sscanf(string(line), "wecom-store 1 %d %x %q", &expires, &sum, &e.key); err != nil {
		return nil, false
	}
	if expires != 0 {
		e.expires = time.UnixMilli(expires)
	}
	return e, bytes.Equal(e.encode(), data)
}
