package media

import "github.com/gothird/wecom/internal/fakewecom/platform"

// mostAtOnce is how much one answer may have.
const mostAtOnce = 20 * mebi

// get sends a file, or the part of it that was asked for.
func (m *Media) get(c *platform.Call) (platform.Obj, error) {
	f := m.find(c.Corp().Id, c.Str("media_id"))
	if f == nil {
		return nil, platform.Refuse(codeBadMedia, "invalid media_id")
	}
	return f.answer(c, typeOf(f))
}

// getVoice sends a voice in its higher quality. Only pages of apps record such ones.
func (m *Media) getVoice(c *platform.Call) (platform.Obj, error) {
	f := m.find(c.Corp().Id, c.Str("media_id"))
	if f == nil || f.use != fromMember {
		return nil, platform.Refuse(codeBadMedia, "invalid media_id")
	}
	return f.answer(c, "voice/speex")
}

func (f *temporary) answer(c *platform.Call, contentType string) (platform.Obj, error) {
	part := c.Span(int64(len(f.data)))
	asked := int64(len(f.data))
	if part != nil {
		asked = part.Len()
	}
	if asked > mostAtOnce {
		return nil, platform.Refuse(codeAskParts, "media file is too large, use Range")
	}
	return platform.FilePart(contentType, f.name, f.data, part), nil
}

func typeOf(f *temporary) string {
	switch f.kind {
	case kindImage:
		return imageType(f.data)
	case kindVoice:
		return "voice/amr"
	case kindVideo:
		return "video/mp4"
	}
	return "application/octet-stream"
}
