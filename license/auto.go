package license

import (
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type autoActiveReq struct {
	CorpId           string `json:"corpid"`
	AutoActiveStatus int    `json:"auto_active_status"`
}

// LICSetAutoActiveStatus 设置企业的许可自动激活状态: switches automatic activation on (1) or off
// (0). While it is on, a member gets a code by opening one of the provider's apps.
//
// Errors: 701071 the corp never had a licence order.
// https://developer.work.weixin.qq.com/document/path/95873
func LICSetAutoActiveStatus(api *token.Api, status int) error {
	corpId, err := corpOf(api, check.Between("auto_active_status", status, 0, 1))
	if err != nil {
		return err
	}
	return api.Do(write("set_auto_active_status"), autoActiveReq{corpId, status}, nil)
}

type corpReq struct {
	CorpId string `json:"corpid"`
}

type autoActive struct {
	AutoActiveStatus int `json:"auto_active_status"`
}

// LICGetAutoActiveStatue 查询企业的许可自动激活状态: returns 1 if automatic activation is on, 0 if not.
// [LICGetAutoActiveStatus] is the same under the usual spelling.
//
// Errors: 701071 the corp never had a licence order.
// https://developer.work.weixin.qq.com/document/path/95874
func LICGetAutoActiveStatue(api *token.Api) (int, error) {
	corpId, err := corpOf(api)
	if err != nil {
		return 0, err
	}
	out, err := token.Call[autoActive](api, read("get_auto_active_status").Needing("auto_active_status"), corpReq{corpId})
	if err != nil {
		return 0, err
	}
	return out.AutoActiveStatus, nil
}

// LICGetAutoActiveStatus 查询企业的许可自动激活状态: is a second name of
// [LICGetAutoActiveStatue].
//
// https://developer.work.weixin.qq.com/document/path/95874
func LICGetAutoActiveStatus(api *token.Api) (int, error) { return LICGetAutoActiveStatue(api) }
