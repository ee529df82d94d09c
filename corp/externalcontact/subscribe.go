package externalcontact

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// SubscribeQrCode holds the URLs of the code by which parents follow a school.
type SubscribeQrCode struct {
	QrCodeBig    string `json:"qrcode_big"`    // 1200 pixels
	QrCodeMiddle string `json:"qrcode_middle"` // 430 pixels
	QrCodeThumb  string `json:"qrcode_thumb"`  // 258 pixels
}

// GetSubscribeQrCode 获取「学校通知」二维码: returns the QR code by which parents follow the
// notices of a school.
//
// Errors: 43009 the school is not verified, 65014 it is no school.
// https://developer.work.weixin.qq.com/document/path/92197
func GetSubscribeQrCode(api *token.Api) (*SubscribeQrCode, error) {
	return cgi.Call[SubscribeQrCode](api, cgi.Get("externalcontact/get_subscribe_qr_code").Needing("qrcode_big"), nil)
}

// How parents follow a school.
const (
	SubscribeByCode = 1 // they scan the code and fill in who they are
	SubscribeNot    = 2 // they can't do it themselves
)

type subscribeMode struct {
	SubscribeMode int `json:"subscribe_mode"`
}

// SetSubscribeMode 设置关注「学校通知」的模式: says how parents may follow the school: by
// [SubscribeByCode] or [SubscribeNot].
//
// Errors: 43009 the school is not verified, 65014 it is no school.
// https://developer.work.weixin.qq.com/document/path/92290
func SetSubscribeMode(api *token.Api, mode int) error {
	return cgi.Do(api, cgi.Write("externalcontact/set_subscribe_mode"), subscribeMode{mode}, check.Between("subscribe_mode", mode, SubscribeByCode, SubscribeNot))
}

// GetSubscribeMode 获取关注「学校通知」的模式: reads how parents may follow the school.
//
// Errors: 43009 the school is not verified, 65014 it is no school.
// https://developer.work.weixin.qq.com/document/path/92290
func GetSubscribeMode(api *token.Api) (mode int, err error) {
	res, err := cgi.Call[subscribeMode](api, cgi.Get("externalcontact/get_subscribe_mode").Needing("subscribe_mode"), nil)
	if err != nil {
		return 0, err
	}
	return res.SubscribeMode, nil
}
