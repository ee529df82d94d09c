package contact

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/token"
)

const (
	keyLen      = 43 // characters of an AES key
	minBlock    = 10_000
	maxBlock    = 1_000_000
	exportDone  = 2
	exportError = 3
)

// NewExportKey makes a key for an export. Anybody who has the key can read the files: keep it
// secret, until the files are read.
func NewExportKey() string {
	for {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		if text := base64.RawStdEncoding.EncodeToString(key); !strings.ContainsAny(text, "+/") {
			return text
		}
	}
}

// checkKey returns an error for a key that WeCom does not take. It does not show the key.
func checkKey(key string) error {
	if len(key) != keyLen || strings.ContainsFunc(key, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }) {
		return errors.New("wecom: encoding_aeskey must be 43 of 0-9a-zA-Z, as NewExportKey makes it")
	}
	return nil
}

type exportReq struct {
	EncodingAESKey string `json:"encoding_aeskey"`
	BlockSize      int    `json:"block_size,omitempty"`
}

type exportTagReq struct {
	TagId int64 `json:"tagid"`
	exportReq
}

func (e exportReq) check() error {
	if e.BlockSize == 0 {
		return checkKey(e.EncodingAESKey)
	}
	return cmp.Or(checkKey(e.EncodingAESKey), check.Between("block_size", e.BlockSize, minBlock, maxBlock))
}

// ExportSimpleUser 导出成员: starts to export the members that the app sees, as in
// [UserSimpleList], and returns the id of the job for [WaitExport]. The key comes from
// [NewExportKey]. Each file has blockSize members, 10000 to 1000000 (0: 1000000).
//
// The event batch_job_result announces the end. In third-party apps it does not name the corp,
// so remember to which corp the jobId belongs.
// https://developer.work.weixin.qq.com/document/path/94950
func ExportSimpleUser(api *token.Api, key string, blockSize int) (jobId string, err error) {
	req := exportReq{key, blockSize}
	return job(api, "export/simple_user", req, req.check())
}

// ExportUser 导出成员详情: starts to export the members that the app sees, as in [UserList],
// otherwise like [ExportSimpleUser].
// https://developer.work.weixin.qq.com/document/path/94951
func ExportUser(api *token.Api, key string, blockSize int) (jobId string, err error) {
	req := exportReq{key, blockSize}
	return job(api, "export/user", req, req.check())
}

// ExportDepartment 导出部门: starts to export the departments that the app sees, as in
// [DepartmentList], otherwise like [ExportSimpleUser].
// https://developer.work.weixin.qq.com/document/path/94952
func ExportDepartment(api *token.Api, key string, blockSize int) (jobId string, err error) {
	req := exportReq{key, blockSize}
	return job(api, "export/department", req, req.check())
}

// ExportTagUser 导出标签成员: starts to export the members and departments of a tag, as in
// [TagGet], otherwise like [ExportSimpleUser]; blockSize counts members and departments.
//
// Errors: 40068 no such tag.
// https://developer.work.weixin.qq.com/document/path/94953
func ExportTagUser(api *token.Api, tagId int64, key string, blockSize int) (jobId string, err error) {
	req := exportTagReq{tagId, exportReq{key, blockSize}}
	return job(api, "export/taguser", req, req.check())
}

// Exported is the outcome of an export.
type Exported struct {
	Status   int          `json:"status"` // 0 waits, 1 runs, 2 done, 3 failed
	DataList []ExportFile `json:"data_list"`
}

// ExportFile is one file of an export, encrypted; see [ExportedUsers].
type ExportFile struct {
	Url  string `json:"url"`  // for two hours
	Size int64  `json:"size"` // in bytes
	Md5  string `json:"md5"`
}

// ExportGetResult 获取导出结果: reads the progress of an export, and the URLs of its files.
// https://developer.work.weixin.qq.com/document/path/94954
func ExportGetResult(api *token.Api, jobId string) (*Exported, error) {
	return cgi.Call[Exported](api, cgi.Get("export/get_result").Needing("status"), query("jobid", jobId), check.Required("jobid", jobId))
}

// ErrExportFailed means that WeCom could not do an export.
var ErrExportFailed = errors.New("wecom: the export has failed")

// WaitExport asks with [ExportGetResult], at the interval every (0: 10 s), until the files
// exist, or WeCom says that the export has failed ([ErrExportFailed]). The end of the context
// ends the wait, transient failures do not.
func WaitExport(api *token.Api, jobId string, every time.Duration) ([]ExportFile, error) {
	return poll.Until(api.Context(), every, token.IsTransient, func() ([]ExportFile, bool, error) {
		res, err := ExportGetResult(api, jobId)
		switch {
		case err != nil:
			return nil, false, err
		case res.Status == exportError:
			return nil, true, ErrExportFailed
		case res.Status < 0 || res.Status > exportError:
			return nil, true, cgi.UnknownStatus(res.Status)
		}
		return res.DataList, res.Status == exportDone, nil
	})
}
