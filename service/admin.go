package service

import "github.com/gothird/wecom/token"

// AdminList names the administrators of an app.
type AdminList struct {
	Admins []AdminInfo `json:"admin"`
}

// AdminInfo is one administrator.
type AdminInfo struct {
	UserId     string `json:"userid"`
	OpenUserId string `json:"open_userid"` // from GetAdminList only
	AuthType   int    `json:"auth_type"`   // 0 may send messages, 1 may manage
}

type adminListReq struct {
	AuthCorpId string `json:"auth_corpid"`
	AgentId    int64  `json:"agentid"`
}

// GetAdminList 获取应用的管理员列表: names the administrators of a third-party app in a corp,
// without external ones. An empty authCorpId stands for the bound corp, agentId 0 for the
// app that the corp has installed.
//
// WeCom recommends [GetAgentAdminList] instead. Errors: 301002 the agent is not of this suite.
// https://developer.work.weixin.qq.com/document/path/90606
func GetAdminList(api *token.Api, authCorpId string, agentId int64) (*AdminList, error) {
	authCorpId, err := corpOr(api, "auth_corpid", authCorpId)
	if err != nil {
		return nil, err
	}
	if agentId, err = agentOr(api, "agentid", authCorpId, agentId); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/get_admin_list", Credential: token.Suite, Read: true}
	return token.Call[AdminList](api, ep, adminListReq{authCorpId, agentId})
}

// GetAgentAdminList 获取应用管理员列表: names the administrators of the app in the bound corp,
// third-party and customised apps alike. OpenUserId is empty; if a member
// authorised the app, the list is empty too.
// https://developer.work.weixin.qq.com/document/path/100073
func GetAgentAdminList(api *token.Api) (*AdminList, error) {
	ep := token.Endpoint{Path: "/cgi-bin/agent/get_admin_list", Credential: token.Corp, Read: true}
	return token.Call[AdminList](api, ep, nil)
}

// Permissions are the rights of an app, such as contact:base:base.
type Permissions struct {
	AppPermissions    []string          `json:"app_permissions"`
	AppPermissionsExt []TimedPermission `json:"app_permissions_ext"`
}

// TimedPermission is a right that was given separately, for a limited time.
type TimedPermission struct {
	PermissionName string `json:"permission_name"`
	ExpireTime     int64  `json:"expire_time"` // Unix seconds; 0: never
}

// GetPermissions 获取应用权限详情: lists the rights of the app in the bound corp. For customised
// apps there is no other way to learn them.
//
// Errors: 846000 neither a third-party nor a customised app.
// https://developer.work.weixin.qq.com/document/path/99052
func GetPermissions(api *token.Api) (*Permissions, error) {
	ep := token.Endpoint{Path: "/cgi-bin/agent/get_permissions", Credential: token.Corp, Read: true}
	return token.Call[Permissions](api, ep, nil)
}
