package fakewecom

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
)

// refusal is an answer with an errcode.
type refusal struct {
	code int
	msg  string
}

func (r *refusal) Error() string { return fmt.Sprintf("errcode %d: %s", r.code, r.msg) }

// refuse is how a handler answers with an errcode. Message is the beginning of
// errmsg; hint, address and link are added on the way out.
func refuse(code int, format string, args ...any) error {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// answer is what goes back to the client.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	errcode int
}

// raw is the body of a handler's answer that is not JSON: under the key "" of
// an obj, with nothing else in it.
type raw struct {
	contentType string
	name        string // of a file; "": it is none
	body        []byte
}

// reply turns a handler's result into bytes. s.mu is held.
func (s *Server) reply(c *call, out obj, err error) answer {
	if r, ok := out[""].(raw); ok && err == nil {
		header := http.Header{"Content-Type": {r.contentType}}
		if r.name != "" {
			header.Set("Content-Disposition", `attachment; filename="`+r.name+`"`)
		}
		return answer{status: http.StatusOK, header: header, body: r.body}
	}
	full := obj{}
	maps.Copy(full, out)
	code := 0
	if err != nil {
		r := &refusal{codeBusy, "system error"}
		_ = errors.As(err, &r)
		code = r.code
		full["errcode"], full["errmsg"] = code, s.errmsg(r, c.ip)
	} else if c.ep == nil || !bare(c.ep) {
		if _, ok := full["errcode"]; !ok {
			full["errcode"], full["errmsg"] = 0, "ok"
		}
	}
	body, err := json.Marshal(full)
	if err != nil {
		return answer{status: http.StatusInternalServerError, errcode: codeBusy}
	}
	return answer{status: http.StatusOK, header: jsonHeader(), body: body, errcode: code}
}

func jsonHeader() http.Header {
	return http.Header{"Content-Type": {"application/json; charset=UTF-8"}}
}

// errmsg is WeCom's form of an error text. s.mu is held.
func (s *Server) errmsg(r *refusal, ip string) string {
	s.serial++
	return fmt.Sprintf("%s, hint: [%d%015d], from ip: %s, more info at https://open.work.weixin.qq.com/devtool/query?e=%d",
		r.msg, s.now().Unix(), s.serial, ip, r.code)
}
