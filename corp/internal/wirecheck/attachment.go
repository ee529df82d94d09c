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
		if err := cmp.Or(err, Attachment(at+".", a)); err != nil {
			return nil, err
		}
		typed[i], typed[i].MsgType = a, kind
	}
	return typed, check.Items("attachments", len(list), maxAttachments)
}

// Attachment returns an error for one that can't be sent. Before stands before the field of
// its kind.
func Attachment(before string, a wire.Attachment) error {
	return cmp.Or(Image(before+"image", a.Image), Link(before+"link", a.Link), MiniProgramPage(before+"miniprogram", a.MiniProgram),
		Media(before+"video", a.Video), Media(before+"file", a.File))
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
