package main

import (
	"bytes"
	"regexp"
	"strings"
)

var (
	signedURL = regexp.MustCompile(`[^\s"']*\bmsg_signature=[^\s"']*`)
	logMethod = regexp.MustCompile(`\b(GET|POST|HEAD|PUT|DELETE|OPTIONS)\b`)
)

// readLogLine finds a request in a line of a log, whatever stands around it: the URL or the
// query with the signature, and the method if it is named before.
func readLogLine(line string) (c capture, ok bool) {
	line = strings.ReplaceAll(line, `\u0026`, "&") // as JSON may have it
	at := signedURL.FindStringIndex(line)
	if at == nil || strings.Trim(line, `"'`) == line[at[0]:at[1]] { // the URL alone is no line of a log
		return capture{}, false
	}
	c.url = line[at[0]:at[1]]
	if m := logMethod.FindString(line[:at[0]]); m != "" {
		c.method = m
	}
	return c, true
}

// bodyBelow is the body below a line, if what is there looks like one.
func bodyBelow(rest []byte) []byte {
	rest = bytes.TrimSpace(rest)
	if bytes.HasPrefix(rest, []byte("<")) || bytes.HasPrefix(rest, []byte("{")) && !bytes.Contains(rest, []byte("msg_signature=")) {
		return rest
	}
	return nil
}
