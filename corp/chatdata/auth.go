package chatdata

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

// Editions: what is opened to the zone.
const (
	EditionInternal = 1 // conversations between members
	EditionExternal = 2 // those with customers too
	EditionVoice    = 3 // and voice calls
)

// States of an [AuthEdition]. A [DocAuth] has the first two.
const (
	StatusTrial     = 1
	StatusTrialOver = 2
	StatusPaid      = 3
	StatusPaidOver  = 4
	StatusFree      = 5
	StatusFreeOver  = 6
	StatusNotBegun  = 7 // paid, and not begun
)

// AuthScope lists the members, departments and tags that a corp has chosen.
type AuthScope struct {
	UserIdList       []string `json:"userid_list"`
	DepartmentIdList []int64  `json:"department_id_list"`
	TagIdList        []int64  `json:"tag_id_list"`
}

// AuthEdition is what a corp has opened in one edition. Times are Unix seconds: those of the
// trial, paid or free time that Status names; 0 for an edition that was opened after the trial
// and not bought.
type AuthEdition struct {
	Edition         int       `json:"edition"`
	AuthScope       AuthScope `json:"auth_scope"` // whose conversations count in fact says GetAuthUserList
	Status          int       `json:"status"`
	BeginTime       int64     `json:"begin_time"`
	EndTime         int64     `json:"end_time"`
	MsgDurationDays int       `json:"msg_duration_days"` // days of history, 365 for a year
	AuthUserCount   int       `json:"auth_user_count"`   // members in the range, each once
}

type corpAuthRes struct {
	AuthEditionList []AuthEdition `json:"auth_edition_list"`
}

// GetCorpAuthInfo 获取数据与智能专区授权信息: says which conversations the corp has opened to
// the zone, of which members and for how long. All editions share one trial. The event
// change_auth says that this may have changed.
//
// Not for self-built apps.
// https://developer.work.weixin.qq.com/document/path/101354
func GetCorpAuthInfo(api *token.Api) ([]AuthEdition, error) {
	res, err := cgi.Call[corpAuthRes](api, cgi.Read("chatdata/get_corp_auth_info"), nil)
	if err != nil {
		return nil, err
	}
	return res.AuthEditionList, nil
}

const maxUsers = 1000 // of one page

// AuthUser is a member whose conversations are archived.
type AuthUser struct {
	UserId      string `json:"userid"`
	EditionList []int  `json:"edition_list"` // EditionInternal to EditionVoice
}

// AuthUserPage is one page of [GetAuthUserList].
type AuthUserPage struct {
	AuthUserList []AuthUser `json:"auth_user_list"`
	NextCursor   string     `json:"next_cursor"`
	HasMore      bool       `json:"has_more"`
}

// GetAuthUserList 获取授权存档的成员列表: lists one page of the members whose conversations are
// archived at present; limit is at most 1000, 0 means 200.
//
// Errors: 50100 wrong cursor.
// https://developer.work.weixin.qq.com/document/path/99846
func GetAuthUserList(api *token.Api, cursor string, limit int) (*AuthUserPage, error) {
	req := data.Cursor{Cursor: cursor, Limit: limit}
	return cgi.Call[AuthUserPage](api, cgi.Read("chatdata/get_auth_user_list"), req, check.Limit(limit, maxUsers))
}

// AllAuthUsers walks all pages of [GetAuthUserList]. It stops at the first error.
func AllAuthUsers(api *token.Api) iter.Seq2[AuthUser, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]AuthUser, string, error) {
		page, err := GetAuthUserList(api, cursor, maxUsers)
		if err != nil {
			return nil, "", err
		}
		next, err := paging.Next(page.HasMore, page.NextCursor)
		return page.AuthUserList, next, err
	})
}
