package token

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/lenient"
)

// Upload is a request with one file (multipart/form-data). The file is read while it is sent: it
// is never in memory as a whole.
type Upload struct {
	Query    url.Values
	Field    string // name of the form field, such as media
	FileName string // in UTF-8, as members will see it
	Size     int64  // length of the file in bytes
	// Open opens the file. It is called again if the call is repeated.
	Open func() (io.ReadCloser, error)
}

const (
	streamTimeout = 30 * time.Second // without progress
	sniffed       = 512              // first bytes of an answer, which show whether it is a file or an error
)

func (r *request) takeUpload(u *Upload) error {
	switch {
	case u == nil:
		return errors.New("the upload is nil")
	case u.Field == "" || u.FileName == "" || u.Open == nil:
		return errors.New("an upload needs Field, FileName and Open")
	case u.Size <= 0:
		return fmt.Errorf("an upload needs its Size in bytes, not %d", u.Size)
	case strings.ContainsAny(u.Field+u.FileName, "\r\n\x00"):
		return errors.New("the upload's Field or FileName has a line break in it")
	}
	r.takeQuery(u.Query)
	r.upload = &form{Upload: u}
	r.contentType = []string{r.upload.frame()}
	return nil
}

// form is the multipart form around the file of an upload.
type form struct {
	*Upload
	head, end []byte
}

