package platform

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// PageReq is how a list is asked for by pages. Requests embed it.
type PageReq struct {
	Cursor string `json:"cursor"`
	Limit  int64  `json:"limit"`
}

// Page cuts one page out of items: usual of them if the request names no limit, most at
// most. A cursor is good for the query that it came from, told apart by key.
func Page[T any](r PageReq, key string, items []T, most, usual int64) (part []T, next string, err error) {
	limit := r.Limit
	if limit == 0 {
		limit = usual
	}
	if limit < 0 || limit > most {
		return nil, "", BadParam("invalid limit, at most %d", most)
	}
	from := 0
	if r.Cursor != "" {
		text, _ := base64.RawURLEncoding.DecodeString(r.Cursor)
		of, at, _ := strings.Cut(string(text), " ")
		from, err = strconv.Atoi(at)
		if err != nil || of != hash(8, key) || from < 0 || from > len(items) {
			return nil, "", BadParam("invalid cursor")
		}
	}
	end := min(len(items), from+int(limit))
	if end < len(items) {
		next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s %d", hash(8, key), end))
	}
	return items[from:end], next, nil
}

// Paged is the answer of a paged list, under the name list.
func Paged(list, next string, items []Obj) Obj {
	if items == nil {
		items = []Obj{}
	}
	more := 0
	if next != "" {
		more = 1
	}
	return Obj{list: items, "next_cursor": next, "has_more": more}
}
