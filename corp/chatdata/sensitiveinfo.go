package chatdata

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// HideConfig says what is masked in the component that shows conversations to a member.
type HideConfig struct {
	HideMobile bool `json:"hide_mobile"` // mobile numbers
	HideIdCard bool `json:"hide_idcard"` // numbers of identity cards
	HideBankNo bool `json:"hide_bankno"` // numbers of bank cards
}

type hideReq struct {
	UserId string      `json:"userid"`
	Config *HideConfig `json:"config,omitempty"`
}

type hideRes struct {
	Config HideConfig `json:"config"`
}

// SetHideSensitiveInfoConfig 设置成员会话组件敏感信息隐藏配置: sets what is masked when a member
// looks at conversations. Without it nothing is masked.
// https://developer.work.weixin.qq.com/document/path/100055
func SetHideSensitiveInfoConfig(api *token.Api, userId string, config HideConfig) error {
	req := hideReq{userId, &config}
	return cgi.Do(api, cgi.Write("chatdata/set_hide_sensitiveinfo_config"), req, check.Required("userid", userId))
}

// GetHideSensitiveInfoConfig 获取成员会话组件敏感信息隐藏配置: reads what is masked when a member
// looks at conversations.
// https://developer.work.weixin.qq.com/document/path/100055
func GetHideSensitiveInfoConfig(api *token.Api, userId string) (*HideConfig, error) {
	res, err := cgi.Call[hideRes](api, cgi.Read("chatdata/get_hide_sensitiveinfo_config"), hideReq{UserId: userId}, check.Required("userid", userId))
	if err != nil {
		return nil, err
	}
	return &res.Config, nil
}
