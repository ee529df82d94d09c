package wire

// Attachment 附件: is what members send to customers beside a text. One of the pointers is set;
// in a request, MsgType follows from it.
type Attachment struct {
	MsgType     string           `json:"msgtype"`
	Image       *Image           `json:"image,omitempty"`
	Link        *Link            `json:"link,omitempty"`
	MiniProgram *MiniProgramPage `json:"miniprogram,omitempty"`
	Video       *Media           `json:"video,omitempty"`
	File        *Media           `json:"file,omitempty"`
}

// Image 图片: is a picture that was uploaded, named by one of the two. MediaId takes precedence.
type Image struct {
	MediaId string `json:"media_id,omitempty"`
	PicUrl  string `json:"pic_url,omitempty"` // from media.UploadImg, no other
}

// Link 图文链接: is a card that opens a page.
type Link struct {
	Title  string `json:"title"`            // at most 128 bytes
	PicUrl string `json:"picurl,omitempty"` // the cover
	Desc   string `json:"desc,omitempty"`   // at most 512 bytes
	Url    string `json:"url"`
}

// MiniProgramPage 小程序页面: is a card that opens a page of a mini program, which must be linked
// to the corp. Messages of apps have a [MiniProgram] instead.
type MiniProgramPage struct {
	Title      string `json:"title"`        // at most 64 bytes
	PicMediaId string `json:"pic_media_id"` // the cover, best 520 x 416
	AppId      string `json:"appid"`
	Page       string `json:"page"`
}
