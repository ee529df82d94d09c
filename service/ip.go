package service

import "github.com/gothird/wecom/token"

type ipListRes struct {
	IpList []string `json:"ip_list"`
}

// GetCallbackIp 获取企业微信回调IP段: lists the addresses and ranges that WeCom pushes from. The
// list changes (new ranges are added before old ones are removed): read it once a day.
// https://developer.work.weixin.qq.com/document/path/91116
func GetCallbackIp(api *token.Api) ([]string, error) {
	return ipList(api, "/cgi-bin/getcallbackip")
}

// GetApiDomainIp 获取企业微信接口IP段: lists the addresses of WeCom's API. The
// list changes: read it once a day.
// https://developer.work.weixin.qq.com/document/path/97073
func GetApiDomainIp(api *token.Api) ([]string, error) {
	return ipList(api, "/cgi-bin/get_api_domain_ip")
}

func ipList(api *token.Api, path string) ([]string, error) {
	res, err := token.Call[ipListRes](api, token.Endpoint{Method: "GET", Path: path, Credential: token.Corp, Read: true}, nil)
	if err != nil {
		return nil, err
	}
	return res.IpList, nil
}
