package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

const maxBody = 1 << 20

// Route is one endpoint of the API.
type Route struct {
	Method string  `json:"method"`
	Path   string  `json:"path" doc:"with {names} of path fields" zh:"{} 内为路径参数"`
	Group  string  `json:"group"`
	En     string  `json:"en" doc:"what it does" zh:"功能说明（英文）"`
	Zh     string  `json:"zh" doc:"the same in Chinese" zh:"功能说明（中文）"`
	In     []Field `json:"in"`
	Out    []Field `json:"out"`

	serve  func(w *World, rw http.ResponseWriter, r *http.Request) error
	submit func(ctx context.Context, w *World, form url.Values) (json.RawMessage, error)
}

// Field is a value of the input or output of a route.
type Field struct {
	Name     string `json:"name" doc:"with a point before what is inside, [] for a list" zh:"下级字段以点分隔，[] 表示列表"`
	In       string `json:"in,omitempty" doc:"path, query or body; of the output nothing" zh:"path、query 或 body；输出字段为空"`
	Type     string `json:"type"`
	Required bool   `json:"required,omitempty"`
	Doc      string `json:"doc,omitempty"`
	DocZh    string `json:"doc_zh,omitempty" doc:"the same in Chinese" zh:"说明（中文）"`
}

// none is the input of a route that takes nothing, or the output of one that tells nothing.
type none struct{}

// route makes a route of a method of World.
func route[In, Out any](method, path, en, zh string, do func(*World, context.Context, In) (Out, error)) Route {
	return Route{Method: method, Path: "/api/v1" + path, En: en, Zh: zh, In: fieldsIn[In](), Out: fieldsOut[Out](), submit: submitted(do),
		serve: func(w *World, rw http.ResponseWriter, r *http.Request) error {
			var in In
			if err := read(rw, r, &in); err != nil {
				return err
			}
			out, err := do(w, r.Context(), in)
			if err != nil {
				return refused(err)
			}
			writeJSON(rw, http.StatusOK, out)
			return nil
		}}
}

// read fills the input of a route from path, query and body.
func read[In any](rw http.ResponseWriter, r *http.Request, in *In) error {
	if r.Method != http.MethodGet {
		if err := readBody(rw, r, in); err != nil {
			return err
		}
	}
	return fill(in, r)
}

// readBody reads a JSON object without unknown fields; an empty body is an empty object.
func readBody[In any](rw http.ResponseWriter, r *http.Request, in *In) error {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return failure(http.StatusRequestEntityTooLarge, "too_large", words{"the body has more than 1 MiB: send less", "请求体超过 1 MiB：请减小"})
	}
	if err != nil {
		return invalid(words{"the body ended early: send it whole", "请求体不完整：请完整发送"})
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if (len(body) > 0 || r.Method == http.MethodPost) && (err != nil || kind != "application/json") {
		return failure(http.StatusUnsupportedMediaType, "not_json", words{"send JSON, if only {}, with the header Content-Type: application/json", "请发送 JSON（没有参数时为 {}），并带上请求头 Content-Type: application/json"})
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		return wrongBody(err, in)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return invalid(words{"the body goes on behind its JSON object: send one object", "JSON 对象之后还有内容：只能发送一个对象"})
	}
	return nil
}

// wrongBody explains what the decoder says. It repeats no value: that may be a secret.
func wrongBody[In any](err error, _ *In) error {
	var kind *json.UnmarshalTypeError
	var own *Error
	if errors.As(err, &own) { // of a type of ours
		return own
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		var names []string
		for _, f := range fieldsIn[In]() {
			if f.In == inBody && !strings.ContainsAny(f.Name, ".") {
				names = append(names, strings.TrimSuffix(f.Name, "[]"))
			}
		}
		if names == nil {
			return failure(http.StatusBadRequest, "unknown_field", words{"there is no field %.80s: the body has none; GET /api/v1 describes them", "没有字段 %.80s：请求体不含任何字段，可用 GET /api/v1 查询接口说明"}, name)
		}
		return failure(http.StatusBadRequest, "unknown_field", words{"there is no field %.80s: the body has %s; GET /api/v1 describes them", "没有字段 %.80s：请求体的字段有 %s，可用 GET /api/v1 查询接口说明"}, name, strings.Join(names, ", "))
	}
	if errors.As(err, &kind) {
		return invalid(words{"the field %q wants %s, not a JSON %s", "字段 %q 应为 %s，不能是 JSON 的 %s"}, kind.Field, kind.Type, kind.Value)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) {
		return invalid(words{"the body is no JSON object: %v", "请求体不是 JSON 对象：%v"}, err)
	}
	return invalid(words{"the body is wrong: %v", "请求体有误：%v"}, err)
}

// writeJSON writes an answer, on one line.
func writeJSON[Out any](rw http.ResponseWriter, status int, out Out) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		http.Error(rw, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(b.Bytes())
}

// writeError answers with an error.
func writeError(rw http.ResponseWriter, err error) {
	e := failure(http.StatusInternalServerError, "internal", words{"the sandbox has failed: this is a fault of its own", "沙箱内部出错：这是沙箱自身的问题"})
	_ = errors.As(err, &e)
	writeJSON(rw, e.Status, e)
}
