package media_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
)

// G: endpoint/files
func TestAFileWithoutAReader(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t)
	for _, kind := range []string{media.TypeImage, media.TypeVoice, media.TypeVideo, media.TypeFile} {
		_, err := media.Upload(api, kind, wire.File{Name: "a", Size: 9, Open: func() (io.ReadCloser, error) { return nil, nil }})
		require.ErrorContains(t, err, "neither a file nor an error")
	}
	assert.Empty(t, asked())
}

// A Content-Range that contradicts itself would end the file early, without an error.
// G: endpoint/files
func TestAContentRangeThatLies(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"bytes 0-5/-1", "bytes 0-5/0", "bytes 0-5/5", "bytes 0--5/99"} {
		assert.ErrorContains(t, readPart(given, "123456"), fmt.Sprintf("the Content-Range is %q", given))
	}
}

// Members choose the names of files, and programs make files of those names.
// G: endpoint/files
func TestANameLeadsToNoOtherFolder(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`attachment; filename="../../etc/passwd"`:             "passwd",
		`attachment; filename="C:\\windows\\system.ini"`:      "system.ini",
		`attachment; filename*=UTF-8''%2Fa%2F%E5%BD%95.mp4`:   "录.mp4",
		`attachment; filename=".."`:                           "",
		`attachment; filename="a/"`:                           "a",
		`attachment; filename*=UTF-8''a%0D%0A%00b.txt`:        "ab.txt",
		`attachment; filename="报价 (终稿).pdf"`:                  "报价 (终稿).pdf",
		`attachment; filename=".gitignore"; filelength="123"`: ".gitignore",
		"attachment": "",
	} {
		f, err := media.Get(served(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Disposition", given)
			_, _ = io.WriteString(w, "123456")
		}), "3abc")
		require.NoError(t, err)
		assert.Equal(t, want, f.Name, given)
		require.NoError(t, f.Close())
	}
}
