// Package wirecheck validates objects of package wire before they are sent, as check does
// with plain values. An object that is nil has no error.
package wirecheck

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
)

const (
	maxArticles = 8
	maxHTML     = 666 << 10 // bytes of one article
)

// Text returns an error for a text without a word.
func Text(field string, t *wire.Text) error {
	if t == nil {
		return nil
	}
	return check.Required(field+".content", t.Content)
}

// Media returns an error for a file without its id.
func Media(field string, m *wire.Media) error {
	if m == nil {
		return nil
	}
	return check.Required(field+".media_id", m.MediaId)
}

// Video returns an error for a video without its id.
func Video(field string, v *wire.Video) error {
	if v == nil {
		return nil
	}
	return check.Required(field+".media_id", v.MediaId)
}

// MiniProgram returns an error for a card that lacks what WeCom needs.
func MiniProgram(field string, m *wire.MiniProgram) error {
	if m == nil {
		return nil
	}
	return cmp.Or(check.Required(field+".appid", m.AppId), check.Required(field+".pagepath", m.PagePath),
		check.Required(field+".thumb_media_id", m.ThumbMediaId))
}

// News returns an error for a wrong number of links, and for one without a title or an aim, or
// with a text that is too long.
func News(field string, n *wire.News) error {
	if n == nil {
		return nil
	}
	for i, a := range n.Articles {
		at := fmt.Sprintf("%s.articles[%d].", field, i)
		err := cmp.Or(check.Required(at+"title", a.Title), check.Required(at+"url", cmp.Or(a.Url, a.AppId)),
			check.Bytes(at+"url", a.Url, 2048), check.Bytes(at+"picurl", a.PicUrl, 2048), check.Bytes(at+"pagepath", a.PagePath, 128))
		if err != nil {
			return err
		}
	}
	return check.Between("the number of "+field+".articles", len(n.Articles), 1, maxArticles)
}

// MpNews returns an error for a wrong number of articles, and for one without a title, a
// cover or a text, or with one that is too long.
func MpNews(field string, n *wire.MpNews) error {
	if n == nil {
		return nil
	}
	for i, a := range n.Articles {
		at := fmt.Sprintf("%s.articles[%d].", field, i)
		err := cmp.Or(check.Required(at+"title", a.Title), check.Required(at+"thumb_media_id", a.ThumbMediaId), check.Id(at+"content", a.Content, maxHTML),
			check.Bytes(at+"author", a.Author, 64))
		if err != nil {
			return err
		}
	}
	return check.Between("the number of "+field+".articles", len(n.Articles), 1, maxArticles)
}
