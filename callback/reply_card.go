package callback

// TemplateCard 模板卡片 is the card of a [CardReply]. Which parts a card has depends on its
// CardType; nil and empty parts are left out.
// https://developer.work.weixin.qq.com/document/path/90377
type TemplateCard struct {
	CardType              string                  // text_notice, news_notice, button_interaction, vote_interaction, multiple_interaction
	Source                *CardSource             `xml:",omitempty" json:",omitempty"`
	ActionMenu            *CardActionMenu         `xml:",omitempty" json:",omitempty"` // notices and buttons
	MainTitle             *CardTitle              `xml:",omitempty" json:",omitempty"`
	QuoteArea             *CardQuote              `xml:",omitempty" json:",omitempty"` // notices and buttons
	EmphasisContent       *CardTitle              `xml:",omitempty" json:",omitempty"` // text_notice
	SubTitleText          string                  `xml:",omitempty" json:",omitempty"` // text_notice and buttons
	ImageTextArea         *CardImageText          `xml:",omitempty" json:",omitempty"` // news_notice
	CardImage             *CardImage              `xml:",omitempty" json:",omitempty"` // news_notice
	VerticalContentList   []CardTitle             `xml:",omitempty" json:",omitempty"` // news_notice, up to 4
	HorizontalContentList []CardHorizontalContent `xml:",omitempty" json:",omitempty"` // notices and buttons, up to 6
	JumpList              []CardJump              `xml:",omitempty" json:",omitempty"` // notices, up to 3
	CardAction            *CardLink               `xml:",omitempty" json:",omitempty"` // click on the whole card
	ButtonSelection       *CardSelect             `xml:",omitempty" json:",omitempty"` // buttons
	ButtonList            []CardButton            `xml:",omitempty" json:",omitempty"` // buttons, up to 6
	CheckBox              *CardCheckBox           `xml:",omitempty" json:",omitempty"` // vote_interaction
	SelectList            []CardSelect            `xml:",omitempty" json:",omitempty"` // multiple_interaction, up to 3
	SubmitButton          *CardSubmit             `xml:",omitempty" json:",omitempty"` // votes and selections
	ReplaceText           string                  `xml:",omitempty" json:",omitempty"` // in place of the buttons, once clicked
}

// CardSource says where a card comes from.
type CardSource struct {
	IconUrl   string `xml:",omitempty" json:",omitempty"`
	Desc      string `xml:",omitempty" json:",omitempty"`
	DescColor int    `xml:",omitempty" json:",omitempty"` // 0 grey, 1 black, 2 red, 3 green
}

// CardActionMenu is the menu in the corner of a card.
type CardActionMenu struct {
	Desc       string          `xml:",omitempty" json:",omitempty"`
	ActionList []CardMenuEntry // 1 to 3
}

// CardMenuEntry is one entry of a [CardActionMenu]; Key comes back as EventKey.
type CardMenuEntry struct {
	Text, Key string
}

// CardTitle is a title with a smaller text below.
type CardTitle struct {
	Title string `xml:",omitempty" json:",omitempty"`
	Desc  string `xml:",omitempty" json:",omitempty"`
}

// CardLink is where a click leads: Type 0 nowhere, 1 Url, 2 the mini program AppId.
type CardLink struct {
	Type     int    `xml:",omitempty" json:",omitempty"`
	Url      string `xml:",omitempty" json:",omitempty"`
	AppId    string `xml:",omitempty" json:",omitempty"`
	PagePath string `xml:",omitempty" json:",omitempty"`
}

// CardQuote is a quotation.
type CardQuote struct {
	CardLink
	Title     string `xml:",omitempty" json:",omitempty"`
	QuoteText string `xml:",omitempty" json:",omitempty"`
}

// CardImageText is an image next to a text.
type CardImageText struct {
	CardLink
	Title    string `xml:",omitempty" json:",omitempty"`
	Desc     string `xml:",omitempty" json:",omitempty"`
	ImageUrl string
}

// CardImage is the image of a card.
type CardImage struct {
	Url         string
	AspectRatio float64 `xml:",omitempty" json:",omitempty"` // above 1.3, below 2.25; 0: 1.3
}

// CardHorizontalContent is a row of a name and a value. Type: 0 text, 1 Url, 2 file, 3
// member.
type CardHorizontalContent struct {
	Type    int `xml:",omitempty" json:",omitempty"`
	KeyName string
	Value   string `xml:",omitempty" json:",omitempty"`
	Url     string `xml:",omitempty" json:",omitempty"`
	MediaId string `xml:",omitempty" json:",omitempty"` // of the file
	UserId  string `xml:",omitempty" json:",omitempty"` // of the member
}

// CardJump is a line with a link.
type CardJump struct {
	CardLink
	Title string
}

// CardButton is a button; Key comes back as EventKey.
type CardButton struct {
	Text  string
	Style int `xml:",omitempty" json:",omitempty"` // 1 to 4
	Key   string
}

// CardSelect is a question with one answer.
type CardSelect struct {
	QuestionKey string
	Title       string       `xml:",omitempty" json:",omitempty"`
	Disable     bool         `xml:",omitempty" json:",omitempty"`
	SelectedId  string       `xml:",omitempty" json:",omitempty"`
	OptionList  []CardOption // 1 to 10
}

// CardCheckBox is a question with one (Mode 0) or several answers (Mode 1).
type CardCheckBox struct {
	QuestionKey string
	Disable     bool         `xml:",omitempty" json:",omitempty"`
	Mode        int          `xml:",omitempty" json:",omitempty"`
	OptionList  []CardOption // 1 to 20
}

// CardOption is one possible answer.
type CardOption struct {
	Id, Text  string
	IsChecked bool `xml:",omitempty" json:",omitempty"` // in a [CardCheckBox]
}

// CardSubmit is the button that sends the answers; Key comes back as EventKey.
type CardSubmit struct {
	Text, Key string
}
