package token

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"github.com/gothird/wecom/internal/durable"
)

// Limits of what is stored, and of what is read from a file that another program has put
// into the folder.
const (
	maxKey   = 16 << 10
	maxValue = 16 << 20
	maxEntry = 100 + 4*maxKey + maxValue // a quoted byte takes at most four
)

// dirEntry is the content of one file of a [NewDirStore]: a line of text and the value.
//
//	wecom-store 1 <expiry, Unix milliseconds, 0 never> <CRC-32 of the rest> "<key>"
//
// The 1 is the version of this format.
type dirEntry struct {
	key     string
	value   []byte
	expires time.Time // zero: never
}

const entryMagic = "wecom-store "

// entryError is the error for a file that exists and can't be used.
type entryError struct{ path, what string }

func (e *entryError) Error() string { return e.path + " " + e.what }

const (
	entryDamaged = "is damaged or no file of this store"
	entryNewer   = "was written by a newer version of this module: update this program"
)

func otherKey(path, key string) error {
	return &entryError{path, fmt.Sprintf("holds the value of another key, %q", key)}
}

func (e *dirEntry) encode() []byte {
	var expires int64
	if !e.expires.IsZero() {
		expires = e.expires.UnixMilli()
	}
	sum := crc32.ChecksumIEEE(fmt.Appendf(nil, "%d %q\n%s", expires, e.key, e.value))
	return fmt.Appendf(nil, entryMagic+"1 %d %08x %q\n%s", expires, sum, e.key, e.value)
}

func readEntry(path string) (*dirEntry, error) {
	data, err := readOwn(path, maxEntry)
	if err != nil {
		return nil, err
	}
	e, wrong := decodeEntry(data)
	if wrong != "" {
		return nil, &entryError{path, wrong}
	}
	return e, nil
}

// readOwn reads at most limit bytes of a file of the store. Of another program's file it
// reads the first few bytes only, and nothing if the file is larger than any of the store's.
func readOwn(path string, limit int64) ([]byte, error) {
	f, err := durable.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	magic := make([]byte, len(entryMagic))
	_, err = io.ReadFull(f, magic)
	short := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !short {
		return nil, err
	}
	if short || string(magic) != entryMagic || fi.Size() > maxEntry {
		return nil, &entryError{path, entryDamaged}
	}
	data := bytes.NewBuffer(make([]byte, 0, min(limit, fi.Size())+bytes.MinRead))
	data.Write(magic)
	if _, err := data.ReadFrom(io.LimitReader(f, limit-int64(len(magic)))); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// decodeEntry accepts exactly what encode writes, or returns what is wrong.
func decodeEntry(data []byte) (e *dirEntry, wrong string) {
	line, value, _ := bytes.Cut(data, []byte("\n"))
	var version int
	if _, err := fmt.Sscanf(string(line), entryMagic+"%d ", &version); err == nil && version > 1 {
		return nil, entryNewer
	}
	var expires int64
	var sum uint32
	e = &dirEntry{value: value}
	if _, err := fmt.Sscanf(string(line), entryMagic+"1 %d %x %q", &expires, &sum, &e.key); err != nil {
		return nil, entryDamaged
	}
	if expires != 0 {
		e.expires = time.UnixMilli(expires)
	}
	if !bytes.Equal(e.encode(), data) {
		return nil, entryDamaged
	}
	return e, ""
}

// expiryIn returns the expiry in the first line of a file. It does not read the value, and
// does not check that the file is complete.
func expiryIn(path string) time.Time {
	data, err := readOwn(path, 64)
	var expires int64
	if err == nil {
		_, err = fmt.Sscanf(string(data), entryMagic+"1 %d ", &expires)
	}
	if err != nil || expires == 0 {
		return time.Time{}
	}
	return time.UnixMilli(expires)
}
