package contact

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

type approvalReq struct {
	ThirdNo string `json:"thirdNo"`
}

type approvalRes struct {
	Data Approval `json:"data"`
}

// States of an [Approval].
const (
	ApprovalRunning   = 1
	ApprovalAgreed    = 2
	ApprovalRejected  = 3
	ApprovalWithdrawn = 4
)

// Approval is an application for approval that this app began.
type Approval struct {
	ThirdNo        string `json:"ThirdNo"`
	OpenTemplateId string `json:"OpenTemplateId"`
	OpenSpName     string `json:"OpenSpName"`   // name of the template
	OpenSpStatus   int    `json:"OpenSpstatus"` // ApprovalRunning, …
	ApplyTime      int64  `json:"ApplyTime"`    // Unix seconds
	ApplyUserId    string `json:"ApplyUserId"`
	ApplyUserName  string `json:"ApplyUsername"`
	ApplyUserParty string `json:"ApplyUserParty"` // name of the department
	ApplyUserImage string `json:"ApplyUserImage"` // URL
	ApprovalNodes  struct {
		ApprovalNode []ApprovalNode `json:"ApprovalNode"`
	} `json:"ApprovalNodes"`
	NotifyNodes struct {
		NotifyNode []NotifyNode `json:"NotifyNode"`
	} `json:"NotifyNodes"`
	ApproverStep int `json:"ApproverStep"` // the present node, from 0
}

// ApprovalNode is one step of an [Approval].
type ApprovalNode struct {
	NodeStatus int `json:"NodeStatus"` // 1 running, 2 agreed, 3 rejected, 4 passed on
	NodeAttr   int `json:"NodeAttr"`   // 1 one of them is enough, 2 all of them
	NodeType   int `json:"NodeType"`   // 1 members, 2 tag, 3 superior
	Items      struct {
		Item []ApprovalItem `json:"Item"`
	} `json:"Items"`
}

// ApprovalItem is a person who decides in an [ApprovalNode].
type ApprovalItem struct {
	ItemUserId string `json:"ItemUserId"`
	ItemName   string `json:"ItemName"`
	ItemParty  string `json:"ItemParty"`
	ItemImage  string `json:"ItemImage"`
	ItemStatus int    `json:"ItemStatus"` // 1 running, 2 agreed, 3 rejected, 4 passed on
	ItemOpTime int64  `json:"ItemOpTime"` // Unix seconds; 0: not yet
	ItemSpeech string `json:"ItemSpeech"` // comment
}

// NotifyNode is a person who is informed of an [Approval].
type NotifyNode struct {
	ItemUserId string `json:"ItemUserId"`
	ItemName   string `json:"ItemName"`
	ItemParty  string `json:"ItemParty"`
	ItemImage  string `json:"ItemImage"`
}

// CorpGetOpenApprovalData 查询第三方应用审批申请当前状态: reads an application for approval;
// thirdNo is the number that this app gave it in thirdPartyOpenPage of the JS API.
//
// Errors: 301025 wrong number.
// https://developer.work.weixin.qq.com/document/path/93798
func CorpGetOpenApprovalData(api *token.Api, thirdNo string) (*Approval, error) {
	res, err := cgi.Call[approvalRes](api, cgi.Read("corp/getopenapprovaldata").Needing("data"), approvalReq{thirdNo}, check.Required("thirdNo", thirdNo))
	if err != nil {
		return nil, err
	}
	return &res.Data, nil
}
