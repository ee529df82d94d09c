package media_test

import (
	"io"
	"net/url"
	"slices"
	"testing"

	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/corp/media"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

type row = corptest.Row

// stamped is an upload time that WeCom sends as text.
var stamped = map[string]any{"created_at": "1767236400", "detail.created_at": "1767240000"}

var png = wire.Bytes("报表.png", []byte("\x89PNG\r\n\x1a\n…"))

func content(r *media.Reader, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

var rows = slices.Concat([]row{
	{Go: "Upload", Endpoint: "corp/media/upload", Query: url.Values{"type": {"image"}}, Fixed: stamped, Call: func(api *token.Api) (any, error) {
		return media.Upload(api, media.TypeImage, png)
	}},
	{Go: "UploadImg", Endpoint: "corp/media/uploadimg", Call: func(api *token.Api) (any, error) {
		return media.UploadImg(api, png)
	}},
	{Go: "UploadAttachment", Endpoint: "corp/media/upload_attachment", Query: url.Values{"media_type": {"image"}, "attachment_type": {"2"}}, Call: func(api *token.Api) (any, error) {
		return media.UploadAttachment(api, media.TypeImage, media.ForAlbum, png)
	}},
	{Go: "Get", Endpoint: "corp/media/get", Query: url.Values{"media_id": {"3KJ9vEC7"}}, Call: func(api *token.Api) (any, error) {
		return content(media.Get(api, "3KJ9vEC7"))
	}},
	{Go: "GetJsSdk", Endpoint: "corp/media/get_jssdk", Query: url.Values{"media_id": {"3KJ9vEC7"}}, Call: func(api *token.Api) (any, error) {
		return content(media.GetJsSdk(api, "3KJ9vEC7"))
	}},
	{Go: "Reader.Read", Endpoint: "corp/media/get", Sweep: true, Call: func(api *token.Api) (any, error) {
		return content(media.Get(api, "3KJ9vEC7"))
	}},
	{Go: "WaitUpload", Endpoint: "corp/media/get_upload_by_url_result", Sweep: true, Call: func(api *token.Api) (any, error) {
		return media.WaitUpload(api, "job", 0)
	}},
}, corptest.Rows("UploadByUrl", "corp/media/upload_by_url", func(api *token.Api, in media.UrlUpload) (any, error) {
	return media.UploadByUrl(api, in)
}), withFixed(corptest.Rows("GetUploadByUrlResult", "corp/media/get_upload_by_url_result", func(api *token.Api, in struct{ JobId string }) (any, error) {
	return media.GetUploadByUrlResult(api, in.JobId)
})))

func withFixed(rows []row) []row {
	for i := range rows {
		rows[i].Fixed = stamped
	}
	return rows
}

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, rows)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }
