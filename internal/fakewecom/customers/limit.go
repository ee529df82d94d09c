package customers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// tooLong refuses a text or a list that is longer than the facts allow.
func tooLong(c *platform.Call) error {
	for _, f := range c.Endpoint().Request {
		if f.Most == 0 {
			continue
		}
		for _, v := range valuesAt(c.Body(), strings.Split(f.Path, ".")) {
			if size(v, f.Unit) > f.Most {
				return platform.Refuse(tooLongCode(c, f.Path), "invalid Request Parameter, %s is too long", f.Path)
			}
		}
	}
	return nil
}

// tooLongCode knows the endpoints' codes for what is too long.
func tooLongCode(c *platform.Call, path string) int {
	code := map[string]int{
		"attachments":  codeAttachments,
		"group_name":   codeTagName,
		"name":         codeTagName,
		"tag[].name":   codeTagName,
		"chat_id_list": codeManyChats,
		"userid_list":  codeBadUsers,
	}[path]
	if slices.Contains(c.Endpoint().Errors, code) {
		return code
	}
	return platform.CodeBadParam
}

// valuesAt lists the values at a path such as attachments[].link.title.
func valuesAt(o obj, path []string) (values []any) {
	name, isList := strings.CutSuffix(path[0], "[]")
	items := []any{o[name]}
	if isList {
		items, _ = o[name].([]any)
	}
	for _, item := range items {
		inner, ok := item.(obj)
		switch {
		case len(path) == 1:
			values = append(values, item)
		case ok:
			values = append(values, valuesAt(inner, path[1:])...)
		}
	}
	return values
}

// size is that of a text or a list. The limits of numbers belong to each endpoint.
func size(v any, unit string) int {
	switch v := v.(type) {
	case string:
		if unit == "bytes" {
			return len(v)
		}
		return utf8.RuneCountInString(v)
	case []any:
		return len(v)
	}
	return 0
}

// page cuts a page out of items. Here a wrong cursor has a code of its own.
func page[T any](r platform.PageReq, key string, items []T, most, usual int64) (part []T, next string, err error) {
	part, next, err = platform.Page(r, key, items, most, usual)
	if err != nil && r.Limit >= 0 && r.Limit <= most {
		err = platform.Refuse(codeBadCursor, "invalid cursor")
	}
	return part, next, err
}

// pageReq is the page that a request asks for.
func (a *ask) pageReq() platform.PageReq {
	return platform.PageReq{Cursor: a.Str("cursor"), Limit: a.Int("limit")}
}

// pageKey tells the query of a cursor from others.
func (a *ask) pageKey(more ...string) string {
	return strings.Join(append([]string{a.Endpoint().Path, a.corp.Id}, more...), "\x00")
}
