package kf

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/corp/internal/wirecheck"
	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
)

// Content is the content of a message to a customer: set one of the fields. WeCom's msgtype
// follows from it. Files are temporary media, from media.Upload.
type Content struct {
	Text        *wire.Text        `json:"text,omitempty"` // at most 2048 bytes, the rest is cut
	Image       *wire.Media       `json:"image,omitempty"`
	Voice       *wire.Media       `json:"voice,omitempty"`
	Video       *wire.Video       `json:"video,omitempty"`
	File        *wire.Media       `json:"file,omitempty"`
	Link        *Link             `json:"link,omitempty"`
	MiniProgram *wire.MiniProgram `json:"miniprogram,omitempty"` // its PagePath ends in .html, before the query
	MsgMenu     *Menu             `json:"msgmenu,omitempty"`
	Location    *Location         `json:"location,omitempty"`
	CaLink      *CaLink           `json:"ca_link,omitempty"`
}

// Link 图文链接: is a card that opens a page.
type Link struct {
	Url          string `json:"url"`   // at most 2048 bytes, with http:// or https://
	Title        string `json:"title"` // at most 128 bytes, the rest is cut
	Desc         string `json:"desc,omitempty"`
	ThumbMediaId string `json:"thumb_media_id,omitempty"` // must be set to send it
	PicUrl       string `json:"pic_url,omitempty"`        // the picture of one that was received
}

// Location 地理位置: is a place.
type Location struct {
	Latitude  float64 `json:"latitude"`  // degrees, north is positive
	Longitude float64 `json:"longitude"` // degrees, east is positive
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// CaLink 获客链接: is a link of 获客助手, as a card.
type CaLink struct {
	LinkUrl string `json:"link_url"`
}

// kind is the msgtype of the content, or why it can't be sent.
func (c Content) kind() (string, error) {
	kind, err := check.OneKind("the message", c)
	return kind, cmp.Or(err, wirecheck.Text("text", c.Text), wirecheck.Media("image", c.Image), wirecheck.Media("voice", c.Voice),
		wirecheck.Video("video", c.Video), wirecheck.Media("file", c.File), wirecheck.MiniProgram("miniprogram", c.MiniProgram), c.checkOwn())
}

// checkOwn looks at what only this package has.
func (c Content) checkOwn() error {
	switch {
	case c.Link != nil:
		return cmp.Or(check.Id("link.url", c.Link.Url, 2048), check.Required("link.title", c.Link.Title), check.Required("link.thumb_media_id", c.Link.ThumbMediaId))
	case c.MsgMenu != nil:
		return c.MsgMenu.check(50)
	case c.Location != nil:
		return c.Location.check()
	case c.CaLink != nil:
		return check.Required("ca_link.link_url", c.CaLink.LinkUrl)
	}
	return nil
}

func (l Location) check() error {
	for _, f := range []struct {
		name        string
		value, most float64
	}{{"latitude", l.Latitude, 90}, {"longitude", l.Longitude, 180}} {
		if !(f.value >= -f.most && f.value <= f.most) { // NaN is neither
			return fmt.Errorf("wecom: location.%s is %v: it must be -%v to %v", f.name, f.value, f.most, f.most)
		}
	}
	return nil
}
