package callback

import (
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/redact"
)

// What members do in the app: menu, cards, position (应用菜单与模板卡片), on 数据回调URL.
const (
	KItSubscribe             EventKind = "subscribe"
	KItUnsubscribe           EventKind = "unsubscribe"
	KItEnterAgent            EventKind = "enter_agent"
	KItLocation              EventKind = "LOCATION"
	KItClick                 EventKind = "click"
	KItView                  EventKind = "view"
	KItViewMiniProgram       EventKind = "view_miniprogram"
	KItScanCodePush          EventKind = "scancode_push"
	KItScanCodeWaitMsg       EventKind = "scancode_waitmsg"
	KItPicSysPhoto           EventKind = "pic_sysphoto"
	KItPicPhotoOrAlbum       EventKind = "pic_photo_or_album"
	KItPicWeixin             EventKind = "pic_weixin"
	KItLocationSelect        EventKind = "location_select"
	KItTaskCardClick         EventKind = "taskcard_click"
	KItTemplateCardEvent     EventKind = "template_card_event"
	KItTemplateCardMenuEvent EventKind = "template_card_menu_event"
)

// MenuEvent 应用菜单事件: a member can now see the app (subscribe) or no longer can
// (unsubscribe), entered it, or clicked an entry of its menu. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type MenuEvent struct {
	EventKey string `json:"EventKey" xml:"EventKey"` // click: key of the entry; view: its URL; view_miniprogram: its path
}

// LocationEvent 上报地理位置: where the member is, in decimal degrees. It arrives on the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type LocationEvent struct {
	Latitude  string `json:"Latitude" xml:"Latitude" wecom:"trim"`
	Longitude string `json:"Longitude" xml:"Longitude" wecom:"trim"`
	Precision string `json:"Precision" xml:"Precision" wecom:"trim"`
	AppType   string `json:"AppType" xml:"AppType"` // wxwork; "" from the WeChat plugin
}

// ScanCodeEvent 扫码: a member scanned something from the menu. It arrives on the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type ScanCodeEvent struct {
	EventKey     string       `json:"EventKey" xml:"EventKey"`
	ScanCodeInfo ScanCodeInfo `json:"ScanCodeInfo" xml:"ScanCodeInfo"`
}

// ScanCodeInfo is what was scanned.
type ScanCodeInfo struct {
	ScanType   string `json:"ScanType" xml:"ScanType"` // such as qrcode
	ScanResult string `json:"ScanResult" xml:"ScanResult"`
}

// PicEvent 发图: a member sent pictures from the menu; they follow as messages. It arrives on
// the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type PicEvent struct {
	EventKey     string       `json:"EventKey" xml:"EventKey"`
	SendPicsInfo SendPicsInfo `json:"SendPicsInfo" xml:"SendPicsInfo"`
}

// SendPicsInfo lists the pictures.
type SendPicsInfo struct {
	Count   int   `json:"Count" xml:"Count"`
	PicList []Pic `json:"PicList" xml:"PicList>item"`
}

// Pic is one picture.
type Pic struct {
	PicMd5Sum string `json:"PicMd5Sum" xml:"PicMd5Sum"`
}

// LocationSelectEvent 发送位置: a member chose a place from the menu. It arrives on the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type LocationSelectEvent struct {
	EventKey         string           `json:"EventKey" xml:"EventKey"`
	SendLocationInfo SendLocationInfo `json:"SendLocationInfo" xml:"SendLocationInfo"`
	AppType          string           `json:"AppType" xml:"AppType"`
}

// SendLocationInfo is the place.
type SendLocationInfo struct {
	LocationX string `json:"Location_X" xml:"Location_X" wecom:"trim"` // latitude
	LocationY string `json:"Location_Y" xml:"Location_Y" wecom:"trim"` // longitude
	Scale     string `json:"Scale" xml:"Scale" wecom:"trim"`
	Label     string `json:"Label" xml:"Label"` // address
	PoiName   string `json:"Poiname" xml:"Poiname"`
}

// TaskCardEvent 任务卡片点击: a button of a task card, which WeCom has retired. It arrives on
// the 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type TaskCardEvent struct {
	EventKey string `json:"EventKey" xml:"EventKey"`
	TaskId   string `json:"TaskId" xml:"TaskId"`
	AgentId  int64  `json:"AgentId" xml:"AgentId"` // in this event, in place of [EventNotify.AgentID]
}

// TemplateCardEvent 模板卡片点击: a button or the menu of a template card. It arrives on the
// 数据回调URL.
// https://developer.work.weixin.qq.com/document/path/90376
type TemplateCardEvent struct {
	EventKey      string         `json:"EventKey" xml:"EventKey"`
	TaskId        string         `json:"TaskId" xml:"TaskId"`
	CardType      string         `json:"CardType" xml:"CardType"`         // text_notice, news_notice, button_interaction, vote_interaction or multiple_interaction
	ResponseCode  string         `json:"ResponseCode" xml:"ResponseCode"` // updates the card once within 72 hours
	SelectedItems []SelectedItem `json:"SelectedItems" xml:"SelectedItems>SelectedItem"`
}

// SelectedItem is the answer to one question of a card.
type SelectedItem struct {
	QuestionKey string   `json:"QuestionKey" xml:"QuestionKey"`
	OptionIds   []string `json:"OptionIds" xml:"OptionIds>OptionId" wecom:"or=OpitonIds>OpitonId"`
}

func (e TemplateCardEvent) masked() any {
	type plain TemplateCardEvent
	e.ResponseCode = redact.Mask(e.ResponseCode)
	return plain(e)
}

// Format prints the event with its code masked.
func (e TemplateCardEvent) Format(s fmt.State, verb rune) { format(s, verb, e.masked()) }

// LogValue logs the event with its code masked.
func (e TemplateCardEvent) LogValue() slog.Value { return slog.AnyValue(e.masked()) }
