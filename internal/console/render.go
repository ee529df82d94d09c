package console

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/gothird/wecom/internal/sandbox"
)

// parsed is a template that is parsed when it is first asked for.
type parsed func() (*template.Template, error)

// templates are those of all pages in one language, by name.
func templates(l language) map[string]parsed {
	base := sync.OnceValues(func() (*template.Template, error) {
		return template.New("").Funcs(functions(l)).ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/phone.html", "templates/outreach.html")
	})
	out := map[string]parsed{}
	for _, v := range append(views(), view{name: "login"}, view{name: "confirm"}, view{name: "failure"}) {
		out[v.name] = sync.OnceValues(func() (*template.Template, error) {
			shared, err := base()
			if err != nil {
				return nil, err
			}
			own, err := shared.Clone()
			if err != nil {
				return nil, err
			}
			return own.ParseFS(files, "templates/"+v.name+".html")
		})
	}
	return out
}

// functions are what templates can call.
func functions(l language) template.FuncMap {
	return template.FuncMap{
		"t": l.t, "when": when, "moment": moment, "day": day, "hour": hour, "yuan": yuan,
		"span": func(d sandbox.Span) string { return l.span(time.Duration(d)) },
		"last": l.span, "count": l.count, "channel": l.channel, "icon": icon, "tag": tag, "id": id, "pretty": pretty,
		"copy":    func(text string) template.HTML { return copyButton(l, text) },
		"mark":    func(mark string) template.HTML { return revealed(l, mark) },
		"seconds": func(d sandbox.Span) int { return int(time.Duration(d).Seconds()) }, "breakable": breakable,
		"duration": func(d sandbox.Span) string { return time.Duration(d).String() }, "fieldtype": l.fieldType, "fielddoc": l.fieldDoc,
		"web": web, "linked": linked, "described": described, "markdown": markdown,
		"dict": dict, "list": func(of ...any) []any { return of },
	}
}

// dict makes the data of a part from names and values in turn.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

var escape = template.HTMLEscapeString

// icon is one of the symbols of the layout.
func icon(name string) template.HTML {
	return template.HTML(`<svg class="i" aria-hidden="true"><use href="#i-` + escape(name) + `"/></svg>`)
}

// breakable is a name that may be broken behind its points, lines and slashes.
func breakable(text string) template.HTML {
	return template.HTML(strings.NewReplacer(".", ".<wbr>", "_", "_<wbr>", "/", "/<wbr>").Replace(escape(text)))
}

// tag is a state: kind is ok, warn, bad, now, plain or empty.
func tag(kind, text string) template.HTML {
	return template.HTML(`<span class="tag ` + escape(kind) + `">` + escape(text) + `</span>`)
}

const (
	wholeId = 16 // longer ones are shortened
	headId  = 8
	tailId  = 5
)

// id shows a long id shortened, and whole in its title.
func id(text string) template.HTML {
	short := text
	if r := []rune(text); len(r) > wholeId {
		short = string(r[:headId]) + "…" + string(r[len(r)-tailId:])
	}
	return template.HTML(`<code class="id" title="` + escape(text) + `">` + escape(short) + `</code>`)
}

// copyButton copies a text.
func copyButton(l language, text string) template.HTML {
	return template.HTML(`<button class="ib" type="button" data-copy="` + escape(text) + `" aria-label="` + l.t("复制", "Copy") + `">` + string(icon("copy")) + `</button>`)
}

// revealed is the mark of a secret, with buttons that fetch the secret.
func revealed(l language, mark string) template.HTML {
	if mark == "" {
		return "–"
	}
	return template.HTML(`<span class="nw"><code class="id" data-mark="` + escape(mark) + `">` + escape(mark) + `</code>` +
		`<button class="ib" type="button" data-reveal aria-pressed="false" aria-label="` + l.t("显示", "Reveal") + `">` + string(icon("eye")) + `</button>` +
		`<button class="ib" type="button" data-copysecret aria-label="` + l.t("复制", "Copy") + `">` + string(icon("copy")) + `</button></span>`)
}

var (
	jsonKey   = regexp.MustCompile(`(?m)&#34;([A-Za-z0-9_]+)&#34;:`)
	xmlTag    = regexp.MustCompile(`&lt;(/?[A-Za-z]+)&gt;`)
	xmlText   = regexp.MustCompile(`&lt;!\[CDATA\[|\]\]&gt;`)
	secretOne = regexp.MustCompile(`#[0-9a-f]{8}`)
)

// pretty dims the keys of JSON and XML, and shows where the marks of secrets are.
func pretty(text string) template.HTML {
	h := escape(text)
	h = jsonKey.ReplaceAllString(h, `<span class="k">&#34;$1&#34;</span>:`)
	h = xmlTag.ReplaceAllString(h, `<span class="k">&lt;$1&gt;</span>`)
	h = xmlText.ReplaceAllString(h, `<span class="k">$0</span>`)
	return template.HTML(strings.TrimSpace(secretOne.ReplaceAllString(h, `<mark>$0</mark>`)))
}
