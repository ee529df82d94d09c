package media

import (
	"net/url"
	"strconv"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Upload 上传临时素材: uploads a file under one of the kinds [TypeImage] to [TypeFile], for
// messages and everything else that takes a media_id.
//
// Errors: 40006, 45001 too large, 45007 a voice of more than 60 seconds.
// https://developer.work.weixin.qq.com/document/path/90389
func Upload(api *token.Api, mediaType string, file wire.File) (*wire.Uploaded, error) {
	limit := map[string]int64{TypeImage: 10, TypeVoice: 2, TypeVideo: 10, TypeFile: 20}[mediaType] * megabyte
	in, err := upload(file, url.Values{"type": {mediaType}}, mediaType, limit,
		oneOf("type", mediaType, TypeImage, TypeVoice, TypeVideo, TypeFile))
	if err != nil {
		return nil, err
	}
	return cgi.Call[wire.Uploaded](api, cgi.Write("media/upload").Needing("media_id"), in)
}

type urlRes struct {
	Url string `json:"url"`
}

// UploadImg 上传图片: uploads an image of at most 2 MB and returns its address. The address
// never expires, but works inside WeCom only: in articles and in welcome messages to customers.
//
// A corp has 1000 a day and 3000 a month.
// https://developer.work.weixin.qq.com/document/path/90392
func UploadImg(api *token.Api, file wire.File) (string, error) {
	in, err := upload(file, nil, TypeImage, 2*megabyte)
	if err != nil {
		return "", err
	}
	res, err := cgi.Call[urlRes](api, cgi.Write("media/uploadimg").Needing("url"), in)
	if err != nil {
		return "", err
	}
	return res.Url, nil
}

// What an attachment is for.
const (
	ForMoments = 1 // 朋友圈
	ForAlbum   = 2 // 商品图册
)

// UploadAttachment 上传附件资源: uploads an image, a video or a file of at most 10 MB that
// customers will see, [ForMoments] or [ForAlbum]. Moments and albums take only such a media_id,
// and nothing else takes it.
//
// In moments, an image has at most 1440 x 1080 pixels (41081) and a video 30 seconds (41082).
// https://developer.work.weixin.qq.com/document/path/95178
func UploadAttachment(api *token.Api, mediaType string, attachmentType int, file wire.File) (*wire.Uploaded, error) {
	query := url.Values{"media_type": {mediaType}, "attachment_type": {strconv.Itoa(attachmentType)}}
	in, err := upload(file, query, mediaType, 10*megabyte,
		oneOf("media_type", mediaType, TypeImage, TypeVideo, TypeFile), check.Between("attachment_type", attachmentType, ForMoments, ForAlbum))
	if err != nil {
		return nil, err
	}
	return cgi.Call[wire.Uploaded](api, cgi.Write("media/upload_attachment").Needing("media_id"), in)
}
