package token

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is a page or JSON is told by the type, and by the beginning where there is none.
// G: request/files
func TestKindsOfAnswers(t *testing.T) {
	t.Parallel()
	far := strings.Repeat(" ", sniffed)
	for _, row := range []struct {
		kind, body string
		page, json bool
	}{
		{"text/html", "busy", true, false},
		{"text/html; charset=utf-8", "busy", true, false},
		{"application/xhtml+xml", "busy", true, false},
		{"", "<head><title>busy</title>", true, false},
		{"", "\xef\xbb\xbf \t\r\n<HEAD>", true, false},
		{"", "<!-- x --><HTML>", true, false},
		{"", "<?xml?><!DOCTYPE HTML>", true, false},
		{"", "a <html> is a tag", false, false},
		{"", "<svg>" + far + "<html>", false, false},
		{"", "<svg/>", false, false},
		{"text/plain", "<header>", true, false},
		{"application/json", "[1]", false, true},
		{"application/json; charset=utf-8", "", false, true},
		{"text/json", "[1]", false, true},
		{"text/plain", "[1]", false, false},
		{"", `{"a":1}`, false, false},
		{"", ` {"a":`, false, true},
		{"", "", false, false},
	} {
		ans := answer{status: 200, body: []byte(row.body), header: http.Header{"Content-Type": {row.kind}}}
		assert.Equal(t, row.page, isPage(ans), "%s %q", row.kind, row.body)
		assert.Equal(t, row.json, isJSON(ans), "%s %q", row.kind, row.body)
		assert.Equal(t, row.body != "" && !row.page && !row.json, ans.mayBeFile(), "%s %q", row.kind, row.body)
	}
	for _, row := range []struct {
		status int
		shown  string
		file   bool
	}{
		{200, "attachment", true}, {200, `attachment; filename="x"`, true}, {200, "inline", false}, {200, "", false},
		{200, "attachment;;", false}, {404, "attachment", false},
	} {
		ans := answer{status: row.status, header: http.Header{"Content-Disposition": {row.shown}}}
		assert.Equal(t, row.file, ans.isFile(), "%d %s", row.status, row.shown)
		assert.Equal(t, row.file, ans.mayBeFile(), "%d %s", row.status, row.shown)
	}
}
