package console

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// What apps and customers write is shown with the little markup that WeCom knows, and nothing
// else: each text is escaped as it is written, and only what is found here becomes an element.

// web is an address that a link may lead to; "" if it is none of the web.
func web(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// anchor is a link around what is escaped already.
func anchor(address, inside string) string {
	if to := web(address); to != "" {
		return `<a href="` + escape(to) + `" target="_blank" rel="noreferrer">` + inside + `</a>`
	}
	return inside
}

// marking is something that is found in a text: its groups become HTML.
type marking struct {
	form *regexp.Regexp
	html func(groups []string) string
}

// markedUp is a text in which what the markings find is HTML, and the rest is escaped.
func markedUp(text string, markings []marking) string {
	var b strings.Builder
	for text != "" {
		first, at := -1, []int(nil)
		for i, m := range markings {
			if found := m.form.FindStringSubmatchIndex(text); found != nil && (at == nil || found[0] < at[0]) {
				first, at = i, found
			}
		}
		if at == nil {
			break
		}
		b.WriteString(escape(text[:at[0]]))
		groups := make([]string, len(at)/2)
		for i := range groups {
			if at[2*i] >= 0 {
				groups[i] = text[at[2*i]:at[2*i+1]]
			}
		}
		b.WriteString(markings[first].html(groups))
		text = text[at[1]:]
	}
	b.WriteString(escape(text))
	return b.String()
}

var (
	linkForm  = regexp.MustCompile(`(?s)<a\s+href\s*=\s*["']([^"'<>]*)["'][^<>]*>(.*?)</a>`)
	plainForm = regexp.MustCompile(`https?://[\w\-.~:/?#@!$&*+,;=%]+`)
	breakForm = regexp.MustCompile(`\r?\n|<br\s*/?>`)
	divForm   = regexp.MustCompile(`(?s)<div(?:\s+class\s*=\s*["'](gray|highlight|normal)["'])?[^<>]*>(.*?)</div>`)
)

func lineBreak() marking {
	return marking{breakForm, func([]string) string { return "<br>" }}
}

// linked is a text message: with links, and the lines as they are.
func linked(text string) template.HTML {
	return template.HTML(markedUp(text, []marking{
		{linkForm, func(g []string) string { return anchor(g[1], markedUp(g[2], []marking{lineBreak()})) }},
		{plainForm, func(g []string) string { return anchor(g[0], escape(g[0])) }},
		lineBreak(),
	}))
}

// described is the description of a text card: with lines in grey, or highlighted.
func described(text string) template.HTML {
	return template.HTML(markedUp(text, []marking{
		{divForm, func(g []string) string {
			class := map[string]string{"gray": "dim", "highlight": "hi"}[g[1]]
			return `<span class="line ` + class + `">` + markedUp(g[2], []marking{lineBreak()}) + `</span>`
		}},
		lineBreak(),
	}))
}

var (
	codeForm    = regexp.MustCompile("`([^`\n]+)`")
	boldForm    = regexp.MustCompile(`\*\*(.+?)\*\*`)
	mdLinkForm  = regexp.MustCompile(`\[([^\[\]\n]+)\]\(([^()\s]+)\)`)
	fontForm    = regexp.MustCompile(`<font\s+color\s*=\s*["']?(info|comment|warning)["']?\s*>(.*?)</font>`)
	headingForm = regexp.MustCompile(`^#{1,6}\s+(.*)$`)
	quoteForm   = regexp.MustCompile(`^>\s?(.*)$`)
)

const deepestMarkdown = 4 // a link in colour in bold, and one more

// inline is one line of markdown.
func inline(text string, depth int) string {
	if depth == deepestMarkdown {
		return escape(text)
	}
	return markedUp(text, []marking{
		{codeForm, func(g []string) string { return "<code>" + escape(g[1]) + "</code>" }},
		{boldForm, func(g []string) string { return "<b>" + inline(g[1], depth+1) + "</b>" }},
		{mdLinkForm, func(g []string) string { return anchor(g[2], escape(g[1])) }},
		{fontForm, func(g []string) string { return `<span class="` + g[1] + `">` + inline(g[2], depth+1) + "</span>" }},
	})
}

// markdown shows what WeCom shows of it: headings, quotes, bold, links, code and three colours.
func markdown(text string) template.HTML {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch heading, quote := headingForm.FindStringSubmatch(line), quoteForm.FindStringSubmatch(line); {
		case heading != nil:
			b.WriteString(`<p class="h">` + inline(heading[1], 0) + "</p>")
		case quote != nil:
			b.WriteString("<blockquote>" + inline(quote[1], 0) + "</blockquote>")
		case strings.TrimSpace(line) != "":
			b.WriteString("<p>" + inline(line, 0) + "</p>")
		}
	}
	return template.HTML(b.String())
}
