package sandbox

import (
	"context"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/media"
)

// Media is a file (素材) that an app has uploaded, or a member has sent.
type Media struct {
	MediaId string    `json:"media_id"`
	Name    string    `json:"name"`
	Kind    string    `json:"kind" doc:"image, voice, video or file; empty: a member has sent it" zh:"image、voice、video 或 file；成员发送的为空"`
	Use     string    `json:"use" doc:"empty: for messages; attachment 1: for moments; attachment 2: for albums; upload_by_url; member: a member has sent it" zh:"用途：空为普通消息，attachment 1 为朋友圈，attachment 2 为商品图册，upload_by_url 为异步上传，member 为成员发送"`
	Size    int       `json:"size" doc:"bytes" zh:"字节数"`
	Made    time.Time `json:"made"`
	Left    Span      `json:"left" doc:"how long it can be fetched" zh:"剩余有效期"`
}

// MediaList lists files.
type MediaList struct {
	Media []Media `json:"media"`
}

// ListMedia lists the files of a corp that can be fetched, the oldest first.
func (w *World) ListMedia(_ context.Context, in CorpRef) (MediaList, error) {
	out := MediaList{[]Media{}}
	if _, err := w.corp(in.CorpId); err != nil {
		return out, err
	}
	for _, f := range w.engine.Files(in.CorpId) {
		out.Media = append(out.Media, showMedia(f))
	}
	return out, nil
}

func showMedia(f media.File) Media {
	return Media{f.MediaId, f.Name, f.Kind, f.Use, f.Size, f.Made, Span(f.Left)}
}

// MediaRef names a file.
type MediaRef struct {
	CorpRef
	MediaId string `json:"-" path:"media" need:"1" doc:"media_id" zh:"素材 media_id"`
}

// MediaContent is what is in a file.
type MediaContent struct {
	Media
	Type string `json:"type" doc:"media type" zh:"媒体类型"`
	Data []byte `json:"-"`
}

// ShowMedia shows a file with what is in it.
func (w *World) ShowMedia(_ context.Context, in MediaRef) (MediaContent, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return MediaContent{}, err
	}
	f, kind, data, ok := w.engine.Content(in.CorpId, in.MediaId)
	if !ok {
		return MediaContent{}, unknown(words{"media", "素材"}, in.MediaId, "/api/v1/corps/"+in.CorpId+"/media")
	}
	return MediaContent{showMedia(f), kind, data}, nil
}

// mediaRoute answers with the file itself.
func mediaRoute() Route {
	x := get("/corps/{corp}/media/{media}/content", "what is in a file", "下载素材内容", (*World).ShowMedia)
	x.Out, x.submit = nil, nil
	x.serve = func(w *World, rw http.ResponseWriter, r *http.Request) error {
		var in MediaRef
		if err := read(rw, r, &in); err != nil {
			return err
		}
		out, err := w.ShowMedia(r.Context(), in)
		if err == nil {
			out.write(rw)
		}
		return err
	}
	return x
}

// write sends a file. A browser shows only what can do nothing: the content comes from an app.
func (c MediaContent) write(rw http.ResponseWriter) {
	how := "attachment"
	if slices.Contains([]string{"image/png", "image/jpeg", "voice/amr", "video/mp4"}, c.Type) {
		how = "inline"
	}
	h := rw.Header()
	h.Set("Content-Type", c.Type)
	h.Set("Content-Disposition", how)
	if name := mime.FormatMediaType(how, map[string]string{"filename": c.Name}); name != "" {
		h.Set("Content-Disposition", name)
	}
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	_, _ = rw.Write(c.Data)
}

// MemberFile is a member who sends a file.
type MemberFile struct {
	CorpRef
	Name string `json:"name" need:"1" doc:"of the file" zh:"文件名"`
	Text string `json:"text" doc:"what is in it" zh:"文件内容（文本）"`
	Data []byte `json:"data" doc:"in place of text: base64" zh:"代替 text：base64"`
}

// SendFile is a member who sends a file to an app, or records a voice in a page of it: it has a
// media_id then.
func (w *World) SendFile(ctx context.Context, in MemberFile) (MediaContent, error) {
	if _, err := w.corp(in.CorpId); err != nil {
		return MediaContent{}, err
	}
	if (in.Text == "") == (len(in.Data) == 0) {
		return MediaContent{}, invalid(words{"give text or data", "text 与 data 须填写其中一项"})
	}
	if in.Text != "" {
		in.Data = []byte(in.Text)
	}
	id, err := w.engine.MemberFile(in.CorpId, in.Name, in.Data)
	if err != nil {
		return MediaContent{}, err
	}
	return w.ShowMedia(ctx, MediaRef{in.CorpRef, id})
}
