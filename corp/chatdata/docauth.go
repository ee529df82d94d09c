package chatdata

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// DocAuth says what a corp has opened of its documents to the zone. Times are Unix seconds,
// those of the trial if Status is [StatusTrial].
type DocAuth struct {
	Status        int       `json:"status"` // StatusTrial or StatusTrialOver
	AuthScope     AuthScope `json:"auth_scope"`
	BeginTime     int64     `json:"begin_time"`
	EndTime       int64     `json:"end_time"`
	AuthUserCount int       `json:"auth_user_count"` // members in the range, each once
}

// DocGetAuthInfo 获取数据与智能专区文档存档授权信息: says whose documents the corp has opened to
// the zone, and for how long. The administrator agrees to it separately from the installation,
// for 90 days.
//
// For third-party apps only. Errors: 710726 the app has no right to documents.
// https://developer.work.weixin.qq.com/document/path/101488
func DocGetAuthInfo(api *token.Api) (*DocAuth, error) {
	return cgi.Call[DocAuth](api, cgi.Read("docdata/get_auth_info").Needing("status"), nil)
}

// DocAuthUser is a member whose files are archived.
type DocAuthUser struct {
	UserId string `json:"userid"`
}

// DocAuthUserPage is one page of [DocGetAuthUserList].
type DocAuthUserPage struct {
	AuthUserList []DocAuthUser `json:"auth_user_list"`
	NextCursor   string        `json:"next_cursor"`
	HasMore      bool          `json:"has_more"`
}

// DocGetAuthUserList 获取文件内容存档授权成员列表: lists one page of the members whose files are
// archived at present; limit is at most 1000, 0 means 200. The corp or the provider must be in
// WeCom's trial of this feature.
//
// Errors: 710726 the app has no right to files, 50100 wrong cursor.
// https://developer.work.weixin.qq.com/document/path/101681
func DocGetAuthUserList(api *token.Api, cursor string, limit int) (*DocAuthUserPage, error) {
	req := data.Cursor{Cursor: cursor, Limit: limit}
	return cgi.Call[DocAuthUserPage](api, cgi.Read("docdata/get_auth_user_list"), req, check.Limit(limit, maxUsers))
}

// AllDocAuthUsers walks all pages of [DocGetAuthUserList]. It stops at the first error.
func AllDocAuthUsers(api *token.Api) iter.Seq2[DocAuthUser, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]DocAuthUser, string, error) {
		page, err := DocGetAuthUserList(api, cursor, maxUsers)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore, page.NextCursor)
		return page.AuthUserList, next, err
	})
}
