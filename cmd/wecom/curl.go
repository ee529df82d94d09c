package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// curlRequest collects what a curl command says.
type curlRequest struct {
	capture
	urls     []string
	data     []string
	get      bool
	readFile func(string) ([]byte, error)
}

// takesValue are the options of curl with a value that does not matter here.
const (
	shortWithValue = "AbcCDeEFhHKmoPQrtTuUwxyYz"
	longWithValue  = " --header --user-agent --user --cookie --cookie-jar --referer --output --max-time --connect-timeout --proxy " +
		"--resolve --cacert --capath --cert --key --write-out --retry --interface --connect-to --form --oauth2-bearer --range " +
		"--upload-file --config --dump-header --limit-rate --max-redirs --noproxy --proxy-user --socks5 --socks5-hostname --unix-socket "
)

// readCurl reads a pasted curl command, such as a browser or a proxy copies it. It is not
// complete, but never wrong about what belongs to a callback.
func readCurl(command string, readFile func(string) ([]byte, error)) (capture, bool) {
	args, ok := curlArguments(command)
	if !ok {
		return capture{}, false
	}
	words := shellWords(args)
	r := curlRequest{readFile: readFile}
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch {
		case strings.HasPrefix(word, "--"):
			words = r.long(word, words)
		case len(word) > 1 && word[0] == '-':
			words = r.short(word[1:], words)
		default:
			r.urls = append(r.urls, word)
		}
	}
	return r.result()
}

// long reads an option in its long form.
func (r *curlRequest) long(word string, next []string) (rest []string) {
	name, value, together := strings.Cut(word, "=")
	matters := strings.HasPrefix(name, "--data") || slices.Contains([]string{"--request", "--url", "--json"}, name)
	if !together && (matters || strings.Contains(longWithValue, " "+name+" ")) && len(next) > 0 {
		value, next = next[0], next[1:]
	}
	r.option(strings.TrimPrefix(name, "--"), value)
	return next
}

// short reads options of one letter, which may be joined: -sXPOST.
func (r *curlRequest) short(letters string, next []string) (rest []string) {
	for i, letter := range letters {
		if !strings.ContainsRune(shortWithValue+"dX", letter) {
			r.option(string(letter), "")
			continue
		}
		value := letters[i+1:] // the letter is one byte
		if value == "" && len(next) > 0 {
			value, next = next[0], next[1:]
		}
		r.option(string(letter), value)
		return next
	}
	return next
}

func (r *curlRequest) option(name, value string) {
	switch name {
	case "X", "request":
		r.method = strings.ToUpper(value)
	case "url":
		r.urls = append(r.urls, value)
	case "G", "get":
		r.get = true
	case "I", "head":
		r.method = http.MethodHead
	case "d", "data", "data-ascii":
		r.data = append(r.data, strings.NewReplacer("\r", "", "\n", "").Replace(r.fromFile(value))+inline(value))
	case "data-binary", "json":
		r.data = append(r.data, r.fromFile(value)+inline(value))
	case "data-raw":
		r.data = append(r.data, value)
	case "data-urlencode":
		r.data = append(r.data, urlencoded(value))
	}
}

// fromFile is the content of a file that a value names, as @FILE; one that can't be read is
// empty.
func (r *curlRequest) fromFile(value string) string {
	name, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return ""
	}
	data, _ := r.readFile(name)
	return string(data)
}

// inline is a value that names no file.
func inline(value string) string {
	if strings.HasPrefix(value, "@") {
		return ""
	}
	return value
}

// urlencoded is a value of --data-urlencode: name=content or content.
func urlencoded(value string) string {
	if name, content, named := strings.Cut(value, "="); named {
		if name != "" {
			name += "="
		}
		return name + url.QueryEscape(content)
	}
	return url.QueryEscape(value)
}

// result is the request; the URL is the one that looks most like that of a callback.
func (r *curlRequest) result() (capture, bool) {
	if len(r.urls) == 0 {
		return capture{}, false
	}
	r.url = r.urls[0]
	for _, like := range []string{"://", "msg_signature="} {
		if i := slices.IndexFunc(r.urls, func(u string) bool { return strings.Contains(u, like) }); i >= 0 {
			r.url = r.urls[i]
		}
	}
	data := strings.Join(r.data, "&")
	switch {
	case r.get && strings.Contains(r.url, "?"):
		r.url += "&" + data
	case r.get:
		r.url += "?" + data
	default:
		r.body = []byte(data)
	}
	if r.method == "" {
		r.method = http.MethodGet
		if len(r.data) > 0 && !r.get {
			r.method = http.MethodPost
		}
	}
	return r.capture, true
}
