package platform

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Span is a part of a file: the bytes From to To, both of them in it.
type Span struct{ From, To int64 }

// Len is the number of bytes.
func (s Span) Len() int64 { return s.To - s.From + 1 }

// Span is the part of a file of size bytes that the header Range of the request names, as
// bytes=0-9, bytes=10- or bytes=-5; nil: it names none. One that begins behind the end of the
// file is empty. Several parts at once are taken for none.
func (c *Call) Span(size int64) *Span {
	text, ok := strings.CutPrefix(c.ranged, "bytes=")
	first, last, pair := strings.Cut(text, "-")
	from, fromOk := position(first)
	to, toOk := position(last)
	switch {
	case !ok || !pair || first == "" && last == "" || !fromOk || !toOk:
		return nil
	case first == "": // the last bytes
		return &Span{max(0, size-to), size - 1}
	case last == "":
		return &Span{from, size - 1}
	case to < from:
		return nil
	}
	return &Span{from, min(to, size-1)}
}

// position reads a number of bytes, or "".
func position(text string) (n int64, ok bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

// FilePart is [File] for a part of the body; nil: for all of it.
func FilePart(contentType, name string, body []byte, part *Span) Obj {
	return Obj{"": raw{contentType, name, body, part}}
}

// quoted keeps a name from ending its quotes: an app may call a file what it likes.
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// answer is the file, or what was asked for of it.
func (r raw) answer() answer {
	header := http.Header{"Content-Type": {r.contentType}}
	if r.name != "" {
		header.Set("Content-Disposition", `attachment; filename="`+quoted.Replace(r.name)+`"`)
	}
	size := int64(len(r.body))
	switch {
	case r.part == nil:
		return answer{status: http.StatusOK, header: header, body: r.body}
	case r.part.From > r.part.To || r.part.From >= size:
		header.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
		return answer{status: http.StatusRequestedRangeNotSatisfiable, header: header}
	}
	header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", r.part.From, r.part.To, size))
	return answer{status: http.StatusPartialContent, header: header, body: r.body[r.part.From : r.part.To+1]}
}
