// Package data holds the two parameter shapes that endpoints share.
package data

// D carries parameters under WeCom's own JSON names.
type D map[string]any

// String returns the text stored under key, or "" when there is none or it is no text.
func (d D) String(key string) string {
	s, _ := d[key].(string)
	return s
}

// Cursor asks for one page of a list. The zero value asks for the first page in
// WeCom's default size; the answer's next_cursor continues it.
type Cursor struct {
	Cursor string `json:"cursor,omitempty"`
	Limit  int    `json:"limit,omitempty"` // items a page; WeCom's default when 0
}
