package contact

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/poll"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// Invite says who is invited.
type Invite struct {
	User  []string `json:"user,omitempty"`  // at most 1000 userids
	Party []int64  `json:"party,omitempty"` // at most 100 departments
	Tag   []int64  `json:"tag,omitempty"`   // at most 100 tags
}

// Uninvited lists those of an [Invite] who do not exist, or are not in the visible range.
type Uninvited struct {
	InvalidUser  []string `json:"invaliduser"`
	InvalidParty []int64  `json:"invalidparty"`
	InvalidTag   []int64  `json:"invalidtag"`
}

// BatchInvite 邀请成员: invites members to use WeCom, and says who could not be invited. A
// member gets at most one invitation a day, on three days.
//
// For third-party contact apps (第三方通讯录应用). Errors: 81012 nobody can be invited.
// https://developer.work.weixin.qq.com/document/path/91127
func BatchInvite(api *token.Api, in Invite) (*Uninvited, error) {
	var none error
	if len(in.User)+len(in.Party)+len(in.Tag) == 0 {
		none = errors.New("wecom: user, party and tag are empty")
	}
	return cgi.Call[Uninvited](api, cgi.Write("batch/invite"), in,
		none, check.Items("user", len(in.User), 1000), check.Items("party", len(in.Party), 100), check.Items("tag", len(in.Tag), 100), check.NoEmpty("user", in.User))
}

// Callback is the URL to which the event batch_job_result is pushed when an import is done. All
// three fields are needed.
type Callback struct {
	Url            string `json:"url"`
	Token          string `json:"token"`
	EncodingAESKey string `json:"encodingaeskey"` // 43 characters
}

func (c *Callback) check() error {
	if c == nil {
		return nil
	}
	return cmp.Or(check.Required("callback.url", c.Url), check.Required("callback.token", c.Token),
		check.Between("the length of callback.encodingaeskey", len(c.EncodingAESKey), keyLen, keyLen))
}

func (c Callback) masked() any {
	type plain Callback
	c.Token, c.EncodingAESKey = redact.Mask(c.Token), redact.Mask(c.EncodingAESKey)
	return plain(c)
}

// Format prints the callback with its secrets masked.
func (c Callback) Format(s fmt.State, verb rune) {
	fmt.Fprintf(s, fmt.FormatString(s, verb), c.masked())
}

// LogValue logs the callback with its secrets masked.
func (c Callback) LogValue() slog.Value { return slog.AnyValue(c.masked()) }

// Import is a CSV file of members, in UTF-8. Its first line names the columns, as in WeCom's
// template: 姓名 (name), 帐号 (userid), 手机号, 邮箱, 所在部门 and others; custom attributes
// have columns of their own. Departments are ids, joined by ";".
type Import struct {
	MediaId  string    `json:"media_id"`            // from media.Upload, as a file
	ToInvite *bool     `json:"to_invite,omitempty"` // nil: new members are invited
	Callback *Callback `json:"callback,omitempty"`  // nil: no event
}

type importPartyReq struct {
	MediaId  string    `json:"media_id"`
	Callback *Callback `json:"callback,omitempty"`
}

type jobRes struct {
	JobId string `json:"jobid"`
}

// job starts a job and returns its id.
func job(api *token.Api, path string, req any, checks ...error) (string, error) {
	res, err := cgi.Call[jobRes](api, cgi.Write(path).Needing("jobid"), req, checks...)
	if err != nil {
		return "", err
	}
	return res.JobId, nil
}

// BatchSyncUser 增量更新成员: starts to create and change the members of a file, and returns the
// id of the job for [WaitImport]. Other members stay as they are. Needs the right to edit.
//
// Errors: 40007 no such file, 45001 too large.
// https://developer.work.weixin.qq.com/document/path/91130
func BatchSyncUser(api *token.Api, in Import) (jobId string, err error) {
	return job(api, "batch/syncuser", in, check.Required("media_id", in.MediaId), in.Callback.check())
}

// BatchReplaceUser 全量覆盖成员: starts to replace the members of the corp by those of a file;
// members who are not in the file are deleted. Otherwise like [BatchSyncUser]. For a complete
// copy call [BatchReplaceParty] first.
//
// Errors: 45026 it would delete too many: more than 50 and a fifth of all, or less than 50 and
// four fifths.
// https://developer.work.weixin.qq.com/document/path/91131
func BatchReplaceUser(api *token.Api, in Import) (jobId string, err error) {
	return job(api, "batch/replaceuser", in, check.Required("media_id", in.MediaId), in.Callback.check())
}

// BatchReplaceParty 全量覆盖部门: starts to replace the departments of the corp by those of a
// file, and returns the id of the job for [WaitImport]. Departments that are not in the file are
// deleted once they are empty. Needs the right to edit.
// https://developer.work.weixin.qq.com/document/path/91132
func BatchReplaceParty(api *token.Api, mediaId string, callback *Callback) (jobId string, err error) {
	return job(api, "batch/replaceparty", importPartyReq{mediaId, callback}, check.Required("media_id", mediaId), callback.check())
}

const (
	importBegun = 1
	importDone  = 3
)

// Imported is the outcome of an import.
type Imported struct {
	Type       string       `json:"type"`   // sync_user, replace_user, replace_party
	Status     int          `json:"status"` // 1 begun, 2 running, 3 done
	Total      int          `json:"total"`  // lines of the file
	Percentage int          `json:"percentage"`
	Result     []ImportLine `json:"result"` // once it is done
}

// ImportLine is the outcome of one line of a file.
type ImportLine struct {
	ErrCode int    `json:"errcode"` // of this line
	ErrMsg  string `json:"errmsg"`
	UserId  string `json:"userid"`
	PartyId int64  `json:"partyid"` // of replace_party
	Action  int    `json:"action"`  // of replace_party, the sum of: 1 made, 2 renamed, 4 moved, 8 its place in the order changed
}

// BatchGetResult 获取异步任务结果: reads the progress of an import of this app, and the outcome
// of each line. The call also succeeds when lines have failed.
// https://developer.work.weixin.qq.com/document/path/91133
func BatchGetResult(api *token.Api, jobId string) (*Imported, error) {
	return cgi.Call[Imported](api, cgi.Get("batch/getresult").Needing("status"), query("jobid", jobId), check.Id("jobid", jobId, 64))
}

// WaitImport asks with [BatchGetResult], at the interval every (0: 10 s), until the job is done.
// The end of the context ends the wait, transient failures do not.
func WaitImport(api *token.Api, jobId string, every time.Duration) (*Imported, error) {
	return poll.Until(api.Context(), every, token.IsTransient, func() (*Imported, bool, error) {
		res, err := BatchGetResult(api, jobId)
		if err == nil && (res.Status < importBegun || res.Status > importDone) {
			return nil, true, cgi.UnknownStatus(res.Status)
		}
		return res, err == nil && res.Status == importDone, err
	})
}
