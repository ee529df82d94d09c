package media

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/token"
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

// upload makes the request, unless one of the checks or the file is wrong.
func (f File) upload(query url.Values, mediaType string, limit int64, checks ...error) (*token.Upload, error) {
	in := &token.Upload{Query: query, Field: "media", FileName: f.Name, Size: f.Size, Open: f.Open}
	if err := cmp.Or(cmp.Or(checks...), cgi.CheckFile(in, limit)); err != nil {
		return nil, err
	}
	if err := f.is(mediaType); err != nil {
		return nil, err
	}
	return in, nil
}

// is refuses a file whose beginning is not that of its kind.
func (f File) is(mediaType string) error {
	if mediaType == TypeFile {
		return nil
	}
	head, err := f.head()
	if err != nil {
		return fmt.Errorf("wecom: reading the file %q: %w", f.Name, err)
	}
	want, ok := "", false
	switch mediaType {
	case TypeImage:
		want, ok = "JPG or PNG", bytes.HasPrefix(head, []byte("\xff\xd8\xff")) || bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n"))
	case TypeVoice:
		want, ok = "AMR", bytes.HasPrefix(head, []byte("#!AMR"))
	case TypeVideo:
		want, ok = "MP4", len(head) >= 8 && string(head[4:8]) == "ftyp"
	}
	if !ok {
		return fmt.Errorf("wecom: the file %q is no %s: WeCom takes nothing else as %s", f.Name, want, mediaType)
	}
	return nil
}

// head gives the first bytes of the file.
func (f File) head() ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, 8)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil // too short to be anything
	}
	return head[:n], err
}
