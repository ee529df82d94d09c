// Package media uploads and downloads files in a customer's corp (素材管理).
//
// # Which function
//
// Most uploads are temporary: [Upload] returns a media_id that is valid for three days, for every
// app of the corp. [UploadImg] returns the address of an image that stays, [UploadAttachment] a
// media_id for moments and product albums. For a large file, WeCom can fetch it from your server:
// [UploadByUrl] and [WaitUpload]. [Get] opens a file.
//
// No file is held in memory, however large. A file that WeCom would refuse (another kind of file,
// too large, empty) is an error before any request. An upload is a write: if its outcome is unknown
// ([token.ErrOutcomeUnknown]), you can safely repeat it.
//
// # Pages of WeCom
//
//   - upload.go: 上传临时素材 [Upload], 上传图片 [UploadImg], 上传附件资源 [UploadAttachment]
//   - uploadbyurl.go: 生成异步上传任务 [UploadByUrl], 查询异步任务结果 [GetUploadByUrlResult],
//     [WaitUpload]
//   - download.go: 获取临时素材 [Get], 获取高清语音素材 [GetJsSdk]
package media

import (
	"fmt"
	"slices"
)

// Kinds of a file.
const (
	TypeImage = "image" // JPG or PNG, at most 10 MB
	TypeVoice = "voice" // AMR, at most 2 MB and 60 seconds
	TypeVideo = "video" // MP4, at most 10 MB
	TypeFile  = "file"  // at most 20 MB
)

const megabyte = 1 << 20

// oneOf refuses what is none of the values.
func oneOf(field, value string, values ...string) error {
	if !slices.Contains(values, value) {
		return fmt.Errorf("wecom: %s is %q: it must be one of %q", field, value, values)
	}
	return nil
}
