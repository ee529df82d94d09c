package message

// Kinds of a [TemplateCard].
const (
	TextNotice          = "text_notice"          // 文本通知型
	NewsNotice          = "news_notice"          // 图文展示型
	ButtonInteraction   = "button_interaction"   // 按钮交互型
	VoteInteraction     = "vote_interaction"     // 投票选择型
	MultipleInteraction = "multiple_interaction" // 多项选择型
)

// TemplateCard 模板卡片消息: is a card of one of five kinds. Every kind takes Source and
// MainTitle; the comments of the other fields name the kinds that take them. If no limit is
// named, a length is the one that WeCom recommends.
//
// Cards that answer (buttons, votes, selections, and notices with an ActionMenu) need a TaskId
// and a callback URL of the app, where the event template_card_event arrives.
type TemplateCard struct {
	CardType              string           `json:"card_type"`
	Source                *CardSource      `json:"source,omitempty"`
	ActionMenu            *CardActionMenu  `json:"action_menu,omitempty"`             // notices, buttons
	TaskId                string           `json:"task_id,omitempty"`                 // at most 128 digits, letters and _-@; new for each message. Not in updates
	MainTitle             *CardTitle       `json:"main_title,omitempty"`              // a text_notice has this or SubTitleText, all others have it
	QuoteArea             *CardQuote       `json:"quote_area,omitempty"`              // notices, buttons
	EmphasisContent       *CardTitle       `json:"emphasis_content,omitempty"`        // text_notice
	SubTitleText          string           `json:"sub_title_text,omitempty"`          // text_notice, buttons; 160 characters
	ImageTextArea         *CardImageText   `json:"image_text_area,omitempty"`         // news_notice: this or CardImage
	CardImage             *CardImage       `json:"card_image,omitempty"`              // news_notice
	VerticalContentList   []CardTitle      `json:"vertical_content_list,omitempty"`   // news_notice; at most 4
	HorizontalContentList []CardHorizontal `json:"horizontal_content_list,omitempty"` // notices, buttons; at most 6
	JumpList              []CardJump       `json:"jump_list,omitempty"`               // notices; at most 3
	CardAction            *CardAction      `json:"card_action,omitempty"`             // notices must have it, buttons may
	ButtonSelection       *CardSelection   `json:"button_selection,omitempty"`        // buttons
	ButtonList            []CardButton     `json:"button_list,omitempty"`             // buttons; 1 to 6
	CheckBox              *CardCheckBox    `json:"checkbox,omitempty"`                // vote
	SelectList            []CardSelection  `json:"select_list,omitempty"`             // multiple; 1 to 3
	SubmitButton          *CardSubmit      `json:"submit_button,omitempty"`           // vote, multiple
	ReplaceText           string           `json:"replace_text,omitempty"`            // updates of buttons, vote, multiple: the text of the dead button
}

// CardSource 卡片来源样式信息: is the line above a card.
type CardSource struct {
	IconUrl   string `json:"icon_url,omitempty"`   // 72 x 72
	Desc      string `json:"desc,omitempty"`       // 20 characters
	DescColor int    `json:"desc_color,omitempty"` // 0 grey, 1 black, 2 red, 3 green
}

// CardActionMenu 卡片右上角更多操作按钮: is the menu of a card, of 1 to 3 entries.
type CardActionMenu struct {
	Desc       string           `json:"desc,omitempty"`
	ActionList []CardMenuAction `json:"action_list"`
}

// CardMenuAction is an entry of a [CardActionMenu].
type CardMenuAction struct {
	Text string `json:"text"`
	Key  string `json:"key"` // at most 1024 bytes; EventKey of the event
}

// CardTitle is a title with a text.
type CardTitle struct {
	Title string `json:"title,omitempty"`
	Desc  string `json:"desc,omitempty"`
}

// What a click on a part of a card opens.
const (
	OpensNothing     = 0
	OpensUrl         = 1
	OpensMiniProgram = 2
	OpensFile        = 2 // of a CardHorizontal
	OpensMember      = 3 // of a CardHorizontal
)

// CardAction 整体卡片的点击跳转事件: is what a click on a card opens.
type CardAction struct {
	Type     int    `json:"type,omitempty"`
	Url      string `json:"url,omitempty"`
	AppId    string `json:"appid,omitempty"`
	PagePath string `json:"pagepath,omitempty"`
}

// CardQuote 引用文献样式: is what a card quotes.
type CardQuote struct {
	CardAction
	Title     string `json:"title,omitempty"`
	QuoteText string `json:"quote_text,omitempty"`
}

// CardImageText 左图右文样式: is a text beside an image.
type CardImageText struct {
	CardAction
	Title    string `json:"title,omitempty"`
	Desc     string `json:"desc,omitempty"`
	ImageUrl string `json:"image_url"`
}

// CardImage 图片样式: is the image of a card.
type CardImage struct {
	Url         string  `json:"url"`
	AspectRatio float64 `json:"aspect_ratio,omitempty"` // width by height, above 1.3 and below 2.25; 0: 1.3
}

// CardHorizontal 二级标题+文本: is a line of a card.
type CardHorizontal struct {
	Type    int    `json:"type,omitempty"`  // OpensUrl, OpensFile or OpensMember
	KeyName string `json:"keyname"`         // 5 characters
	Value   string `json:"value,omitempty"` // 30 characters; with OpensFile the file's name
	Url     string `json:"url,omitempty"`
	MediaId string `json:"media_id,omitempty"`
	UserId  string `json:"userid,omitempty"`
}

// CardJump 跳转指引样式: is a link below a card.
type CardJump struct {
	CardAction
	Title string `json:"title"` // 18 characters
}

// CardButton 按钮: is a button of a card.
type CardButton struct {
	Type  int    `json:"type,omitempty"`  // 0: the event comes; 1: Url opens
	Text  string `json:"text"`            // 10 characters
	Style int    `json:"style,omitempty"` // 1 to 4
	Key   string `json:"key,omitempty"`   // at most 1024 bytes; EventKey of the event
	Url   string `json:"url,omitempty"`
}

// CardSelection 下拉式的选择器: is a list to choose one from.
type CardSelection struct {
	QuestionKey string           `json:"question_key"` // at most 1024 bytes
	Title       string           `json:"title,omitempty"`
	SelectedId  string           `json:"selected_id,omitempty"` // "": the first
	Disable     bool             `json:"disable,omitempty"`     // updates only
	OptionList  []CardSelectable `json:"option_list"`           // 1 to 10
}

// CardSelectable is an entry of a [CardSelection].
type CardSelectable struct {
	Id   string `json:"id"` // at most 128 bytes
	Text string `json:"text"`
}

// CardCheckBox 选择题样式: is a question with options to tick.
type CardCheckBox struct {
	QuestionKey string       `json:"question_key"`      // at most 1024 bytes
	Mode        int          `json:"mode,omitempty"`    // 0: one, 1: several
	Disable     bool         `json:"disable,omitempty"` // updates only
	OptionList  []CardOption `json:"option_list"`       // 1 to 20
}

// CardOption is an option of a [CardCheckBox].
type CardOption struct {
	Id        string `json:"id"`   // at most 128 bytes
	Text      string `json:"text"` // 17 characters
	IsChecked bool   `json:"is_checked"`
	Disable   bool   `json:"disable,omitempty"` // updates only
}

// CardSubmit 提交按钮样式: is the button that submits.
type CardSubmit struct {
	Text string `json:"text"` // 10 characters
	Key  string `json:"key"`  // at most 1024 bytes; EventKey of the event
}
