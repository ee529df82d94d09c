package callback

import "strconv"

// TextMessage 文本消息. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90375
type TextMessage struct {
	Content string `json:"Content" xml:"Content"`
	MsgId   string `json:"MsgId" xml:"MsgId"` // mostly a number: MsgNumber
}

// ImageMessage 图片消息. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90375
type ImageMessage struct {
	PicUrl  string `json:"PicUrl" xml:"PicUrl"`
	MediaId string `json:"MediaId" xml:"MediaId"` // valid for three days
	MsgId   string `json:"MsgId" xml:"MsgId"`     // mostly a number: MsgNumber
}

// VoiceMessage 语音消息. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90375
type VoiceMessage struct {
	MediaId string `json:"MediaId" xml:"MediaId"`            // valid for three days
	Format  string `json:"Format" xml:"Format" wecom:"trim"` // amr, speex, …
	MsgId   string `json:"MsgId" xml:"MsgId"`                // mostly a number: MsgNumber
}

// VideoMessage 视频消息. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90375
type VideoMessage struct {
	MediaId      string `json:"MediaId" xml:"MediaId"` // valid for three days
	ThumbMediaId string `json:"ThumbMediaId" xml:"ThumbMediaId"`
	MsgId        string `json:"MsgId" xml:"MsgId"` // mostly a number: MsgNumber
}

// LocationMessage 位置消息, in decimal degrees. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90375
type LocationMessage struct {
	LocationX string `json:"Location_X" xml:"Location_X" wecom:"trim"` // latitude
	LocationY string `json:"Location_Y" xml:"Location_Y" wecom:"trim"` // longitude
	Scale     int    `json:"Scale" xml:"Scale"`
	Label     string `json:"Label" xml:"Label"`     // address
	AppType   string `json:"AppType" xml:"AppType"` // wxwork; "" from the WeChat plugin
	MsgId     string `json:"MsgId" xml:"MsgId"`     // mostly a number: MsgNumber
}

// LinkMessage 链接消息. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90375
type LinkMessage struct {
	Title       string `json:"Title" xml:"Title"`
	Description string `json:"Description" xml:"Description"`
	Url         string `json:"Url" xml:"Url"`
	PicUrl      string `json:"PicUrl" xml:"PicUrl"`
	MsgId       string `json:"MsgId" xml:"MsgId"` // mostly a number: MsgNumber
}

// MsgNumber is MsgId as a number, 0 if it is not one.
func (m *TextMessage) MsgNumber() int64 { return numberOf(m.MsgId) }

// MsgNumber is MsgId as a number, 0 if it is not one.
func (m *ImageMessage) MsgNumber() int64 { return numberOf(m.MsgId) }

// MsgNumber is MsgId as a number, 0 if it is not one.
func (m *VoiceMessage) MsgNumber() int64 { return numberOf(m.MsgId) }

// MsgNumber is MsgId as a number, 0 if it is not one.
func (m *VideoMessage) MsgNumber() int64 { return numberOf(m.MsgId) }

// MsgNumber is MsgId as a number, 0 if it is not one.
func (m *LocationMessage) MsgNumber() int64 { return numberOf(m.MsgId) }

// MsgNumber is MsgId as a number, 0 if it is not one.
func (m *LinkMessage) MsgNumber() int64 { return numberOf(m.MsgId) }

func numberOf(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
