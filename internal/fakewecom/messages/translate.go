package messages

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// translatable are the fields in which ids become names (enable_id_trans), by msgtype.
func translatable(kind string) []string {
	return map[string][]string{
		"text":               {"content"},
		"textcard":           {"title", "description"},
		"news":               {"articles[].title", "articles[].description"},
		"mpnews":             {"articles[].title", "articles[].digest", "articles[].content"},
		"miniprogram_notice": {"title", "description", "content_item[].value"},
		templated:            {"content_item[].value"},
		"template_card":      {"source.desc", "main_title.title", "main_title.desc", "sub_title_text", "horizontal_content_list[].value"},
	}[kind]
}

var idText = regexp.MustCompile(`\$(userName|departmentName|userAlias|userAliasOrName)=([^$]+)\$`)

// translated is a content with names in place of ids, if the app asks for that.
func (m *Messages) translated(c *platform.Call, kind string, content platform.Obj) platform.Obj {
	if c.Int("enable_id_trans") != 1 {
		return content
	}
	out := copied(content)
	name := func(text string) string {
		return idText.ReplaceAllStringFunc(text, func(found string) string {
			parts := idText.FindStringSubmatch(found)
			if name, ok := m.name(c, parts[1], parts[2]); ok {
				return name
			}
			return found
		})
	}
	for _, path := range translatable(kind) {
		change(out, strings.Split(path, "."), name)
	}
	return out
}

// name is what people see in place of an id.
func (m *Messages) name(c *platform.Call, what, id string) (name string, ok bool) {
	if what == "departmentName" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || m.around.Book == nil {
			return "", false
		}
		return m.around.Book.DepartmentName(c, n)
	}
	who, ok := seen(c.Corp(), id)
	if !ok {
		return "", false
	}
	alias := ""
	if m.around.Book != nil && what != "userName" {
		alias = m.around.Book.Alias(c, who.UserId)
	}
	if what == "userAlias" || alias != "" {
		return alias, alias != ""
	}
	return who.Name, true
}

// change replaces the texts at the end of a path.
func change(o platform.Obj, path []string, to func(string) string) {
	field, isList := strings.CutSuffix(path[0], "[]")
	switch inner := o[field].(type) {
	case string:
		if len(path) == 1 {
			o[field] = to(inner)
		}
	case platform.Obj:
		if len(path) > 1 {
			change(inner, path[1:], to)
		}
	case []any:
		for _, item := range inner {
			if one, ok := item.(platform.Obj); ok && isList {
				change(one, path[1:], to)
			}
		}
	}
}

// copied is a copy of all that is in an object.
func copied(o platform.Obj) platform.Obj {
	out := platform.Obj{}
	for k, v := range o {
		out[k] = copiedValue(v)
	}
	return out
}

func copiedValue(v any) any {
	switch v := v.(type) {
	case platform.Obj:
		return copied(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = copiedValue(item)
		}
		return list
	}
	return v
}
