package license

import (
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type appInfoReq struct {
	CorpId  string `json:"corpid"`
	SuiteId string `json:"suite_id"`
	AppId   *int64 `json:"appid,omitempty"`
}

// AppLicense says whether calls of an app need licences in a corp.
type AppLicense struct {
	LicenseStatus    int        `json:"license_status"` // 0 not checked, 1 checked once the trial is over
	TrailInfo        *TrailInfo `json:"trail_info"`     // nil: there is no trial
	LicenseCheckTime int64      `json:"license_check_time"`
}

// TrailInfo is the corp's free trial of an app: 90 days from its first installation. The
// spelling is WeCom's.
type TrailInfo struct {
	StartTime int64 `json:"start_time"`
	EndTime   int64 `json:"end_time"`
}

// LICGetAppInfo 获取应用的接口许可状态: says whether licences are checked for one of the
// provider's apps in the corp, and how long its free trial lasts. suiteId is the suite or the
// template; appid is "", except for an app inside an old multi-app suite.
//
// https://developer.work.weixin.qq.com/document/path/95844
func LICGetAppInfo(api *token.Api, suiteId, appid string) (*AppLicense, error) {
	app, err := check.Number("appid", appid)
	corpId, err := corpOf(api, check.Required("suite_id", suiteId), err)
	if err != nil {
		return nil, err
	}
	return token.Call[AppLicense](api, read("get_app_license_info").Needing("license_status"), appInfoReq{corpId, suiteId, app})
}
