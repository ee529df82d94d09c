package media

import (
	"cmp"
	"errors"
	"time"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/token"
)

// SceneGroupWelcome is the only scene of [UploadByUrl]: a file for a group's welcome message.
const SceneGroupWelcome = 1

// UrlUpload describes a file that WeCom fetches.
type UrlUpload struct {
	Scene    int    `json:"scene"`
	Type     string `json:"type"`     // TypeVideo (MP4) or TypeFile, at most 200 MB
	FileName string `json:"filename"` // as it is shown, at most 128 bytes
	Url      string `json:"url"`      // at most 1024 bytes; its server must answer Range requests
	Md5      string `json:"md5"`      // of the file, in hexadecimal
}

func (u UrlUpload) check() error {
	return cmp.Or(check.Between("scene", u.Scene, SceneGroupWelcome, SceneGroupWelcome), oneOf("type", u.Type, TypeVideo, TypeFile),
		check.Id("filename", u.FileName, 128), check.Id("url", u.Url, 1024), check.Id("md5", u.Md5, 32))
}

type jobIdRes struct {
	JobId string `json:"jobid"`
}

// UploadByUrl 生成异步上传任务: lets WeCom fetch a large file, and returns the id of the job.
// When it is done, the event upload_media_job_finish comes; [WaitUpload] waits without the
// event.
//
// The media_id of such a job can be used in group welcome messages and with [Get], but in no
// other message. Errors: 830001 the server does not answer Range requests.
// https://developer.work.weixin.qq.com/document/path/97126
func UploadByUrl(api *token.Api, in UrlUpload) (jobId string, err error) {
	res, err := cgi.Call[jobIdRes](api, cgi.Write("media/upload_by_url").Needing("jobid"), in, in.check())
	if err != nil {
		return "", err
	}
	return res.JobId, nil
}

// States of an [UploadJob].
const (
	JobRunning = 1
	JobDone    = 2
	JobFailed  = 3
)

// UploadJob is the outcome of an [UploadByUrl].
type UploadJob struct {
	Status int          `json:"status"`
	Detail UploadDetail `json:"detail"`
}

// UploadDetail is the outcome of an [UploadJob].
type UploadDetail struct {
	ErrCode   int    `json:"errcode"`
	ErrMsg    string `json:"errmsg"`
	MediaId   string `json:"media_id"`
	CreatedAt int64  `json:"created_at"` // Unix seconds
}

// ErrRunning means that a job has no outcome yet.
var ErrRunning = errors.New("wecom: the job is running")

// Err is nil if the file was fetched, [ErrRunning] before that, and otherwise a *token.Error:
// 830001 no Range requests, 830003 not fetched, 45001 not 5 bytes to 200 MB, 301019 another MD5.
func (j UploadJob) Err() error {
	switch j.Status {
	case JobDone:
		return nil
	case JobRunning:
		return ErrRunning
	case JobFailed:
		ep := cgi.Read("media/get_upload_by_url_result")
		return &token.Error{Code: j.Detail.ErrCode, Msg: j.Detail.ErrMsg, Path: ep.Path, Credential: ep.Credential.String()}
	}
	return cgi.UnknownStatus(j.Status)
}

// GetUploadByUrlResult 查询异步任务结果: reads the outcome of an [UploadByUrl], for an hour. The
// call also succeeds when the job has failed: see Err of what it returns.
// https://developer.work.weixin.qq.com/document/path/97126
func GetUploadByUrlResult(api *token.Api, jobId string) (*UploadJob, error) {
	return cgi.Call[UploadJob](api, cgi.Read("media/get_upload_by_url_result").Needing("status"), jobIdRes{jobId}, check.Id("jobid", jobId, 128))
}

// WaitUpload asks with [GetUploadByUrlResult], at the interval every (0: 10 s), until there is
// an outcome, and returns it with its Err. The end of the context ends the wait, transient
// failures do not.
func WaitUpload(api *token.Api, jobId string, every time.Duration) (*UploadJob, error) {
	return poll.Until(api.Context(), every, token.IsTransient, func() (*UploadJob, bool, error) {
		job, err := GetUploadByUrlResult(api, jobId)
		if err != nil {
			return nil, false, err
		}
		err = job.Err()
		if errors.Is(err, ErrRunning) {
			return nil, false, nil
		}
		return job, true, err
	})
}
