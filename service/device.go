package service

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/gothird/wecom/data"
	"github.com/gothird/wecom/token"
)

// The endpoints of hardware providers. WeCom shows their pages to them alone, so that
// parameters and answers pass under WeCom's own names.

// AddDevice 添加设备: adds devices of a hardware provider.
func AddDevice(api *token.Api, d data.D) (data.D, error) { return device(api, "add_device", false, d) }

// DelDevice 删除设备: deletes a device.
func DelDevice(api *token.Api, d data.D) (data.D, error) { return device(api, "del_device", false, d) }

// ListDevice 查询设备列表: lists devices.
func ListDevice(api *token.Api, d data.D) (data.D, error) { return device(api, "list_device", true, d) }

// GetDeviceAuthInfo 查询设备绑定信息: reports the corp that a device is bound to.
func GetDeviceAuthInfo(api *token.Api, d data.D) (data.D, error) {
	return device(api, "get_device_auth_info", true, d)
}

// ResetSecretNo 重置secretNo: resets the secretNo of a device.
func ResetSecretNo(api *token.Api, d data.D) (data.D, error) {
	return device(api, "reset_secret_no", false, d)
}

// FetchDeviceLog 上传设备日志: asks a device for its log.
func FetchDeviceLog(api *token.Api, d data.D) (data.D, error) {
	return device(api, "fetch_device_log", false, d)
}

// SetPrinterSupportState 设置打印机支持状态: sets what a printer can do.
func SetPrinterSupportState(api *token.Api, d data.D) (data.D, error) {
	return device(api, "set_printer_support_state", false, d)
}

func device(api *token.Api, name string, read bool, d data.D) (data.D, error) {
	return callUntyped(api, token.Endpoint{Path: "/cgi-bin/service/" + name, Credential: token.Provider, Read: read}, d)
}

// callUntyped calls an endpoint whose fields are not known.
func callUntyped(api *token.Api, ep token.Endpoint, d data.D) (data.D, error) {
	query := url.Values{}
	for name, value := range d {
		query.Set(name, fmt.Sprint(value))
	}
	var in any = d
	switch {
	case ep.Method == http.MethodGet:
		in = query
	case d == nil:
		in = data.D{}
	}
	res, err := token.Call[data.D](api, ep, in)
	if err != nil {
		return nil, err
	}
	delete(*res, "errcode")
	delete(*res, "errmsg")
	return *res, nil
}
