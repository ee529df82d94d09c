package media

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

const (
	partSize     = 16 << 20 // at most 20 MB; encrypted files want a multiple of 16 bytes
	codeTooLarge = 830002   // ask for parts
)

// Reader reads a file of the corp while it is downloaded. Close it after use.
type Reader struct {
	Name        string // as it was uploaded, without a folder; "" if WeCom does not say
	ContentType string
	Size        int64 // in bytes, -1 if WeCom does not say

	api   *token.Api
	ep    token.Endpoint
	query url.Values
	body  io.ReadCloser
	at    int64 // bytes that were read
	from  int64 // where the present part begins
	parts bool  // the file comes in parts
}

// Get 获取临时素材: opens a temporary file, which was uploaded or came with a message. Files of
// more than 20 MB are fetched in parts while they are read.
//
// Errors: 40007 no such file, or more than three days old.
// https://developer.work.weixin.qq.com/document/path/90390
func Get(api *token.Api, mediaId string) (*Reader, error) { return open(api, "media/get", mediaId) }

// GetJsSdk 获取高清语音素材: opens a voice that uploadVoice of the JS API recorded, in its
// higher quality (speex). mediaId is its serverId.
//
// Errors: 40007 no such file, or more than three days old.
// https://developer.work.weixin.qq.com/document/path/90391
func GetJsSdk(api *token.Api, mediaId string) (*Reader, error) {
	return open(api, "media/get/jssdk", mediaId)
}

func open(api *token.Api, path, mediaId string) (*Reader, error) {
	if err := check.Required("media_id", mediaId); err != nil {
		return nil, err
	}
	r := &Reader{api: api, ep: cgi.Get(path), query: url.Values{"media_id": {mediaId}}}
	err := r.whole()
	if errors.Is(err, token.Code(codeTooLarge)) {
		err = r.part()
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// whole asks for all of the file.
func (r *Reader) whole() error {
	d, err := r.ask("")
	if err != nil {
		return err
	}
	if r.Size, err = strconv.ParseInt(d.Header.Get("Content-Length"), 10, 64); err != nil {
		r.Size = -1
	}
	return nil
}

// ask makes a request for the file, or for a part of it.
func (r *Reader) ask(part string) (*token.Download, error) {
	d := &token.Download{Range: part}
	if err := r.api.Do(r.ep, r.query, d); err != nil {
		return nil, err
	}
	r.body, r.from = d.Body, r.at
	if r.at == 0 {
		r.ContentType = d.Header.Get("Content-Type")
		if _, params, err := mime.ParseMediaType(d.Header.Get("Content-Disposition")); err == nil {
			r.Name = bareName(params["filename"])
		}
	}
	return d, nil
}

// bareName is a file name without folders and control characters: who sent the file chose it.
func bareName(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case c == '\\':
			return '/'
		case unicode.IsControl(c):
			return -1
		}
		return c
	}, name)
	if name = path.Base(name); strings.Trim(name, "./") == "" {
		return ""
	}
	return name
}

// part asks for the next part.
func (r *Reader) part() error {
	d, err := r.ask(fmt.Sprintf("bytes=%d-%d", r.at, r.at+partSize-1))
	if err != nil {
		return err
	}
	var from, to, size int64
	given := d.Header.Get("Content-Range")
	_, err = fmt.Sscanf(given, "bytes %d-%d/%d", &from, &to, &size)
	if err != nil || from != r.at || to < from || size <= to || r.parts && size != r.Size {
		d.Body.Close()
		return fmt.Errorf("wecom: %s: the file from byte %d on was asked for, and the Content-Range is %q", r.ep.Path, r.at, given)
	}
	r.Size, r.parts = size, true
	return nil
}

// Read reads the file, and requests the next part when one has ended.
func (r *Reader) Read(p []byte) (int, error) {
	for {
		n, err := r.body.Read(p)
		r.at += int64(n)
		if err == io.EOF && r.parts && r.at < r.Size {
			err = r.next()
		}
		if n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// next goes on with the next part.
func (r *Reader) next() error {
	if r.at == r.from {
		return fmt.Errorf("wecom: %s: an empty part: %w", r.ep.Path, io.ErrUnexpectedEOF)
	}
	r.body.Close()
	return r.part()
}

// Close ends the download, even if the file was not read to its end.
func (r *Reader) Close() error { return r.body.Close() }
