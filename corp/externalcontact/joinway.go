package externalcontact

import (
	"cmp"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// NewJoinWay describes a new join way, or the replacement of one.
type NewJoinWay struct {
	Scene          int      `json:"scene"`                      // SceneWidget, SceneCode
	Remark         string   `json:"remark,omitempty"`           // at most 30 characters, the rest is cut
	AutoCreateRoom *int     `json:"auto_create_room,omitempty"` // 0: no new group when all are full; nil means 1
	RoomBaseName   string   `json:"room_base_name,omitempty"`   // of new groups, a number follows; at most 40 characters
	RoomBaseId     int64    `json:"room_base_id,omitempty"`     // the first number
	ChatIdList     []string `json:"chat_id_list"`               // 1 to 5 groups
	State          string   `json:"state,omitempty"`            // at most 30 characters; comes back in GroupChatMember
	MarkSource     *bool    `json:"mark_source,omitempty"`      // false: not this app brought the customer; apps for 营销获客 only
}

func (w NewJoinWay) check() error {
	return cmp.Or(check.Between("scene", w.Scene, SceneWidget, SceneCode), check.Optional("auto_create_room", w.AutoCreateRoom, 0, 1),
		check.Runes("room_base_name", w.RoomBaseName, 40), check.NonNegative("room_base_id", w.RoomBaseId),
		check.Ids("chat_id_list", w.ChatIdList, 5), check.Runes("state", w.State, maxWayText))
}

// GroupChatAddJoinWay 配置客户群进群方式: makes a QR code, or a plug-in of a mini program, by
// which customers join groups, and returns its id. [GroupChatGetJoinWay] returns the code. Store
// the id: the admin console does not show the join way.
//
// The corp must have bought the advanced API 「加入群聊」. It has at most 500000 join ways and
// contact ways. Errors: 41045 too many ways, 41091 too many groups, 701170 not bought, 60011 a
// group's owner is not in the visible range.
// https://developer.work.weixin.qq.com/document/path/99546
func GroupChatAddJoinWay(api *token.Api, w NewJoinWay) (configId string, err error) {
	res, err := cgi.Call[configReq](api, cgi.Write("externalcontact/groupchat/add_join_way").Needing("config_id"), w, w.check())
	if err != nil {
		return "", err
	}
	return res.ConfigId, nil
}

// JoinWay is an existing join way.
type JoinWay struct {
	ConfigId string `json:"config_id"`
	QrCode   string `json:"qr_code"` // URL
	NewJoinWay
}

type joinWayRes struct {
	JoinWay JoinWay `json:"join_way"`
}

// GroupChatGetJoinWay 获取客户群进群方式配置: reads a join way that this app made.
//
// Errors: 41044 no such way.
// https://developer.work.weixin.qq.com/document/path/99546
func GroupChatGetJoinWay(api *token.Api, configId string) (*JoinWay, error) {
	res, err := cgi.Call[joinWayRes](api, cgi.Read("externalcontact/groupchat/get_join_way").Needing("join_way"), configReq{configId}, checkConfig(configId))
	if err != nil {
		return nil, err
	}
	return &res.JoinWay, nil
}

type updateJoinWayReq struct {
	ConfigId string `json:"config_id"`
	NewJoinWay
}

// GroupChatUpdateJoinWay 更新客户群进群方式配置: replaces a join way that this app made. All of
// it is replaced: an empty field removes what was there.
//
// Errors: 41044 no such way, 41091 too many groups, 60011 a group's owner is not in the visible
// range.
// https://developer.work.weixin.qq.com/document/path/99546
func GroupChatUpdateJoinWay(api *token.Api, configId string, w NewJoinWay) error {
	return cgi.Do(api, cgi.Write("externalcontact/groupchat/update_join_way"), updateJoinWayReq{configId, w}, checkConfig(configId), w.check())
}

// GroupChatDelJoinWay 删除客户群进群方式配置: deletes a join way that this app made.
//
// Errors: 41044 no such way.
// https://developer.work.weixin.qq.com/document/path/99546
func GroupChatDelJoinWay(api *token.Api, configId string) error {
	return cgi.Do(api, cgi.Write("externalcontact/groupchat/del_join_way"), configReq{configId}, checkConfig(configId))
}
