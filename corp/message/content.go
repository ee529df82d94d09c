package message

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
)

// Content is the content of a message: set one of the fields. WeCom's msgtype follows from it.
type Content struct {
	Text              *wire.Text         `json:"text,omitempty"` // at most 2048 bytes, the rest is cut; line breaks and <a href>
	Image             *wire.Media        `json:"image,omitempty"`
	Voice             *wire.Media        `json:"voice,omitempty"`
	Video             *wire.Video        `json:"video,omitempty"`
	File              *wire.Media        `json:"file,omitempty"`
	TextCard          *TextCard          `json:"textcard,omitempty"`
	News              *wire.News         `json:"news,omitempty"`
	MpNews            *wire.MpNews       `json:"mpnews,omitempty"`
	Markdown          *wire.Text         `json:"markdown,omitempty"` // at most 2048 bytes: headings, bold, links, inline code, quotes, three font colours
	MiniProgramNotice *MiniProgramNotice `json:"miniprogram_notice,omitempty"`
	TemplateCard      *TemplateCard      `json:"template_card,omitempty"`
	TemplateMsg       *TemplateMsg       `json:"template_msg,omitempty"` // third-party apps only
}

// TextCard 文本卡片消息: is a card with a text that opens a page.
type TextCard struct {
	Title       string `json:"title"`       // at most 128 characters, the rest is cut
	Description string `json:"description"` // at most 512 characters, the rest is cut; <br> and <div class="gray|highlight|normal">
	Url         string `json:"url"`         // at most 2048 bytes, with http:// or https://
	BtnTxt      string `json:"btntxt,omitempty"`
}

// MiniProgramNotice 小程序通知消息: is a notice that opens the app's mini program.
type MiniProgramNotice struct {
	AppId             string        `json:"appid"`
	Page              string        `json:"page,omitempty"`        // at most 1024 bytes; empty: it opens nothing
	Title             string        `json:"title"`                 // 4 to 12 characters
	Description       string        `json:"description,omitempty"` // 4 to 12 characters
	EmphasisFirstItem bool          `json:"emphasis_first_item,omitempty"`
	ContentItem       []ContentItem `json:"content_item,omitempty"` // at most 10
}

// ContentItem is one line of a notice, or one value of a template.
type ContentItem struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// TemplateMsg 应用模板消息: fills a template that WeCom has approved for the provider. It opens
// the mini program or, without one, the page.
type TemplateMsg struct {
	TemplateId  string               `json:"template_id"`
	Url         string               `json:"url,omitempty"` // at most 2048 bytes, with http:// or https://
	MiniProgram *TemplateMiniProgram `json:"miniprogram,omitempty"`
	ContentItem []ContentItem        `json:"content_item"` // 1 to 5, as the template has: keys of at most 20, values of at most 40 characters
}

// TemplateMiniProgram is what a [TemplateMsg] opens.
type TemplateMiniProgram struct {
	AppId    string `json:"appid"`
	PagePath string `json:"pagepath"`
}

// kind is the msgtype of the content. It refuses what WeCom would.
func (c Content) kind() (string, error) {
	kind, err := check.OneKind("the message", c)
	return kind, cmp.Or(err, wirecheck.Text("text", c.Text), wirecheck.Media("image", c.Image), wirecheck.Media("voice", c.Voice),
		wirecheck.Video("video", c.Video), wirecheck.Media("file", c.File), wirecheck.News("news", c.News), wirecheck.MpNews("mpnews", c.MpNews),
		c.checkText(), c.checkTemplates())
}

func (c Content) checkText() error {
	if c.Markdown != nil {
		return check.Id("markdown.content", c.Markdown.Content, 2048)
	}
	if t := c.TextCard; t != nil {
		return cmp.Or(check.Required("textcard.title", t.Title), check.Required("textcard.description", t.Description),
			check.Id("textcard.url", t.Url, 2048), check.Runes("textcard.btntxt", t.BtnTxt, 4))
	}
	return nil
}

func (c Content) checkTemplates() error {
	if c.TemplateCard != nil {
		return c.TemplateCard.check(true)
	}
	if n := c.MiniProgramNotice; n != nil {
		return cmp.Or(check.Required("miniprogram_notice.appid", n.AppId), check.Required("miniprogram_notice.title", n.Title),
			check.Bytes("miniprogram_notice.page", n.Page, 1024), check.Items("miniprogram_notice.content_item", len(n.ContentItem), 10),
			checkItems("miniprogram_notice", n.ContentItem, 10, 30))
	}
	if t := c.TemplateMsg; t != nil {
		return t.check()
	}
	return nil
}

func (t TemplateMsg) check() error {
	opens := t.Url
	if t.MiniProgram != nil {
		opens = t.MiniProgram.AppId
	}
	return cmp.Or(check.Id("template_msg.template_id", t.TemplateId, 64), check.Required("template_msg.url", opens), check.Bytes("template_msg.url", t.Url, 2048),
		check.Between("the number of template_msg.content_item", len(t.ContentItem), 1, 5), checkItems("template_msg", t.ContentItem, 20, 40))
}

func checkItems(field string, items []ContentItem, key, value int) error {
	for i, item := range items {
		at := fmt.Sprintf("%s.content_item[%d].", field, i)
		if err := cmp.Or(check.Runes(at+"key", item.Key, key), check.Runes(at+"value", item.Value, value)); err != nil {
			return err
		}
	}
	return nil
}
