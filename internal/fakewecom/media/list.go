package media

import (
	"cmp"
	"slices"
	"time"
)

// File is a file of a corp as the console shows it.
type File struct {
	MediaId, Name string
	Kind          string // image, voice, video or file; "": a member has sent it
	Use           string // "": for messages; member: a member has sent it; upload_by_url; attachment and its attachment_type
	Size          int    // bytes
	Made          time.Time
	Left          time.Duration // how long it can be fetched
}

// Files lists the files of a corp that can be fetched, the oldest first.
func (m *Media) Files(corpId string) (list []File) {
	m.host.Locked(func() {
		for id := range m.files {
			if f := m.find(corpId, id); f != nil {
				list = append(list, m.show(id, f))
			}
		}
	})
	slices.SortFunc(list, func(a, b File) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.MediaId, b.MediaId)) })
	return list
}

func (m *Media) show(mediaId string, f *temporary) File {
	return File{mediaId, f.name, f.kind, f.use, len(f.data), f.made, mediaLife - m.host.Now().Sub(f.made)}
}

// Content is what is in a file of a corp that can be fetched, and its media type.
func (m *Media) Content(corpId, mediaId string) (out File, contentType string, data []byte, ok bool) {
	m.host.Locked(func() {
		f := m.find(corpId, mediaId)
		if ok = f != nil; ok {
			out, contentType, data = m.show(mediaId, f), typeOf(f), f.data
		}
	})
	return out, contentType, data, ok
}
