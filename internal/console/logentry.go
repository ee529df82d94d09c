package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
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
				list = append(list, name+"="+value)
			case secretOne.MatchString(value) && shellName.MatchString(name):
				list = append(list, name+"=$"+strings.ToUpper(name))
			default:
				list = append(list, url.QueryEscape(name)+"="+url.QueryEscape(value))
			}
		}
	}
	if list == nil {
		return ""
	}
	return "?" + strings.Join(list, "&")
}

// What a shell takes as it is. Anybody may call the fake, also a page of another site, and what is
// copied is run: so a command has nothing else of a call outside of single quotes.
var (
	shellName  = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	plainPath  = regexp.MustCompile(`^/cgi-bin/[\w./-]+$`)
	usualCalls = []string{http.MethodGet, http.MethodPost}
)

// curl is a call as a command; "": it is none that an app makes. Who runs it puts the tokens into
// variables.
func curl(base string, x logRow) string {
	r := x.Request
	if !plainPath.MatchString(r.Path) || !slices.Contains(usualCalls, r.Method) {
		return ""
	}
	text := `curl -sS "` + base + r.Path + query(r.Query, false) + `"`
	if r.Body != "" {
		text += ` -H 'Content-Type: application/json' -d '` + strings.ReplaceAll(r.Body, "'", `'\''`) + `'`
	}
	if (r.Body == "") == (r.Method == http.MethodPost) { // curl takes the other one
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
