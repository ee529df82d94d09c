package wire

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// File is a file to upload. [Bytes] and [Path] make one.
type File struct {
	Name string // as members will see it
	Size int64  // bytes that Open gives
	// Open begins the file. It is called more than once: to look at its kind, and where the
	// upload is repeated because its token has expired.
	Open func() (io.ReadCloser, error)
}

// Bytes is a file that is in memory.
func Bytes(name string, data []byte) File {
	return File{name, int64(len(data)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// Path is a file on disk, under its own name.
func Path(path string) (File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return File{}, fmt.Errorf("wecom: %w", err)
	}
	return File{filepath.Base(path), info.Size(), func() (io.ReadCloser, error) { return os.Open(path) }}, nil
}

// Uploaded is a file that was uploaded to WeCom.
type Uploaded struct {
	Type      string `json:"type"`
	MediaId   string `json:"media_id"`   // lives three days
	CreatedAt int64  `json:"created_at"` // Unix seconds
}
