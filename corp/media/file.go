package media

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
)

// upload makes the request, unless one of the checks or the file is wrong.
func upload(f wire.File, query url.Values, mediaType string, limit int64, checks ...error) (*token.Upload, error) {
	in := &token.Upload{Query: query, Field: "media", FileName: f.Name, Size: f.Size, Open: f.Open}
	if err := cmp.Or(cmp.Or(checks...), cgi.CheckFile(in, limit)); err != nil {
		return nil, err
	}
	if err := checkKind(f, mediaType); err != nil {
		return nil, err
	}
	return in, nil
}

// checkKind refuses a file whose beginning is not that of its kind.
func checkKind(f wire.File, mediaType string) error {
	if mediaType == TypeFile {
		return nil
	}
	begin, err := head(f)
	if err != nil {
		return fmt.Errorf("wecom: reading the file %q: %w", f.Name, err)
	}
	want, ok := "", false
	switch mediaType {
	case TypeImage:
		want, ok = "JPG or PNG", bytes.HasPrefix(begin, []byte("\xff\xd8\xff")) || bytes.HasPrefix(begin, []byte("\x89PNG\r\n\x1a\n"))
	case TypeVoice:
		want, ok = "AMR", bytes.HasPrefix(begin, []byte("#!AMR"))
	case TypeVideo:
		want, ok = "MP4", len(begin) >= 8 && string(begin[4:8]) == "ftyp"
	}
	if !ok {
		return fmt.Errorf("wecom: the file %q is no %s: WeCom takes nothing else as %s", f.Name, want, mediaType)
	}
	return nil
}

// head gives the first bytes of the file.
func head(f wire.File) ([]byte, error) {
	r, err := f.Open()
	if err == nil && r == nil {
		err = errors.New("its Open gave neither a file nor an error")
	}
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
