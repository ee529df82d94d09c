package contact

import (
	"iter"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type userIdRes struct {
	UserId string `json:"userid"`
}

type openIdRes struct {
	OpenId string `json:"openid"`
}

// UserConvertToOpenId userid转openid: returns the openid of a member, as corp payment needs it.
//
// Errors: 60111 no such member, 43004 the member has not bound WeChat.
// https://developer.work.weixin.qq.com/document/path/90338
func UserConvertToOpenId(api *token.Api, userId string) (string, error) {
	res, err := cgi.Call[openIdRes](api, cgi.Read("user/convert_to_openid").Needing("openid"), userIdRes{userId}, checkUser(userId))
	if err != nil {
		return "", err
	}
	return res.OpenId, nil
}

// UserConvertToUserId openid转userid: returns the userid of a member by the openid from corp
// payment.
//
// Errors: 40073 wrong openid.
// https://developer.work.weixin.qq.com/document/path/90338
func UserConvertToUserId(api *token.Api, openId string) (string, error) {
	return userId(api, "user/convert_to_userid", openIdRes{openId}, check.Required("openid", openId))
}

// userId finds a member.
func userId(api *token.Api, path string, req any, checks ...error) (string, error) {
	res, err := cgi.Call[userIdRes](api, cgi.Read(path).Needing("userid"), req, checks...)
	if err != nil {
		return "", err
	}
	return res.UserId, nil
}

type mobileReq struct {
	Mobile string `json:"mobile"`
}

// UserGetUserId 手机号获取userid: finds a member by mobile number, 5 to 32 bytes.
//
// Do not try out numbers: after too many wrong ones (a fifth of the members that the corp may
// have) WeCom refuses the call for a day. Errors: 46004 nobody, 60103 no number.
// https://developer.work.weixin.qq.com/document/path/91693
func UserGetUserId(api *token.Api, mobile string) (string, error) {
	return userId(api, "user/getuserid", mobileReq{mobile}, check.Between("the length of mobile", len(mobile), 5, 32))
}

// Types of an email address.
const (
	CorpMail     = 1 // what 0 means too
	PersonalMail = 2
)

type emailReq struct {
	EmailType int    `json:"email_type,omitempty"`
	Email     string `json:"email"`
}

// UserGetUserIdByEmail 邮箱获取userid: finds a member by email address. For wrong addresses the
// limit of [UserGetUserId] applies.
//
// Errors: 46004 nobody, 60105 no address.
// https://developer.work.weixin.qq.com/document/path/95892
func UserGetUserIdByEmail(api *token.Api, email string, emailType int) (string, error) {
	return userId(api, "user/get_userid_by_email", emailReq{emailType, email}, check.Required("email", email), check.Between("email_type", emailType, 0, PersonalMail))
}

type ticketReq struct {
	SelectedTicket string `json:"selected_ticket"`
}

// Selected says who was selected.
type Selected struct {
	OperatorOpenUserId   string   `json:"operator_open_userid"` // who selected
	OpenUserIdList       []string `json:"open_userid_list"`
	UnauthOpenUserIdList []string `json:"unauth_open_userid_list"` // outside the visible range: only a TemplateMsg with the ticket reaches them
	Total                int      `json:"total"`
}

// UserListSelectedTicketUser 获取选人ticket对应的用户: says whom a member selected with
// selectPrivilegedContact of the JS API. For apps that members authorise themselves.
//
// Errors: 60233 wrong ticket.
// https://developer.work.weixin.qq.com/document/path/94894
func UserListSelectedTicketUser(api *token.Api, ticket string) (*Selected, error) {
	return cgi.Call[Selected](api, cgi.Read("user/list_selected_ticket_user"), ticketReq{ticket}, check.Required("selected_ticket", ticket))
}

type cursorReq struct {
	Cursor string `json:"cursor,omitempty"`
	Limit  int    `json:"limit,omitempty"`
}

// DeptUser is a member in one of the departments.
type DeptUser struct {
	UserId     string `json:"userid"`
	OpenUserId string `json:"open_userid"` // of third-party apps, instead of UserId
	Department int64  `json:"department"`
}

// UserIdPage is one page of [UserListId].
type UserIdPage struct {
	DeptUser   []DeptUser `json:"dept_user"`
	NextCursor string     `json:"next_cursor"` // "" on the last page
}

const (
	maxUserIds     = 10000 // of one page
	maxMemberAuths = 1000
)

// UserListId 获取成员ID列表: lists one page of the ids of all members of the corp, with one
// entry for each department of a member; limit is at most 10000. Needs the right to edit.
// https://developer.work.weixin.qq.com/document/path/96021
func UserListId(api *token.Api, cursor string, limit int) (*UserIdPage, error) {
	return cgi.Call[UserIdPage](api, cgi.Read("user/list_id"), cursorReq{cursor, limit}, check.Limit(limit, maxUserIds))
}

// AllUserIds walks all pages of [UserListId]. It stops at the first error.
func AllUserIds(api *token.Api) iter.Seq2[DeptUser, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]DeptUser, string, error) {
		page, err := UserListId(api, cursor, maxUserIds)
		if err != nil {
			return nil, "", err
		}
		return page.DeptUser, page.NextCursor, nil
	})
}

// MemberAuth is a member who has authorised the app.
type MemberAuth struct {
	OpenUserId string `json:"open_userid"`
}

// MemberAuthPage is one page of [UserListMemberAuth].
type MemberAuthPage struct {
	MemberAuthList []MemberAuth `json:"member_auth_list"`
	NextCursor     string       `json:"next_cursor"` // "" on the last page
}

// UserListMemberAuth 获取成员授权列表: lists one page of the members who have authorised the
// app; limit is at most 1000, 0 means 1000. Only where members authorise it themselves
// (成员授权模式).
// https://developer.work.weixin.qq.com/document/path/94513
func UserListMemberAuth(api *token.Api, cursor string, limit int) (*MemberAuthPage, error) {
	return cgi.Call[MemberAuthPage](api, cgi.Read("user/list_member_auth"), cursorReq{cursor, limit}, check.Limit(limit, maxMemberAuths))
}

// AllMemberAuths walks all pages of [UserListMemberAuth]. It stops at the first error.
func AllMemberAuths(api *token.Api) iter.Seq2[MemberAuth, error] {
	return paging.All(api.Context(), "", func(cursor string) ([]MemberAuth, string, error) {
		page, err := UserListMemberAuth(api, cursor, maxMemberAuths)
		if err != nil {
			return nil, "", err
		}
		return page.MemberAuthList, page.NextCursor, nil
	})
}

type memberAuthRes struct {
	IsMemberAuth bool `json:"is_member_auth"`
}

// UserCheckMemberAuth 查询成员用户是否已授权: says whether a member has authorised the app.
// Only where members authorise it themselves (成员授权模式).
//
// Errors: 60111 no such member.
// https://developer.work.weixin.qq.com/document/path/94514
func UserCheckMemberAuth(api *token.Api, openUserId string) (bool, error) {
	res, err := cgi.Call[memberAuthRes](api, cgi.Read("user/check_member_auth").Needing("is_member_auth"), MemberAuth{openUserId}, check.Required("open_userid", openUserId))
	if err != nil {
		return false, err
	}
	return res.IsMemberAuth, nil
}
