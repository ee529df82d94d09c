package fakewecom

// Messages takes messages to members, and keeps temporary files.
type Messages struct {
	host  *Host
	media map[string]mediaFile // by media_id
}

// NewMessages adds messages and media to a platform.
func NewMessages(p *Platform) *Messages {
	m := &Messages{media: map[string]mediaFile{}}
	m.host = p.Join(Part{Handlers: map[string]Handler{
		"/cgi-bin/message/send":                 m.sendMessage,
		"/cgi-bin/message/update_template_card": m.updateCard,
		"/cgi-bin/media/upload":                 m.uploadMedia,
		"/cgi-bin/media/upload_attachment":      m.uploadMedia,
		"/cgi-bin/media/get":                    m.getMedia,
		"/cgi-bin/media/get/jssdk":              m.getMedia,
	}})
	return m
}
