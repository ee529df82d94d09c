package chatdata

import (
	"net/url"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/token"
)

const maxFile = 60 << 20 // bytes

// UploadMedia 上传临时文件到专区: uploads a file of 6 bytes to 60 MB for programs of the zone.
// Its media_id is valid for three days, for this app in this corp and for the zone.
// https://developer.work.weixin.qq.com/document/path/101353
func UploadMedia(api *token.Api, file wire.File) (*wire.Uploaded, error) {
	in := &token.Upload{Query: url.Values{"type": {"file"}}, Field: "media", FileName: file.Name, Size: file.Size, Open: file.Open}
	return cgi.Call[wire.Uploaded](api, cgi.Write("chatdata/upload_media").Needing("media_id"), in, cgi.CheckFile(in, maxFile))
}
