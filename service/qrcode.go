package service

import (
	"cmp"
	"encoding/base64"
	"net/http"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/lenient"
	"github.com/gothird/wecom/token"
)

// QRCodeReq describes the QR code for the installation of an app.
type QRCodeReq struct {
	SuiteId    string `json:"suite_id"`              // "": that of the Api
	Appid      *int64 `json:"appid,omitempty"`       // old suites that hold many apps; nil: 1
	State      string `json:"state,omitempty"`       // a-zA-Z0-9, at most 32 bytes; comes back with the permanent code
	Style      *int   `json:"style,omitempty"`       // 0 framed for print, 1 framed for screens, 2 small, 3 medium, 4 large; nil: 2
	ResultType int    `json:"result_type,omitempty"` // 1 image, 2 URL; 0: 1
}

type qrcodeRes struct {
	Qrcode string `json:"qrcode"`
}

// GetAppQrCode 获取应用二维码: returns the QR code by which corps install a third-party app: its
// URL for ResultType 2, otherwise the PNG in base64.
//
// Errors: 60246 the app is not online.
// https://developer.work.weixin.qq.com/document/path/95430
func GetAppQrCode(api *token.Api, qr QRCodeReq) (string, error) {
	qr.SuiteId = cmp.Or(qr.SuiteId, api.SuiteId())
	if err := cmp.Or(check.Required("suite_id", qr.SuiteId), plainState(qr.State, 32),
		check.Optional("style", qr.Style, 0, 4), check.Between("result_type", qr.ResultType, 0, 2)); err != nil {
		return "", err
	}
	var answer []byte
	ep := token.Endpoint{Path: "/cgi-bin/service/get_app_qrcode", Credential: token.Suite, Read: true}
	if err := api.Do(ep, qr, &answer); err != nil {
		return "", err
	}
	return qrcode(ep, answer)
}

// qrcode decides by the content of the answer whether it is an image or a URL.
func qrcode(ep token.Endpoint, answer []byte) (string, error) {
	var res qrcodeRes
	isJSON := lenient.Members(answer, func(_, _ []byte) bool { return true })
	if isJSON {
		_, _ = lenient.Unmarshal(answer, &res)
	}
	switch {
	case isJSON && res.Qrcode == "":
		return "", &token.Error{Path: ep.Path, Credential: ep.Credential.String(), HTTPStatus: http.StatusOK, Msg: "the answer holds no image and no URL"}
	case isJSON:
		return res.Qrcode, nil
	}
	return base64.StdEncoding.EncodeToString(answer), nil
}

// CustomizedAuthUrl is a link to authorise customised apps.
type CustomizedAuthUrl struct {
	QrcodeUrl string `json:"qrcode_url"` // text of the QR code
	ExpiresIn int    `json:"expires_in"` // seconds
}

type customizedAuthUrlReq struct {
	State          string   `json:"state"`
	TemplateIdList []string `json:"templateid_list"`
}

// GetCustomizedAuthUrl 获取带参授权链接: makes a link with which a corp authorises up to 9
// customised-app templates. state has at most 32 bytes of a-zA-Z0-9, and comes back with the
// permanent code.
//
// Errors: 842002 a template is not online, 842006 already authorised.
// https://developer.work.weixin.qq.com/document/path/98744
func GetCustomizedAuthUrl(api *token.Api, state string, templateId []string) (*CustomizedAuthUrl, error) {
	if err := cmp.Or(check.Required("state", state), plainState(state, 32),
		check.Ids("templateid_list", templateId, 9)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/get_customized_auth_url", Credential: token.Provider, Read: true}.Needing("qrcode_url")
	return token.Call[CustomizedAuthUrl](api, ep, customizedAuthUrlReq{state, templateId})
}
