package platform

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

// Refuse is how a handler answers with an errcode. The text is the beginning of
// errmsg; hint, address and link are added on the way out.
func Refuse(code int, format string, args ...any) error {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// CodeOf is the errcode of an error, and its text; without one of [Refuse] they are 0 and ok.
func CodeOf(err error) (code int, text string) {
	var r *refusal
	if errors.As(err, &r) {
		return r.code, r.msg
	}
	return 0, "ok"
}

// BadParam refuses with [CodeBadParam].
func BadParam(format string, args ...any) error { return Refuse(CodeBadParam, format, args...) }

// File is an answer that is no JSON. One with a name is offered for download.
func File(contentType, name string, body []byte) Obj {
	return FilePart(contentType, name, body, nil)
}

// answer is what goes back to the client.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	errcode int
}

// raw is the body of a handler's answer that is not JSON: under the key "" of
// an Obj, with nothing else in it.
type raw struct {
	contentType string
	name        string // of a file; "": it is none
	body        []byte
	part        *Span // of the body; nil: all of it
}

// reply turns a handler's result into bytes. p.mu is held.
func (p *Platform) reply(c *Call, out Obj, err error) answer {
	if r, ok := out[""].(raw); ok && err == nil {
		return r.answer()
	}
	full := Obj{}
	maps.Copy(full, out)
	code := 0
	if err != nil {
		r := &refusal{codeBusy, "system error"}
		_ = errors.As(err, &r)
		code = r.code
		full["errcode"], full["errmsg"] = code, p.errmsg(r, c.ip)
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

// errmsg is WeCom's form of an error text. p.mu is held.
func (p *Platform) errmsg(r *refusal, ip string) string {
	p.serial++
	return fmt.Sprintf("%s, hint: [%d%015d], from ip: %s, more info at https://open.work.weixin.qq.com/devtool/query?e=%d",
		r.msg, p.now().Unix(), p.serial, ip, r.code)
}
