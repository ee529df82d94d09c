package media

import (
	"bytes"
	"strconv"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

// most is how many bytes a kind may have.
func most(kind string) int {
	return map[string]int{kindImage: 10 * mebi, kindVoice: 2 * mebi, kindVideo: 10 * mebi, kindFile: 20 * mebi}[kind]
}

const (
	mostAttached   = 10 * mebi
	mostImage      = 2 * mebi
	imagesInDay    = 1000 // of a corp
	imagesInMonth  = 3000
	forMoments     = "1" // attachment_type
	forAlbum       = "2"
	attachmentsFor = "attachment " // begins the use of one
)

// upload keeps a file for three days. It has created_at as text, as WeCom does.
func (m *Media) upload(c *platform.Call) (platform.Obj, error) {
	kind := c.Str("type")
	name, data := c.File()
	if err := fits(kind, data, most(kind)); err != nil {
		return nil, err
	}
	id := m.keep(temporary{corpId: c.Corp().Id, name: name, kind: kind, data: data})
	return platform.Obj{"type": kind, "media_id": id, "created_at": strconv.FormatInt(c.Now().Unix(), 10)}, nil
}

// uploadAttachment keeps one for what customers see.
func (m *Media) uploadAttachment(c *platform.Call) (platform.Obj, error) {
	kind, scene := c.Str("media_type"), c.Str("attachment_type")
	if scene != forMoments && scene != forAlbum {
		return nil, platform.BadParam("invalid attachment_type")
	}
	if kind == kindVoice {
		return nil, platform.Refuse(codeBadKind, "invalid media type")
	}
	name, data := c.File()
	if err := fits(kind, data, mostAttached); err != nil {
		return nil, err
	}
	id := m.keep(temporary{corpId: c.Corp().Id, name: name, kind: kind, use: attachmentsFor + scene, data: data})
	return platform.Obj{"type": kind, "media_id": id, "created_at": c.Now().Unix()}, nil
}

// uploadImage gives an image an address.
func (m *Media) uploadImage(c *platform.Call) (platform.Obj, error) {
	_, data := c.File()
	if err := fits(kindImage, data, mostImage); err != nil {
		return nil, err
	}
	now := c.Now()
	taken := m.images[month{c.Corp().Id, now.Year(), now.Month()}]
	if taken == nil {
		taken = map[int]int{}
		m.images[month{c.Corp().Id, now.Year(), now.Month()}] = taken
	}
	all := 0
	for _, n := range taken {
		all += n
	}
	if taken[now.Day()] >= imagesInDay || all >= imagesInMonth {
		return nil, platform.Refuse(codeTooOften, "api freq out of limit")
	}
	taken[now.Day()]++
	return platform.Obj{"url": c.Base() + m.host.Publish(imageType(data), data, time.Time{})}, nil
}

func imageType(data []byte) string {
	if bytes.HasPrefix(data, []byte(jpg)) {
		return "image/jpeg"
	}
	return "image/png"
}

// Beginnings of files.
const (
	jpg = "\xff\xd8\xff"
	png = "\x89PNG\r\n\x1a\n"
	amr = "#!AMR"
	mp4 = "ftyp" // from byte 4 on
)

// fits refuses a file that is not of its kind, or too small or too large.
func fits(kind string, data []byte, most int) error {
	switch {
	case kind != kindImage && kind != kindVoice && kind != kindVideo && kind != kindFile:
		return platform.Refuse(codeBadKind, "invalid media type")
	case len(data) < leastSize:
		return platform.Refuse(codeSize, "invalid media size")
	case len(data) > most:
		return platform.Refuse(codeTooLarge, "media file is too large")
	case !isOf(kind, data):
		return platform.Refuse(codeBadType, "invalid file type")
	}
	return nil
}

// isOf looks at how a file begins.
func isOf(kind string, data []byte) bool {
	switch kind {
	case kindImage:
		return bytes.HasPrefix(data, []byte(jpg)) || bytes.HasPrefix(data, []byte(png))
	case kindVoice:
		return bytes.HasPrefix(data, []byte(amr))
	case kindVideo:
		return len(data) >= 8 && string(data[4:8]) == mp4
	}
	return true
}
