package wirecheck

import (
	"cmp"
	"fmt"

	"github.com/gothird/wecom/corp/wire"
	"github.com/gothird/wecom/internal/check"
)

const maxAttachments = 9

// Attachments returns copies with their types set, or an error for too many and for one that
// can't be sent.
func Attachments(list []wire.Attachment) ([]wire.Attachment, error) {
	typed := make([]wire.Attachment, len(list))
	for i, a := range list {
		at := fmt.Sprintf("attachments[%d]", i)
		kind, err := check.OneKind(at, a)
		err = cmp.Or(err, Image(at+".image", a.Image), Link(at+".link", a.Link), MiniProgramPage(at+".miniprogram", a.MiniProgram),
			Media(at+".video", a.Video), Media(at+".file", a.File))
		if err != nil {
			return nil, err
		}
		typed[i], typed[i].MsgType = a, kind
	}
	return typed, check.Items("attachments", len(list), maxAttachments)
}

// Image returns an error for an image that names none.
func Image(field string, i *wire.Image) error {
	if i == nil {
		return nil
	}
	return check.Required(field+".media_id", cmp.Or(i.MediaId, i.PicUrl))
}

// Link returns an error for a link without title or aim, and for one that is too long.
func Link(field string, l *wire.Link) error {
	if l == nil {
		return nil
	}
	return cmp.Or(check.Id(field+".title", l.Title, 128), check.Bytes(field+".desc", l.Desc, 512), check.Required(field+".url", l.Url))
}

// MiniProgramPage returns an error for a card that lacks what WeCom needs.
func MiniProgramPage(field string, m *wire.MiniProgramPage) error {
	if m == nil {
		return nil
	}
	return cmp.Or(check.Id(field+".title", m.Title, 64), check.Required(field+".pic_media_id", m.PicMediaId),
		check.Required(field+".appid", m.AppId), check.Required(field+".page", m.Page))
}
