package service

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/internal/redact"
	"github.com/gothird/wecom/token"
)

// Endpoints of hardware providers. A device is named by its serial number, 1 to 128 letters
// and digits.

// Device is one device of a hardware provider.
type Device struct {
	ModelId    string `json:"model_id"`
	DeviceSn   string `json:"device_sn"`
	DeviceId   int64  `json:"device_id"`   // [AddDevice]
	SecretNo   string `json:"secret_no"`   // AddDevice: the device's secret
	QrCode     string `json:"qr_code"`     // AddDevice: link for the QR code on the device
	CreateTime int64  `json:"create_time"` // AddDevice: Unix seconds
}

// Format shows everything but the secret.
func (d Device) Format(s fmt.State, verb rune) {
	type plain Device
	d.SecretNo = redact.Mask(d.SecretNo)
	fmt.Fprintf(s, fmt.FormatString(s, verb), plain(d))
}

// LogValue shows everything but the secret.
func (d Device) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("%+v", d)) }

type addDeviceReq struct {
	ModelId    string `json:"model_id"`
	DeviceSn   string `json:"device_sn"`
	RemarkName string `json:"remark_name,omitempty"`
}

type addDeviceRes struct {
	DeviceInfo Device `json:"device_info"`
}

// AddDevice 添加设备实例: adds a device of a model. remarkName is the name that the corp sees,
// or "".
//
// Errors: 600021 the device_sn exists, 600036 it conflicts with another, 600038 no such model.
// https://developer.work.weixin.qq.com/document/path/90626
func AddDevice(api *token.Api, modelId, deviceSn, remarkName string) (*Device, error) {
	if err := cmp.Or(check.Required("model_id", modelId), checkDeviceSn(deviceSn)); err != nil {
		return nil, err
	}
	ep := deviceEndpoint("add_device", false).Needing("device_info")
	res, err := token.Call[addDeviceRes](api, ep, addDeviceReq{modelId, deviceSn, remarkName})
	if err != nil {
		return nil, err
	}
	return &res.DeviceInfo, nil
}

type deviceReq struct {
	DeviceSn string `json:"device_sn"`
}

// DelDevice 删除设备实例: deletes a device that no corp is bound to.
//
// Errors: 600001 unknown device, 71044 a corp is bound to it.
// https://developer.work.weixin.qq.com/document/path/92770
func DelDevice(api *token.Api, deviceSn string) error {
	return onDevice(api, "del_device", deviceSn, deviceReq{deviceSn})
}

type listDeviceReq struct {
	Offset int `json:"offset,omitempty"`
	Limit  int `json:"limit,omitempty"`
}

type listDeviceRes struct {
	DeviceList []Device `json:"device_list"`
}

// ListDevice 获取设备列表: lists one page of the models and serial numbers of the provider's
// devices. WeCom says neither how many devices there are, nor whether offset counts from 0 or 1.
//
// Errors: 600041 wrong offset or limit.
// https://developer.work.weixin.qq.com/document/path/91346
func ListDevice(api *token.Api, offset, limit int) ([]Device, error) {
	if err := cmp.Or(check.NonNegative("offset", int64(offset)), check.NonNegative("limit", int64(limit))); err != nil {
		return nil, err
	}
	res, err := token.Call[listDeviceRes](api, deviceEndpoint("list_device", true), listDeviceReq{offset, limit})
	if err != nil {
		return nil, err
	}
	return res.DeviceList, nil
}

// DeviceAuthInfo says which corp a device is bound to.
type DeviceAuthInfo struct {
	AuthCorpInfo DeviceCorp `json:"auth_corp_info"`
	DeviceInfo   DeviceName `json:"device_info"`
}

// DeviceCorp is the corp that a device is bound to.
type DeviceCorp struct {
	CorpId   string `json:"corpid"`
	CorpName string `json:"corp_name"`
}

// DeviceName holds the names of a device, also the one that its corp has given.
type DeviceName struct {
	ModelId    string `json:"model_id"`
	RemarkName string `json:"remark_name"`
}

// GetDeviceAuthInfo 查询设备绑定信息: reports the corp that a device is bound to.
//
// Errors: 600001 unknown device, 600004 no corp is bound to it.
// https://developer.work.weixin.qq.com/document/path/90753
func GetDeviceAuthInfo(api *token.Api, deviceSn string) (*DeviceAuthInfo, error) {
	if err := checkDeviceSn(deviceSn); err != nil {
		return nil, err
	}
	return token.Call[DeviceAuthInfo](api, deviceEndpoint("get_device_auth_info", true).Needing("auth_corp_info"), deviceReq{deviceSn})
}

// ResetSecretNo 重置设备SecretNo: resets the secret of a device.
//
// Errors: 600001 unknown device, 600047 its first secret has not been exchanged yet.
// https://developer.work.weixin.qq.com/document/path/90631
func ResetSecretNo(api *token.Api, deviceSn string) error {
	return onDevice(api, "reset_secret_no", deviceSn, deviceReq{deviceSn})
}

type deviceLogReq struct {
	DeviceSn string `json:"device_sn"`
	Hint     string `json:"hint,omitempty"`
}

// FetchDeviceLog 上传设备日志: asks a device for its log. The event fetch_log_finish says when
// the log is available. WeCom passes hint to the device; it has at most 128 bytes and may be "".
//
// Errors: 600001 unknown device.
// https://developer.work.weixin.qq.com/document/path/91475
func FetchDeviceLog(api *token.Api, deviceSn, hint string) error {
	if err := check.Bytes("hint", hint, 128); err != nil {
		return err
	}
	return onDevice(api, "fetch_device_log", deviceSn, deviceLogReq{deviceSn, hint})
}

type deviceFeatureRes struct {
	DeviceFeature string `json:"device_feature"`
}

// GetDeviceFeature 获取设备自定义参数: returns the features that a device has reported, as the
// device wrote them: usually JSON as text. The event device_feature_change reports changes.
//
// Errors: 600001 unknown device.
// https://developer.work.weixin.qq.com/document/path/92739
func GetDeviceFeature(api *token.Api, deviceSn string) (string, error) {
	if err := checkDeviceSn(deviceSn); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/hardware/get_device_feature", Credential: token.Provider, Read: true}.Needing("device_feature")
	res, err := token.Call[deviceFeatureRes](api, ep, deviceReq{deviceSn})
	if err != nil {
		return "", err
	}
	return res.DeviceFeature, nil
}

type printerSupportReq struct {
	DeviceSn            string `json:"device_sn"`
	NotSupportedPrinter bool   `json:"not_supported_printer"`
}

// SetPrinterSupportState 设置打印机支持状态: says whether a device can use the printer that is
// attached to it.
//
// Errors: 600001 unknown device.
// https://developer.work.weixin.qq.com/document/path/92782
func SetPrinterSupportState(api *token.Api, deviceSn string, supported bool) error {
	return onDevice(api, "set_printer_support_state", deviceSn, printerSupportReq{deviceSn, !supported})
}

func checkDeviceSn(deviceSn string) error {
	return cmp.Or(check.Id("device_sn", deviceSn, 128), check.Plain("device_sn", deviceSn, ""))
}

func deviceEndpoint(name string, read bool) token.Endpoint {
	return token.Endpoint{Path: "/cgi-bin/service/" + name, Credential: token.Provider, Read: read}
}

// onDevice sends a write that has no answer.
func onDevice(api *token.Api, name, deviceSn string, in any) error {
	if err := checkDeviceSn(deviceSn); err != nil {
		return err
	}
	return api.Do(deviceEndpoint(name, false), in, nil)
}
