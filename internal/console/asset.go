package console

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
)

// asset is a file that pages use.
type asset struct {
	kind, tag string
	content   []byte
}

// loadAssets reads the embedded files.
func loadAssets() (map[string]asset, error) {
	out := map[string]asset{}
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
	list, err := files.ReadDir("assets")
	for _, f := range list {
		content, failed := files.ReadFile("assets/" + f.Name())
		if failed != nil {
			return nil, failed
		}
		sum := sha256.Sum256(content)
		out[f.Name()] = asset{kinds[path.Ext(f.Name())], `"` + hex.EncodeToString(sum[:8]) + `"`, content}
	}
	return out, err
}

// asset serves a file. Everybody may have it: there is nothing of the world in it.
func (c *Console) asset(rw http.ResponseWriter, r *http.Request) {
	a, ok := c.assets[r.PathValue("name")]
	if !ok {
		http.NotFound(rw, r)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", a.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache") // it may be asked whether it is still the same
	h.Set("ETag", a.tag)
	if r.Header.Get("If-None-Match") == a.tag {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = rw.Write(a.content)
}
