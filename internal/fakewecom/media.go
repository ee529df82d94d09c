package fakewecom

import (
	"strconv"
	"time"
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

func mediaHandlers() map[string]handler {
	return map[string]handler{
		"/cgi-bin/media/upload":            (*Server).uploadMedia,
		"/cgi-bin/media/upload_attachment": (*Server).uploadMedia,
		"/cgi-bin/media/get":               (*Server).getMedia,
		"/cgi-bin/media/get/jssdk":         (*Server).getMedia,
	}
}

// uploadMedia keeps a file for three days. One call has created_at as text, as WeCom does.
func (s *Server) uploadMedia(c *call) (obj, error) {
	id := s.id("3", 42)
	s.media[id] = mediaFile{c.corp.Id, c.fileName, c.file, c.now}
	out := obj{"type": c.str("type"), "media_id": id, "created_at": strconv.FormatInt(c.now.Unix(), 10)}
	if kind := c.str("media_type"); kind != "" {
		out["type"], out["created_at"] = kind, c.now.Unix()
	}
	return out, nil
}

func (s *Server) getMedia(c *call) (obj, error) {
	f, ok := s.media[c.str("media_id")]
	if !ok || f.corpId != c.corp.Id || c.now.Sub(f.made) > mediaLife {
		return nil, refuse(codeBadMedia, "invalid media_id")
	}
	return obj{"": raw{"application/octet-stream", f.name, f.data}}, nil
}
