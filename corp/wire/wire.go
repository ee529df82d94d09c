// Package wire holds objects of WeCom that several packages below corp share. Their fields have
// WeCom's own JSON names. Limits that depend on the use are in the comments of the field or
// function that takes the object.
//
//   - messages (消息推送, 微信客服, 客户联系): [Text], [Media], [Video], [News], [MpNews],
//     [MiniProgram], [Link], [Attachment]
//   - uploads (素材管理): [File], made by [Bytes] or [Path], and [Uploaded]
//   - profiles of members (通讯录管理, 客户联系): [ExternalProfile], [Attr]
package wire

// Text is a text that WeCom wraps into an object.
type Text struct {
	Content string `json:"content"`
}

// Media is a file that was uploaded: an image, a voice, a video or any other.
type Media struct {
	MediaId string `json:"media_id"`
}

// Video 视频: is a video with its title and description.
type Video struct {
	MediaId     string `json:"media_id"`
	Title       string `json:"title,omitempty"`       // at most 128 bytes, the rest is cut
	Description string `json:"description,omitempty"` // at most 512 bytes, the rest is cut
}

// MiniProgram 小程序: is a card that opens a mini program.
type MiniProgram struct {
	AppId        string `json:"appid"`
	PagePath     string `json:"pagepath"`
	Title        string `json:"title,omitempty"`
	ThumbMediaId string `json:"thumb_media_id"` // the cover
}
