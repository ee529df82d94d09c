package wire

// News 图文消息: is a message of 1 to 8 links.
type News struct {
	Articles []Article `json:"articles"`
}

// Article is one link of a [News]. It opens Url, or a mini program.
type Article struct {
	Title       string `json:"title"`                 // at most 128 bytes
	Description string `json:"description,omitempty"` // at most 512 bytes
	Url         string `json:"url,omitempty"`         // at most 2048 bytes; ignored where AppId is set
	PicUrl      string `json:"picurl,omitempty"`      // JPG or PNG; 1068 x 455 large, 150 x 150 small
	AppId       string `json:"appid,omitempty"`       // only in messages of an app, together with PagePath
	PagePath    string `json:"pagepath,omitempty"`    // at most 128 bytes
}

// MpNews 图文消息（mpnews）: is a message of 1 to 8 articles that WeCom stores.
type MpNews struct {
	Articles []MpArticle `json:"articles"`
}

// MpArticle is one article of an [MpNews].
type MpArticle struct {
	Title            string `json:"title"` // at most 128 bytes
	ThumbMediaId     string `json:"thumb_media_id"`
	Author           string `json:"author,omitempty"`             // at most 64 bytes
	ContentSourceUrl string `json:"content_source_url,omitempty"` // behind 阅读原文
	Content          string `json:"content"`                      // HTML, at most 666 KB; images from media.UploadImg
	Digest           string `json:"digest,omitempty"`             // at most 512 bytes
}