// frame makes the parts before and behind the file, and returns the content type.
func (f *form) frame() (contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	_, _ = w.CreatePart(textproto.MIMEHeader{ // writes to memory: can't fail
		"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"; filename="%s"; filelength=%d`, quote.Replace(f.Field), quote.Replace(f.FileName), f.Size)},
		"Content-Type":        {"application/octet-stream"},
	})
	n := b.Len()
	_ = w.Close()
	f.head, f.end = b.Bytes()[:n], b.Bytes()[n:]
	return w.FormDataContentType()
}

// give sets the body of req: the head of the form, the file, and the end. Reading it
// reports progress to w.
func (f *form) give(req *http.Request, w watchdog) (err error) {
	req.ContentLength = int64(len(f.head)) + f.Size + int64(len(f.end))
	req.GetBody = func() (io.ReadCloser, error) {
		file, err := f.Open()
		if err == nil && file == nil {
			err = errors.New("the upload's Open gave neither a file nor an error")
		}
		if err != nil {
			return nil, err
		}
		exact := &exactReader{r: file, left: f.Size, name: f.FileName}
		return &uploadBody{io.MultiReader(bytes.NewReader(f.head), exact, bytes.NewReader(f.end)), file, w}, nil
	}
	req.Body, err = req.GetBody()
	return err
}

// uploadBody reports progress of the upload to the watchdog.
type uploadBody struct {
	io.Reader
	io.Closer
	w watchdog
}

func (b *uploadBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if n > 0 {
		b.w.progress()
	}
	return n, err
}

// exactReader fails if a file does not have the announced length: WeCom would wait for the
// rest, or store a part. The form then has no end, so WeCom stores nothing.
type exactReader struct {
	r    io.Reader
	left int64
	name string
}

func (e *exactReader) Read(p []byte) (int, error) {
	if e.left == 0 {
		var more [1]byte
		if n, _ := io.ReadFull(e.r, more[:]); n > 0 {
			return 0, fmt.Errorf("%w: the file %q is longer than the Size of its Upload", errUnsent, e.name)
		}
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	switch {
	case err == io.EOF && e.left > 0:
		err = fmt.Errorf("%w: the file %q is %d bytes shorter than the Size of its Upload", errUnsent, e.name, e.left)
	case err == io.EOF:
		err = nil // the next read checks whether there is more
	case err != nil:
		err = fmt.Errorf("%w: reading the file %q: %w", errUnsent, e.name, err)
	}
	return n, err
}

// isFile reports whether the headers of the answer say that it is a file. Then its content
// does not matter.
func (ans answer) isFile() bool {
	kind, _, err := mime.ParseMediaType(ans.header.Get("Content-Disposition"))
	return err == nil && kind == "attachment" && ans.good()
}

// mayBeFile reports whether an answer that is no JSON object can be the requested file.
func (ans answer) mayBeFile() bool {
	return ans.isFile() || len(ans.body) > 0 && !isPage(ans) && !isJSON(ans)
}

// deliver gives the raw answer to the caller, unless it is an error in JSON or the HTML page
// of a proxy.
func (a *Api) deliver(r *request, ans answer, env envelope) *Error {
	switch {
	case !r.accepts(env), env.state == good && !r.malformedToo && !isWhole(ans.text()), env.state == noObject && !ans.mayBeFile():
		return a.foreign(r, ans, env.fault())
	case r.raw != nil:
		*r.raw = ans.body
		return nil
	case r.download != nil:
		r.hold(ans)
		return nil
	}
	r.written = true
	if _, err := r.file.Write(ans.body); err != nil {
		return a.failure(r.Endpoint, fmt.Errorf("%w: %w", errWriter, err))
	}
	return nil
}

var errWriter = errors.New("the io.Writer for the answer failed")

// contentType returns the media type of the answer, without parameters.
func (ans answer) contentType() string {
	kind, _, _ := mime.ParseMediaType(ans.header.Get("Content-Type"))
	return kind
}

// text returns the body without a byte-order mark and leading blanks.
func (ans answer) text() []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(ans.body, []byte("\xef\xbb\xbf")), " \t\r\n")
}

// isPage reports whether the answer is HTML, also after a comment or a declaration.
func isPage(ans answer) bool {
	kind, text := ans.contentType(), ans.text()
	head := strings.ToLower(string(text[:min(len(text), sniffed)]))
	return kind == "text/html" || kind == "application/xhtml+xml" || strings.HasPrefix(head, "<head") ||
		strings.HasPrefix(head, "<") && (strings.Contains(head, "<html") || strings.Contains(head, "<!doctype html"))
}

// isJSON reports whether the Content-Type is JSON, or the body begins as a JSON object that
// is truncated.
func isJSON(ans answer) bool {
	kind, text := ans.contentType(), ans.text()
	return kind == "application/json" || kind == "text/json" ||
		bytes.HasPrefix(text, []byte("{")) && !isWhole(text)
}

// isWhole reports whether a JSON object is complete.
func isWhole(text []byte) bool {
	return lenient.Members(text, func(_, _ []byte) bool { return true })
}

// takesFile reports whether the body is copied to the io.Writer as it arrives. A body that
// begins like JSON or HTML may be an error, so it is read first.
func (ans *answer) takesFile(resp *http.Response) (bool, error) {
	switch {
	case ans.isFile():
		return true, nil
	case !ans.good():
		return false, nil
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(resp.Body, head)
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil
	}
	ans.body = head[:n]
	resp.Body = &rest{io.MultiReader(bytes.NewReader(ans.body), resp.Body), resp.Body}
	return n > 0 && !isPage(*ans) && !isJSON(*ans) && !bytes.HasPrefix(ans.text(), []byte("{")), err
}

// rest is a body whose first bytes have been read.
type rest struct {
	io.Reader
	io.Closer
}

// copyFile copies a file to the caller's io.Writer.
func (r *request) copyFile(body io.Reader, w watchdog) error {
	w.progress()
	_, err := io.Copy(&fileWriter{r, w}, body)
	if err != nil && !errors.Is(err, errWriter) {
		err = fmt.Errorf("%w: %w", errBrokeOff, err)
	}
	r.written = true
	return err
}

type fileWriter struct {
	r *request
	w watchdog
}

func (f *fileWriter) Write(p []byte) (int, error) {
	f.r.written = true
	n, err := f.r.file.Write(p)
	f.w.progress()
	if err != nil {
		err = fmt.Errorf("%w: %w", errWriter, err)
	}
	return n, err
}
