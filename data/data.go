// Package data has two types for parameters that several packages share.
//
// [Cursor] asks for one page of a list. [D] holds parameters under WeCom's own JSON names; the
// functions of package service that fetch a token take one.
package data

import (
	"bytes"
	"encoding/json"
)

// D carries parameters under WeCom's own JSON names.
type D map[string]any

// UnmarshalJSON decodes an object into d. Numbers become [json.Number], at any depth: an id
// of 64 bits, such as a device_id, does not survive a float64.
func (d *D) UnmarshalJSON(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode((*map[string]any)(d))
}

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
