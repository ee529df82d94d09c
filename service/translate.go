package service

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// IdTranslate names uploaded files in which ids are replaced by names. The files may contain
// $userName=USERID$, $userAlias=USERID$, $userAliasOrName=USERID$ and $departmentName=ID$, each
// also with CORPID/ID.
type IdTranslate struct {
	MediaIdList      []string `json:"media_id_list"`                // at most 20, see MediaUpload
	OutputFileName   string   `json:"output_file_name,omitempty"`   // of the zip; needed for more than one file
	OutputFileFormat string   `json:"output_file_format,omitempty"` // "" as it came, or pdf
}

type idTranslateReq struct {
	AuthCorpId string `json:"auth_corpid"`
	IdTranslate
}

type jobRes struct {
	JobId string `json:"jobid"`
}

// ContactIdTranslate 异步通讯录id转译: starts to replace ids in files by names of the bound
// corp, and returns the job's id. The event batch_job_result announces the end; see
// [GetBatchResult].
//
// Errors: 84200 a file cannot be read.
// https://developer.work.weixin.qq.com/document/path/91846
func ContactIdTranslate(api *token.Api, files IdTranslate) (string, error) {
	if api.CorpId() == "" {
		return "", token.ErrNoCorp
	}
	if err := cmp.Or(check.Ids("media_id_list", files.MediaIdList, 20), files.check()); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/contact/id_translate", Credential: token.Provider}.Needing("jobid")
	res, err := token.Call[jobRes](api, ep, idTranslateReq{api.CorpId(), files})
	if err != nil {
		return "", err
	}
	return res.JobId, nil
}

func (f IdTranslate) check() error {
	if len(f.MediaIdList) > 1 && f.OutputFileName == "" {
		return errors.New("wecom: output_file_name is empty: more than one file needs it")
	}
	if f.OutputFileFormat != "" && f.OutputFileFormat != "pdf" {
		return fmt.Errorf("wecom: output_file_format is %q: it must be pdf or empty", f.OutputFileFormat)
	}
	return nil
}

// BatchResult is the state of a job.
type BatchResult struct {
	Status int            `json:"status"` // 1 begun, 2 running, 3 done
	Type   string         `json:"type"`   // contact_id_translate
	Result BatchJobResult `json:"result"` // when done
}

// BatchJobResult holds what the job made.
type BatchJobResult struct {
	ContactIdTranslate TranslatedFile `json:"contact_id_translate"`
}

// TranslatedFile is the address at which a member who is logged in can fetch the file, for 24
// hours.
type TranslatedFile struct {
	Url string `json:"url"`
}

// GetBatchResult 获取异步任务结果: reports the state of a job of [ContactIdTranslate].
//
// Errors: 40088 no such job, 40089 its result is gone.
// https://developer.work.weixin.qq.com/document/path/91882
func GetBatchResult(api *token.Api, jobId string) (*BatchResult, error) {
	if err := check.Id("jobid", jobId, 64); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/service/batch/getresult", Credential: token.Provider, Read: true}.Needing("status")
	return token.Call[BatchResult](api, ep, url.Values{"jobid": {jobId}})
}

// MediaFile is a file to upload.
type MediaFile struct {
	Type           string // image, voice, video, file
	AttachmentType int    // 3 for the cashier (收款工具), else 0
	FileName       string // without a leading slash, without backslash and colon
	Content        []byte
}

// Media is an uploaded file.
type Media struct {
	Type      string `json:"type"`
	MediaId   string `json:"media_id"`   // 3 days
	CreatedAt string `json:"created_at"` // Unix seconds
}

// MediaUpload 上传需要转译的文件: uploads a temporary file of the provider: image and voice up
// to 2 MB, video 10 MB, file 20 MB, more than 5 bytes.
//
// Errors: 40004 wrong type, 45001 too large.
// https://developer.work.weixin.qq.com/document/path/99310
func MediaUpload(api *token.Api, file MediaFile) (*Media, error) {
	if err := file.check(); err != nil {
		return nil, err
	}
	query := url.Values{"type": {file.Type}}
	if file.AttachmentType != 0 {
		query.Set("attachment_type", strconv.Itoa(file.AttachmentType))
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/media/upload", Credential: token.Provider}.Needing("media_id")
	return token.Call[Media](api, ep, &token.Upload{
		Query: query, Field: "media", FileName: file.FileName, Size: int64(len(file.Content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file.Content)), nil },
	})
}

func (f MediaFile) check() error {
	const mega = 1 << 20
	limit := map[string]int{"image": 2 * mega, "voice": 2 * mega, "video": 10 * mega, "file": 20 * mega}[f.Type]
	switch {
	case limit == 0:
		return fmt.Errorf("wecom: type is %q: it must be image, voice, video or file", f.Type)
	case f.FileName == "", strings.HasPrefix(f.FileName, "/"), strings.ContainsAny(f.FileName, `\:`):
		return fmt.Errorf("wecom: filename %q must be set, without leading slash, backslash and colon", f.FileName)
	}
	return check.Between("size of media", len(f.Content), 6, limit)
}
