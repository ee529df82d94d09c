package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const shownBody = 16 << 10 // bytes; the file of the log has all

// entry is a row with its details.
func (p *page) entry(x logRow, open bool) logEntry {
	e := logEntry{logRow: x, Open: open}
	if !x.Call {
		e.Advice, e.Sent = p.lang.pushAdvice(x), p.lang.indented(broken(x.Push.Event))
		return e
	}
	e.Advice = p.lang.callAdvice(x)
	r := x.Request
	e.Sent = r.Method + " " + r.Path + query(r.Query, true)
	switch {
	case r.Body != "":
		e.Sent += "\n\n" + p.lang.indented(r.Body)
	case r.Size > 0:
		e.Sent += "\n\n" + p.lang.t("（%d 字节，不是 JSON）", "(%d bytes, not JSON)", r.Size)
	}
	e.Got = p.lang.indented(r.Answer)
	e.Curl = curl(p.Status.BaseURL, x)
	return e
}

// query is a query as text, readable or as a shell takes it in double quotes: with variables in
// place of marks.
func query(values map[string][]string, readable bool) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			switch {
			case readable:
			case secretOne.MatchString(value):
				value = "$" + strings.ToUpper(name)
			default:
				value = url.QueryEscape(value)
			}
			list = append(list, name+"="+value)
		}
	}
	if list == nil {
		return ""
	}
	return "?" + strings.Join(list, "&")
}

// curl is a call as a command. Who runs it puts the tokens into variables.
func curl(base string, x logRow) string {
	r := x.Request
	text := `curl -sS "` + base + r.Path + query(r.Query, false) + `"`
	if !strings.HasPrefix(r.Path, "/cgi-bin/") || strings.ContainsAny(r.Path, "\"`$\\") {
		return "" // of a path that is none of WeCom's
	}
	if r.Body != "" {
		text += ` -H 'Content-Type: application/json' -d '` + strings.ReplaceAll(r.Body, "'", `'\''`) + `'`
	} else if r.Method != "GET" {
		text += " -X " + r.Method
	}
	return text
}

// indented is JSON with line breaks, or any other text as it is; what is long is cut.
func (l language) indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") == nil {
		text = b.String()
	}
	if len(text) > shownBody {
		rest := len(text) - shownBody
		text = strings.ToValidUTF8(text[:shownBody], "") + "\n" + l.t("（还有 %d 字节，请导出日志查看）", "(%d more bytes: export the log to see them)", rest)
	}
	return text
}

// afterTag finds where XML on one line is to be broken: behind the tag that begins it, and behind
// those that end an element.
var afterTag = regexp.MustCompile(`(<xml>|</[^<>]+>)<`)

// broken is XML with an element on each line.
func broken(event string) string {
	if strings.Contains(event, "\n") {
		return event
	}
	return afterTag.ReplaceAllString(event, "$1\n<")
}

// AppName is the app of the row with its id, for a list of facts.
func (e logEntry) AppName() string {
	id := ""
	if e.Call {
		id = e.Request.SuiteId
	} else {
		id = e.Push.SuiteId
	}
	if id == "" || id == e.Suite {
		return id
	}
	return fmt.Sprintf("%s (%s)", e.Suite, id)
}
