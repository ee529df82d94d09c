package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

const (
	apiPath    = "/api/v1"
	streamPath = "/events"
)

// Handler serves the fake under /cgi-bin/, for everybody, and the API with its stream of changes,
// for those who have access.
func (w *World) Handler(a Access) http.Handler {
	api := w.api(a)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == apiPath || strings.HasPrefix(r.URL.Path, apiPath+"/") || r.URL.Path == streamPath {
			api.ServeHTTP(rw, r)
			return
		}
		h := rw.Header() // what an app has uploaded comes from where the console is: it must do nothing in a browser
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
		w.engine.ServeHTTP(rw, r)
	})
}

// api serves the routes.
func (w *World) api(a Access) http.Handler {
	mux := http.NewServeMux()
	for _, x := range Routes() {
		mux.HandleFunc(x.Method+" "+x.Path, func(rw http.ResponseWriter, r *http.Request) {
			serve(rw, r, a, func() error { return x.serve(w, rw, r) })
		})
	}
	mux.HandleFunc("POST "+apiPath+"/session", func(rw http.ResponseWriter, r *http.Request) {
		open := Access{Hosts: a.Hosts} // who logs in has no token yet
		serve(rw, r, open, func() error { return a.session(rw, r) })
	})
	mux.HandleFunc("GET "+streamPath, func(rw http.ResponseWriter, r *http.Request) {
		serve(rw, r, a, func() error { return w.stream(rw, r) })
	})
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		serve(rw, r, a, func() error { return noRoute(rw, r) })
	})
	return mux
}

// serve runs what answers a request of somebody who has access.
func serve(rw http.ResponseWriter, r *http.Request, a Access, do func() error) {
	h := rw.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if wrong := a.Check(r); wrong != nil {
		writeError(rw, wrong)
		return
	}
	if err := do(); err != nil {
		writeError(rw, err)
	}
}

// noRoute says what there is in place of what was asked for.
func noRoute(rw http.ResponseWriter, r *http.Request) error {
	var methods []string
	for _, x := range Routes() {
		if fits(x.Path, r.URL.Path) {
			methods = append(methods, x.Method)
		}
	}
	if methods == nil {
		return failure(http.StatusNotFound, "unknown_path", words{"there is no such path: GET /api/v1 lists all", "没有此路径：可用 GET /api/v1 查询全部接口"})
	}
	slices.Sort(methods)
	rw.Header().Set("Allow", strings.Join(methods, ", "))
	return failure(http.StatusMethodNotAllowed, "wrong_method", words{"this path takes %[1]s", "此路径只支持 %[2]s"}, strings.Join(methods, " and "), strings.Join(methods, "、"))
}

// fits reports whether a path is of a route.
func fits(route, path string) bool {
	a, b := strings.Split(route, "/"), strings.Split(path, "/")
	return len(a) == len(b) && slices.EqualFunc(a, b, func(x, y string) bool { return x == y || strings.HasPrefix(x, "{") })
}
