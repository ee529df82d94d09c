package externalcontact

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Who pays for customers that a component brings.
const (
	CorpPays     = 0
	ProviderPays = 1
)

// Which links a component gets.
const (
	LinksOfCorp = 0 // those that the corp chose
	LinksOfApps = 1 // those that the linked apps make
)

// AcquisitionComponent 获客助手组件: says how a corp has authorised a component.
type AcquisitionComponent struct {
	PayMode      int         `json:"pay_mode"`       // CorpPays, ProviderPays
	Price        int64       `json:"price"`          // in fen for a customer, of ProviderPays
	LinkAuthMode int         `json:"link_auth_mode"` // LinksOfCorp, LinksOfApps
	AuthApps     []LinkedApp `json:"auth_apps"`      // of LinksOfApps
}

// LinkedApp is an app whose links a component gets.
type LinkedApp struct {
	AgentId int64 `json:"agentid"`
}

// CustomerAcquisitionGetCompAuthInfo 获取组件授权信息: reads how the corp has authorised the
// component: who pays, and which links it gets.
//
// Only for a component (获客助手组件), with the corp's token of its suite.
// https://developer.work.weixin.qq.com/document/path/99610
func CustomerAcquisitionGetCompAuthInfo(api *token.Api) (*AcquisitionComponent, error) {
	return cgi.Call[AcquisitionComponent](api, cgi.Read("externalcontact/customer_acquisition/get_comp_auth_info").Needing("pay_mode"), nil)
}

type onceKeyReq struct {
	linkIdReq
	KeyNum int `json:"key_num,omitempty"`
}

type onceKeyRes struct {
	Keys []string `json:"keys"`
}

// CustomerAcquisitionCreateOnceKey 生成代支付key: makes keys with which the provider pays, one
// for each customer: append once_key=… to the link. A key can be used once, within 14 days.
// keyNum is at most 1000, 0 makes 100.
//
// Only for a component (获客助手组件), if the corp chose [ProviderPays] (others: 41099). Errors:
// 41098 the link of an app that was given to another component.
// https://developer.work.weixin.qq.com/document/path/99603
func CustomerAcquisitionCreateOnceKey(api *token.Api, linkId string, keyNum int) ([]string, error) {
	req := onceKeyReq{linkIdReq{linkId}, keyNum}
	res, err := cgi.Call[onceKeyRes](api, cgi.Write("externalcontact/customer_acquisition/create_once_key").Needing("keys"), req, req.check(), check.Between("key_num", keyNum, 0, 1000))
	if err != nil {
		return nil, err
	}
	return res.Keys, nil
}
