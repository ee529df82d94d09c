package media

import (
	"context"
	"crypto/md5" // WeCom's choice; not for security
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gothird/wecom/internal/fakewecom/platform"
	"github.com/gothird/wecom/internal/spec"
)

const (
	mostByUrl = 200 * mebi
	jobLife   = time.Hour
)

// States of a job.
const (
	jobRunning = 1
	jobDone    = 2
	jobFailed  = 3
)

// job is one of upload_by_url.
type job struct {
	id, corpId, suiteId  string
	kind, url, name, md5 string
	made, due            time.Time
	status, code         int
	mediaId              string
	ended                time.Time
}

func (m *Media) uploadByUrl(c *platform.Call) (platform.Obj, error) {
	kind, link := c.Str("type"), c.Str("url")
	switch {
	case c.Int("scene") != 1:
		return nil, platform.BadParam("invalid scene")
	case kind != kindVideo && kind != kindFile:
		return nil, platform.BadParam("invalid type")
	case len(link) > 1024 || len(c.Str("filename")) > 128 || len(c.Str("md5")) > 32:
		return nil, platform.BadParam("url, filename or md5 is too long")
	case !fetchable(link):
		return nil, platform.Refuse(codeBadUrl, "invalid url")
	}
	j := &job{id: m.host.NewId("jobid_", 24), corpId: c.Corp().Id, suiteId: c.SuiteId(), kind: kind, url: link,
		name: c.Str("filename"), md5: c.Str("md5"), made: c.Now(), due: c.Now().Add(m.delay), status: jobRunning}
	m.jobs[j.id] = j
	m.queue = append(m.queue, j)
	return platform.Obj{"jobid": j.id}, nil
}

func fetchable(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// urlResult is for the app that has asked, for an hour.
func (m *Media) urlResult(c *platform.Call) (platform.Obj, error) {
	j := m.jobs[c.Str("jobid")]
	if j == nil || j.corpId != c.Corp().Id || j.suiteId != c.SuiteId() || c.Now().Sub(j.made) >= jobLife {
		return nil, platform.BadParam("invalid jobid")
	}
	switch j.status {
	case jobDone:
		return platform.Obj{"status": j.status, "detail": platform.Obj{"errcode": 0, "errmsg": "ok", "media_id": j.mediaId, "created_at": strconv.FormatInt(j.ended.Unix(), 10)}}, nil
	case jobFailed:
		return platform.Obj{"status": j.status, "detail": platform.Obj{"errcode": j.code, "errmsg": "upload failed"}}, nil
	}
	return platform.Obj{"status": j.status, "detail": platform.Obj{"errcode": 0, "errmsg": "ok"}}, nil
}

// fetch does a job: without the lock, which is taken for its end.
func (m *Media) fetch(ctx context.Context, j *job) {
	data, code := m.download(ctx, j)
	_ = m.host.Act(ctx, func() error { // the push that was refused is in the log
		if m.jobs[j.id] != j {
			return nil // another state was loaded meanwhile
		}
		j.ended, j.code, j.status = m.host.Now(), code, jobFailed
		if code == 0 {
			j.status = jobDone
			j.mediaId = m.keep(temporary{corpId: j.corpId, name: j.name, kind: j.kind, use: forUrl, data: data})
		}
		m.host.Tell(platform.Target{Channel: spec.ChannelData, SuiteId: j.suiteId, CorpId: j.corpId},
			append(m.host.EventHead(j.corpId, "sys", "upload_media_job_finish"), platform.Text("JobId", j.id))...)
		return nil
	})
}

// download fetches the file of a job. Its server must know Range: it is asked for the file so.
func (m *Media) download(ctx context.Context, j *job) (data []byte, code int) {
	status, data, err := m.host.Fetch(ctx, j.url, "bytes=0-", mostByUrl+1)
	sum := md5.Sum(data)
	switch {
	case err == nil && status == http.StatusOK:
		return nil, codeBadUrl
	case err != nil || status != http.StatusPartialContent:
		return nil, codeNotFetched
	case len(data) < leastSize || len(data) > mostByUrl:
		return nil, codeTooLarge
	case !strings.EqualFold(hex.EncodeToString(sum[:]), j.md5):
		return nil, codeMd5
	case !isOf(j.kind, data):
		return nil, codeNotFetched
	}
	return data, 0
}
