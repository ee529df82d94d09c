package callback

// TextMessage 文本消息.
// https://developer.work.weixin.qq.com/document/path/90375
type TextMessage struct {
	Content string `json:"Content" xml:"Content"`
	MsgId   int64  `json:"MsgId" xml:"MsgId"`
}

// ImageMessage 图片消息.
// https://developer.work.weixin.qq.com/document/path/90375
type ImageMessage struct {
	PicUrl  string `json:"PicUrl" xml:"PicUrl"`
	MediaId string `json:"MediaId" xml:"MediaId"` // good for three days
	MsgId   int64  `json:"MsgId" xml:"MsgId"`
}

// VoiceMessage 语音消息.
// https://developer.work.weixin.qq.com/document/path/90375
type VoiceMessage struct {
	MediaId string `json:"MediaId" xml:"MediaId"` // good for three days
	Format  string `json:"Format" xml:"Format"`   // amr, speex, …
	MsgId   int64  `json:"MsgId" xml:"MsgId"`
}

// VideoMessage 视频消息.
// https://developer.work.weixin.qq.com/document/path/90375
type VideoMessage struct {
	MediaId      string `json:"MediaId" xml:"MediaId"` // good for three days
	ThumbMediaId string `json:"ThumbMediaId" xml:"ThumbMediaId"`
	MsgId        int64  `json:"MsgId" xml:"MsgId"`
}

// LocationMessage 位置消息, in decimal degrees.
// https://developer.work.weixin.qq.com/document/path/90375
type LocationMessage struct {
	LocationX string `json:"Location_X" xml:"Location_X"` // latitude
	LocationY string `json:"Location_Y" xml:"Location_Y"` // longitude
	Scale     int    `json:"Scale" xml:"Scale"`
	Label     string `json:"Label" xml:"Label"`     // address
	AppType   string `json:"AppType" xml:"AppType"` // wxwork; "" from the WeChat plugin
	MsgId     int64  `json:"MsgId" xml:"MsgId"`
}

// LinkMessage 链接消息.
// https://developer.work.weixin.qq.com/document/path/90375
type LinkMessage struct {
	Title       string `json:"Title" xml:"Title"`
	Description string `json:"Description" xml:"Description"`
	Url         string `json:"Url" xml:"Url"`
	PicUrl      string `json:"PicUrl" xml:"PicUrl"`
	MsgId       int64  `json:"MsgId" xml:"MsgId"`
}

// messageId gives the MsgId of a message, 0 for anything else.
func messageId(event any) int64 {
	switch m := event.(type) {
	case *TextMessage:
		return m.MsgId
	case *ImageMessage:
		return m.MsgId
	case *VoiceMessage:
		return m.MsgId
	case *VideoMessage:
		return m.MsgId
	case *LocationMessage:
		return m.MsgId
	case *LinkMessage:
		return m.MsgId
	}
	return 0
}
