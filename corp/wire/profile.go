package wire

// ExternalProfile 对外属性: is the part of a member's profile that people outside the corp see.
type ExternalProfile struct {
	ExternalCorpName string          `json:"external_corp_name,omitempty"`
	WechatChannels   *WechatChannels `json:"wechat_channels,omitempty"`
	ExternalAttr     []Attr          `json:"external_attr,omitempty"`
}

// WechatChannels is the 视频号 that a profile shows.
type WechatChannels struct {
	NickName string `json:"nickname"` // of one that is bound to the corp
	Status   int    `json:"status,omitempty"`
}

// Types of an attribute.
const (
	AttrTypeText        = 0
	AttrTypeWeb         = 1
	AttrTypeMiniProgram = 2 // in profiles only
)

// Attr 属性: is an attribute of a member, or of a profile. Type says which of the others is set.
type Attr struct {
	Type        int              `json:"type"`
	Name        string           `json:"name"`
	Text        *AttrText        `json:"text,omitempty"`
	Web         *AttrWeb         `json:"web,omitempty"`
	MiniProgram *AttrMiniProgram `json:"miniprogram,omitempty"`
}

// AttrText is an attribute of text.
type AttrText struct {
	Value string `json:"value"` // at most 64 characters
}

// AttrWeb is an attribute that is a link. If both fields are empty, the attribute is cleared.
type AttrWeb struct {
	Title string `json:"title"` // at most 12 characters
	Url   string `json:"url"`   // with http:// or https://
}

// AttrMiniProgram is an attribute that opens a mini program.
type AttrMiniProgram struct {
	AppId    string `json:"appid"`
	PagePath string `json:"pagepath"`
	Title    string `json:"title"`
}
