// Package media plays the files of the corps of the fake WeCom: temporary ones (临时素材), which
// apps upload or members send, and images that stay.
package media

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
)

const (
	codeBadKind    = 40004
	codeBadType    = 40005
	codeSize       = 40006
	codeBadMedia   = 40007
	codeTooLarge   = 45001
	codeTooOften   = 45009
	codeMd5        = 301019
	codeBadUrl     = 830001
	codeAskParts   = 830002
	codeNotFetched = 830003
)

const (
	mediaLife = 3 * 24 * time.Hour
	mebi      = 1 << 20
	leastSize = 6 // bytes
)

// Kinds of files.
const (
	kindImage = "image"
	kindVoice = "voice"
	kindVideo = "video"
	kindFile  = "file"
)

// What a file may be used for, beside being fetched.
const (
	forMessages = "" // media/upload
	forUrl      = "upload_by_url"
	fromMember  = "member"
)

// Media keeps the files of all corps.
type Media struct {
	host   *platform.Host
	files  map[string]*temporary // by media_id
	jobs   map[string]*job       // of upload_by_url, by jobid
	queue  []*job                // that are not begun
	delay  time.Duration         // of jobs
	images map[month]map[int]int // how many uploadimg has taken, by day of the month
}

// temporary is a temporary file of a corp.
type temporary struct {
	corpId, name, kind, use string
	data                    []byte
	made                    time.Time
}

// month is one of a corp.
type month struct {
	corpId string
	year   int
	month  time.Month
}

// New adds the files to a platform.
func New(p *platform.Platform) *Media {
	m := &Media{files: map[string]*temporary{}, jobs: map[string]*job{}, images: map[month]map[int]int{}}
	m.host = p.Join(platform.Part{Handlers: map[string]platform.Handler{
		"/cgi-bin/media/upload":                   m.upload,
		"/cgi-bin/media/upload_attachment":        m.uploadAttachment,
		"/cgi-bin/media/uploadimg":                m.uploadImage,
		"/cgi-bin/media/get":                      m.get,
		"/cgi-bin/media/get/jssdk":                m.getVoice,
		"/cgi-bin/media/upload_by_url":            m.uploadByUrl,
		"/cgi-bin/media/get_upload_by_url_result": m.urlResult,
	}, Settle: m.settle, State: m})
	return m
}

// Uploaded is how other parts read a file that an app has uploaded for messages: its kind and
// what is in it. The platform's lock is held.
func (m *Media) Uploaded() func(corpId, mediaId string) (kind string, data []byte, ok bool) {
	return func(corpId, mediaId string) (string, []byte, bool) {
		f := m.find(corpId, mediaId)
		if f == nil || f.use != forMessages {
			return "", nil, false
		}
		return f.kind, f.data, true
	}
}

// Attached is how other parts look up an attachment of moments or product albums: the
// attachment_type that it was uploaded for. The platform's lock is held.
func (m *Media) Attached() func(corpId, mediaId string) (scene string, ok bool) {
	return func(corpId, mediaId string) (string, bool) {
		f := m.find(corpId, mediaId)
		if f == nil {
			return "", false
		}
		return strings.CutPrefix(f.use, attachmentsFor)
	}
}

// SetUploadDelay says how long jobs of upload_by_url take.
func (m *Media) SetUploadDelay(d time.Duration) { m.host.Locked(func() { m.delay = d }) }

// MemberFile is a member who sends a file to an app, or records a voice in a page of it. It
// returns the media_id.
func (m *Media) MemberFile(corpId, name string, data []byte) (mediaId string, err error) {
	m.host.Locked(func() {
		if m.host.Corp(corpId) == nil {
			err = fmt.Errorf("fakewecom: no corp %q", corpId)
			return
		}
		mediaId = m.keep(temporary{corpId: corpId, name: name, use: fromMember, data: data})
	})
	return mediaId, err
}

// keep gives a file a media_id.
func (m *Media) keep(f temporary) (mediaId string) {
	mediaId = m.host.NewId("3", 42)
	f.made = m.host.Now()
	m.files[mediaId] = &f
	m.host.Note(platform.ChangedMedia, "", f.corpId, mediaId)
	return mediaId
}

// find finds a file of the corp; nil: there is none, or its time is over.
func (m *Media) find(corpId, mediaId string) *temporary {
	f := m.files[mediaId]
	if f == nil || f.corpId != corpId || m.host.Now().Sub(f.made) >= mediaLife {
		return nil
	}
	return f
}

// Loaded queues the jobs anew that were fetching their files when the state was saved.
func (m *Media) Loaded() error {
	var cut []*job
	for _, id := range slices.Sorted(maps.Keys(m.jobs)) {
		if j := m.jobs[id]; j.status == jobRunning && !slices.Contains(m.queue, j) {
			cut = append(cut, j)
		}
	}
	m.queue = append(cut, m.queue...)
	return nil
}

// settle begins the jobs whose time has come.
func (m *Media) settle() {
	for len(m.queue) > 0 && !m.host.Now().Before(m.queue[0].due) {
		j := m.queue[0]
		m.queue = m.queue[1:]
		m.host.Later(func(ctx context.Context) { m.fetch(ctx, j) })
	}
}
