package externalcontact

import (
	"cmp"
	"errors"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Remarks is what a member notes about a customer. Empty fields do not change anything.
type Remarks struct {
	UserId           string   `json:"userid"`
	ExternalUserId   string   `json:"external_userid"`
	Remark           string   `json:"remark,omitempty"`             // at most 20 characters
	RemarkCompany    string   `json:"remark_company,omitempty"`     // at most 20 characters; WeChat only
	RemarkMobiles    []string `json:"remark_mobiles,omitempty"`     // instead of all so far; []string{""} removes them
	RemarkPicMediaId string   `json:"remark_pic_mediaid,omitempty"` // from media.Upload
	Description      string   `json:"description,omitempty"`        // at most 150 characters
}

func (r Remarks) check() error {
	var none error
	if cmp.Or(r.Remark, r.RemarkCompany, r.RemarkPicMediaId, r.Description) == "" && len(r.RemarkMobiles) == 0 {
		none = errors.New("wecom: remark, remark_company, remark_mobiles, remark_pic_mediaid and description are empty")
	}
	return cmp.Or(checkUser(r.UserId), checkExternal(r.ExternalUserId), none,
		check.Runes("remark", r.Remark, 20), check.Runes("remark_company", r.RemarkCompany, 20), check.Runes("description", r.Description, 150))
}

// Remark 修改客户备注信息: changes what one member has noted about a customer.
//
// Errors: 84061 the member does not follow the customer, 40096 an id of another app, 40007
// media_id, 60011 not in the visible range, 90514 not through this app.
// https://developer.work.weixin.qq.com/document/path/92694
func Remark(api *token.Api, r Remarks) error {
	return cgi.Do(api, cgi.Write("externalcontact/remark"), r, r.check())
}
