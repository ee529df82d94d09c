package service

import (
	"github.com/gothird/wecom/internal/paging"
	"github.com/gothird/wecom/token"
)

type corpIdReq struct {
	CorpId string `json:"corpid"`
}

type openCorpIdRes struct {
	OpenCorpId string `json:"open_corpid"`
}

// CorpIdToOpenCorpId 明文corpid转换为加密corpid: gives the provider's own id of a corp, which
// is case-sensitive.
//
// Errors: 48001 the corp has authorised nothing of this provider.
// https://developer.work.weixin.qq.com/document/path/95604
func CorpIdToOpenCorpId(api *token.Api, corpId string) (string, error) {
	if err := args("corpid_to_opencorpid", need("corpid", corpId)); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/service/corpid_to_opencorpid", Credential: token.Provider, Read: true}
	res, err := token.Call[openCorpIdRes](api, ep, corpIdReq{corpId})
	if err != nil {
		return "", err
	}
	return res.OpenCorpId, nil
}
