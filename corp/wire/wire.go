// Package wire holds WeCom's objects that several packages of the corp side share. Each has
// WeCom's own JSON names; what a field may hold is said where it is used.
package wire

// Text is a text, where WeCom wraps it into an object.
type Text struct {
	Content string `json:"content"`
}

// Media is a file that was uploaded: an image, a voice, a video or any other.
type Media struct {
	MediaId string `json:"media_id"`
}

// Video 视频: is a video with what stands beside it.
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
