package cgi

import (
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/lenient"
)

// Parted is a list of ids in an answer. WeCom writes some as a|b|c and some as lists, and the
// pages of one endpoint do not always agree. It has no empty ids, and is nil without any.
type Parted []string

// UnmarshalJSON takes a text with | in it, a number, or a list.
func (p *Parted) UnmarshalJSON(raw []byte) error {
	var list []string
	if text, ok := lenient.Text(raw); ok {
		list = []string{text}
	} else if _, err := lenient.Unmarshal(raw, &list); err != nil {
		return err
	}
	*p = nil
	for _, text := range list {
		*p = append(*p, strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == ',' })...)
	}
	return nil
}

// Numbers are the ids as numbers, 0 for one that is none.
func (p Parted) Numbers() (list []int64) {
	for _, id := range p {
		n, _ := strconv.ParseInt(id, 10, 64)
		list = append(list, n)
	}
	return list
}
