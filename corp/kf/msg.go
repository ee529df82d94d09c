package kf

import "github.com/gothird/wecom/corp/wire"

// Who wrote a [Msg].
const (
	FromCustomer = 3
	FromWeCom    = 4 // an event
	FromServicer = 5 // in the WeCom client
)

// Msg is a message or an event of an account. The field that MsgType names is set. meeting,
// calendar and note come without content, and so do kinds that this package does not know.
//
// Of an event, the ids of account and customer are in Event. A file that is too large (images
// and voices 2 MB, videos 10 MB, others 20 MB) comes as a text that says so.
type Msg struct {
	MsgId          string `json:"msgid"`
	MsgType        string `json:"msgtype"`
	Origin         int    `json:"origin"` // FromCustomer, …
	OpenKfId       string `json:"open_kfid"`
	ExternalUserId string `json:"external_userid"`
	ServicerUserId string `json:"servicer_userid"` // FromServicer only
	SendTime       int64  `json:"send_time"`       // Unix seconds

	Text                *Text             `json:"text"`
	Image               *wire.Media       `json:"image"` // for media.Get
	Voice               *wire.Media       `json:"voice"`
	Video               *wire.Video       `json:"video"`
	File                *wire.Media       `json:"file"`
	Location            *Location         `json:"location"`
	Link                *Link             `json:"link"`
	BusinessCard        *BusinessCard     `json:"business_card"`
	MiniProgram         *wire.MiniProgram `json:"miniprogram"`
	MsgMenu             *Menu             `json:"msgmenu"`
	Channels            *ChannelsPost     `json:"channels"`
	ChannelsShopProduct *ShopProduct      `json:"channels_shop_product"`
	ChannelsShopOrder   *ShopOrder        `json:"channels_shop_order"`
	MergedMsg           *MergedMsg        `json:"merged_msg"`
	Event               *Event            `json:"event"`
}

// Text is a text of a customer, or a click on a [Menu].
type Text struct {
	wire.Text
	MenuId string `json:"menu_id"` // of the item that was clicked
}

// BusinessCard 名片: is the card of a member.
type BusinessCard struct {
	UserId string `json:"userid"`
}

// ChannelsPost 视频号: is something of 视频号.
type ChannelsPost struct {
	SubType  int    `json:"sub_type"` // 1 post, 2 live, 3 card
	NickName string `json:"nickname"`
	Title    string `json:"title"` // of a post
}

// ShopProduct 视频号商品: is a product of a shop. WeCom has two names for each picture.
type ShopProduct struct {
	ProductId     string `json:"product_id"`
	HeadImage     string `json:"head_image"`
	HeadImg       string `json:"head_img"` // older than HeadImage
	Title         string `json:"title"`
	SalesPrice    string `json:"sales_price"` // in fen
	ShopNickName  string `json:"shop_nickname"`
	ShopHeadImage string `json:"shop_head_image"`
	ShopHeadImg   string `json:"shop_head_img"` // older than ShopHeadImage
}

// ShopOrder 视频号订单: is an order in a shop.
type ShopOrder struct {
	OrderId       string `json:"order_id"`
	ProductTitles string `json:"product_titles"`
	PriceWording  string `json:"price_wording"`
	State         string `json:"state"`
	ImageUrl      string `json:"image_url"`
	ShopNickName  string `json:"shop_nickname"`
}

// MergedMsg 聊天记录: is a chat that was forwarded.
type MergedMsg struct {
	Title string       `json:"title"`
	Item  []MergedItem `json:"item"`
}

// MergedItem is one message of a [MergedMsg].
type MergedItem struct {
	SenderName string `json:"sender_name"`
	MsgType    string `json:"msgtype"`
	MsgContent string `json:"msg_content"` // JSON, as a message of that kind has
	SendTime   int64  `json:"send_time"`
}

// Types of an [Event].
const (
	EnterSession         = "enter_session" // a customer opened a link of the account, see AddContactWay
	MsgSendFail          = "msg_send_fail"
	ServicerStatusChange = "servicer_status_change"
	SessionStatusChange  = "session_status_change" // by a servicer, in the client
	UserRecallMsg        = "user_recall_msg"
	ServicerRecallMsg    = "servicer_recall_msg"
	RejectSwitchChange   = "reject_customer_msg_switch_change"
)

// Event is an event of an account. EventType says which of the fields are set.
type Event struct {
	EventType      string `json:"event_type"`
	OpenKfId       string `json:"open_kfid"`
	ExternalUserId string `json:"external_userid"` // of all but ServicerStatusChange
	ServicerUserId string `json:"servicer_userid"` // ServicerStatusChange, ServicerRecallMsg, RejectSwitchChange

	// EnterSession
	Scene          string    `json:"scene"`           // of the link
	SceneParam     string    `json:"scene_param"`     // that was appended to it
	WelcomeCode    string    `json:"welcome_code"`    // for SendMsgOnEvent, 20 seconds; "" if the customer was welcomed within 48 hours, or has written
	WechatChannels *Channels `json:"wechat_channels"` // from 视频号 only

	// MsgSendFail
	FailMsgId string `json:"fail_msgid"`
	FailType  int    `json:"fail_type"` // 0 unknown, 1 account deleted, 2 app closed, 4 older than 48 hours, 5 conversation closed, 6 more than 5, 8 corp not verified, 10 refused by the customer, 11 no member has logged in to the app, 12 kind forbidden by the component, 13 safety limit

	// ServicerStatusChange
	Status   int `json:"status"`    // 1 receiving, 2 stopped
	StopType int `json:"stop_type"` // with status 2: 0 stopped, 1 suspended

	// SessionStatusChange
	ChangeType        int    `json:"change_type"` // 1 taken from the pool, 2 handed over, 3 ended, 4 taken up again
	OldServicerUserId string `json:"old_servicer_userid"`
	NewServicerUserId string `json:"new_servicer_userid"`
	MsgCode           string `json:"msg_code"` // of 1 and 3: for SendMsgOnEvent

	RecallMsgId  string `json:"recall_msgid"`  // UserRecallMsg, ServicerRecallMsg
	RejectSwitch int    `json:"reject_switch"` // RejectSwitchChange: 1 the servicer refuses messages of the customer, 0 no longer
}
