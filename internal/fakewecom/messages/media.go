package messages

import (
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	codeBadMedia = 40007
	mediaLife    = 3 * 24 * time.Hour
)

// mediaFile is a temporary file of a corp.
type mediaFile struct {
	corpId, name string
	data         []byte
	made         time.Time
}

// uploadMedia keeps a file for three days. One call has created_at as text, as WeCom does.
func (m *Messages) uploadMedia(c *platform.Call) (platform.Obj, error) {
	name, data := c.File()
	id := m.host.NewId("3", 42)
	m.media[id] = mediaFile{c.Corp().Id, name, data, c.Now()}
	out := platform.Obj{"type": c.Str("type"), "media_id": id, "created_at": strconv.FormatInt(c.Now().Unix(), 10)}
	if kind := c.Str("media_type"); kind != "" {
		out["type"], out["created_at"] = kind, c.Now().Unix()
	}
	return out, nil
}

func (m *Messages) getMedia(c *platform.Call) (platform.Obj, error) {
	f, ok := m.media[c.Str("media_id")]
	if !ok || f.corpId != c.Corp().Id || c.Now().Sub(f.made) > mediaLife {
		return nil, platform.Refuse(codeBadMedia, "invalid media_id")
	}
	return platform.File("application/octet-stream", f.name, f.data), nil
}
