package contact

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" // WeCom's choice; not for security
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/gothird/wecom/token"
)

const (
	maxPad    = 32 // WeCom pads to a multiple of it
	chunkSize = 32 << 10
)

// OpenExport opens a file of an export: JSON, decrypted while it is read. If the file does not
// have the size or MD5 that WeCom named, Read returns an error at its end in place of io.EOF.
// Close it after use.
func OpenExport(api *token.Api, file ExportFile, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	secret, err := base64.RawStdEncoding.DecodeString(key)
	if err != nil {
		return nil, errors.New("wecom: encoding_aeskey is no Base64")
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	var d token.Download
	if err := api.OpenURL(file.Url, &d); err != nil {
		return nil, err
	}
	return &exportReader{
		Closer: d.Body, from: d.Body, file: file, sum: md5.New(),
		mode: cipher.NewCBCDecrypter(block, secret[:aes.BlockSize]), chunk: make([]byte, chunkSize),
	}, nil
}

// exportReader decrypts a file.
type exportReader struct {
	io.Closer
	from  io.Reader
	file  ExportFile
	mode  cipher.BlockMode
	sum   hash.Hash
	size  int64
	chunk []byte
	plain []byte // decrypted and not read
	err   error  // what comes after it
}

// Read holds the last bytes back until the end, as they may be padding.
func (e *exportReader) Read(p []byte) (int, error) {
	for e.err == nil && len(e.plain) <= maxPad {
		e.fill()
	}
	ready := e.plain
	if e.err == nil {
		ready = ready[:len(ready)-maxPad]
	}
	if len(ready) == 0 {
		return 0, e.err
	}
	n := copy(p, ready)
	e.plain = e.plain[n:]
	return n, nil
}

// fill decrypts the next chunk.
func (e *exportReader) fill() {
	n, err := io.ReadFull(e.from, e.chunk)
	text := e.chunk[:n]
	e.size += int64(n)
	e.sum.Write(text)
	end := err == io.EOF || err == io.ErrUnexpectedEOF // ReadFull's own: the file ends here
	switch {
	case err != nil && !end:
		e.plain, e.err = nil, err
		return
	case n%aes.BlockSize != 0:
		e.plain, e.err = nil, fmt.Errorf("the file has %d bytes: no multiple of %d", e.size, aes.BlockSize)
		return
	}
	e.mode.CryptBlocks(text, text)
	e.plain = append(append(make([]byte, 0, len(e.plain)+n), e.plain...), text...)
	if end {
		e.plain, e.err = e.finish()
	}
}

// finish checks the whole file and removes the padding.
func (e *exportReader) finish() ([]byte, error) {
	if e.file.Size != 0 && e.size != e.file.Size {
		return nil, fmt.Errorf("the file has %d bytes instead of %d", e.size, e.file.Size)
	}
	if sum := hex.EncodeToString(e.sum.Sum(nil)); e.file.Md5 != "" && !strings.EqualFold(sum, e.file.Md5) {
		return nil, fmt.Errorf("the file has the MD5 %s instead of %s", sum, e.file.Md5)
	}
	last := len(e.plain) - 1
	if last < 0 {
		return nil, errors.New("the file is empty")
	}
	pad := int(e.plain[last])
	if pad == 0 || pad > maxPad || pad > len(e.plain) {
		return nil, errors.New("the file is wrongly padded: the key is another")
	}
	return e.plain[:len(e.plain)-pad], io.EOF
}
