package license

import (
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type userReq struct {
	CorpId string `json:"corpid"`
	UserId string `json:"userid"`
}

// ActiveUser holds the accounts of one member: at most one of each type.
type ActiveUser struct {
	ActiveStatus   int          `json:"active_status"` // 1 activated; compare the times too
	ActiveInfoList []ActiveInfo `json:"active_info_list"`
}

// LICGetActiveByUser 获取成员的激活详情: returns the accounts that one member holds.
//
// Errors: 701019 no such member.
// https://developer.work.weixin.qq.com/document/path/95555
func LICGetActiveByUser(api *token.Api, userId string) (*ActiveUser, error) {
	corpId, err := corpOf(api, check.Required("userid", userId))
	if err != nil {
		return nil, err
	}
	return token.Call[ActiveUser](api, read("get_active_info_by_user").Needing("active_status", "active_info_list"), userReq{corpId, userId})
}
