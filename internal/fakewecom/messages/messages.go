// Package messages plays what the apps of the fake WeCom send to members, and the temporary
// files (临时素材) that they send.
package messages

import "github.com/gothird/wecom/internal/fakewecom/platform"

// Messages keeps members' inboxes and temporary files.
type Messages struct {
	host  *platform.Host
	media map[string]mediaFile // by media_id
	sent  []*Message           // the oldest first

	lastMsgId int64
}

// New adds messages and media to a platform.
func New(p *platform.Platform) *Messages {
	m := &Messages{media: map[string]mediaFile{}}
	m.host = p.Join(platform.Part{Handlers: map[string]platform.Handler{
		"/cgi-bin/message/send":                 m.sendMessage,
		"/cgi-bin/message/update_template_card": m.updateCard,
		"/cgi-bin/message/recall":               m.recall,
		"/cgi-bin/media/upload":                 m.uploadMedia,
		"/cgi-bin/media/upload_attachment":      m.uploadMedia,
		"/cgi-bin/media/get":                    m.getMedia,
		"/cgi-bin/media/get/jssdk":              m.getMedia,
	}})
	return m
}
