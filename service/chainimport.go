package service

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// Roles of a [ChainPerson].
const (
	ChainMember = 1
	ChainHead   = 2 // 负责人: at most 5 in a corp
)

// ChainContact is one corp to invite into a chain, with the people to invite.
type ChainContact struct {
	CorpName        string        `json:"corp_name"`            // 1 to 32 Chinese characters, letters, digits or  -_()（）
	GroupPath       string        `json:"group_path,omitempty"` // groups joined by /; "": the root; for new corps only
	CustomId        string        `json:"custom_id,omitempty"`  // the upper corp's own, at most 64 letters and digits
	ContactInfoList []ChainPerson `json:"contact_info_list"`    // at most 200
}

// ChainPerson is one person of a [ChainContact]. In a corp without a head (负责人), each person
// chooses the corp to join with, and CustomId is lost.
type ChainPerson struct {
	Name         string `json:"name"`                     // 1 to 32 characters
	IdentityType int    `json:"identity_type"`            // ChainMember, ChainHead
	Mobile       string `json:"mobile"`                   // foreign numbers with + and country code
	UserCustomId string `json:"user_custom_id,omitempty"` // a number from 1 to 2^64-2 without a leading 0, which must not have 11 or 13 digits
}

func (c ChainContact) check() error {
	err := cmp.Or(checkCorpName(c.CorpName), check.Bytes("custom_id", c.CustomId, 64), check.Plain("custom_id", c.CustomId, ""),
		check.Between("number of contact_info_list", len(c.ContactInfoList), 1, 200))
	if err != nil {
		return err
	}
	heads := 0
	for i, p := range c.ContactInfoList {
		if err := p.check(); err != nil {
			return check.At("contact_info_list", i, err)
		}
		if p.IdentityType == ChainHead {
			heads++
		}
	}
	return check.Between("number of heads", heads, 0, 5)
}

func checkCorpName(name string) error {
	if strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_()（）", r)
	}) {
		return fmt.Errorf("wecom: corp_name is %q: it takes only letters, digits, blanks and -_()（）", name)
	}
	return cmp.Or(check.Required("corp_name", name), check.Runes("corp_name", name, 32))
}

func (p ChainPerson) check() error {
	return cmp.Or(check.Required("name", p.Name), check.Runes("name", p.Name, 32),
		check.Between("identity_type", p.IdentityType, ChainMember, ChainHead),
		check.Required("mobile", p.Mobile), checkUserCustomId(p.UserCustomId))
}

// checkUserCustomId returns an error for a number that WeCom does not accept; those with as
// many digits as a mobile number, or as a time in milliseconds, are not allowed.
func checkUserCustomId(id string) error {
	if id == "" {
		return nil
	}
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil || n == 0 || n > math.MaxUint64-1 || id[0] == '0' || len(id) == 11 || len(id) == 13 {
		return fmt.Errorf("wecom: user_custom_id is %q: it must be 1 to 2^64-2 without a leading 0, and have neither 11 nor 13 digits", id)
	}
	return nil
}

type importChainReq struct {
	ChainId     string         `json:"chain_id"`
	ContactList []ChainContact `json:"contact_list"`
}

// ImportChainContact 批量导入上下游联系人: starts an import of at most 1000 corps and 2000
// people into a chain and gives the job's id; see [GetChainImportResult]. One invalid person
// excludes the whole corp. WeCom accepts the call only from a self-built app under
// 可调用接口的应用 of the chain: accessToken is that app's.
//
// The limit is 20,000 people a day. Errors: 670002 wrong chain, 670022 an import is running, 670023 the
// limit of the day is reached.
// https://developer.work.weixin.qq.com/document/path/95821
func ImportChainContact(api *token.Api, accessToken, chainId string, corps []ChainContact) (string, error) {
	if err := cmp.Or(check.Required("access_token", accessToken), check.Required("chain_id", chainId),
		checkImport(corps)); err != nil {
		return "", err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/import_chain_contact", Credential: token.Static(accessToken)}.Needing("jobid")
	res, err := token.Call[jobRes](api, ep, importChainReq{chainId, corps})
	if err != nil {
		return "", err
	}
	return res.JobId, nil
}

func checkImport(corps []ChainContact) error {
	people := 0
	for i, c := range corps {
		if err := c.check(); err != nil {
			return check.At("contact_list", i, err)
		}
		people += len(c.ContactInfoList)
	}
	return cmp.Or(check.Between("number of contact_list", len(corps), 1, 1000),
		check.Between("number of people", people, 1, 2000))
}

// ChainImport is the state of an import.
type ChainImport struct {
	Status int               `json:"status"` // 1 begun, 2 running, 3 done
	Result ChainImportResult `json:"result"` // when done
}

// ChainImportResult is the result of an import.
type ChainImportResult struct {
	ChainId      string             `json:"chain_id"`
	ImportStatus int                `json:"import_status"` // 1 all corps are in, 2 some, 3 none
	FailList     []ChainImportError `json:"fail_list"`
}

// ChainImportError is a corp that was not imported.
type ChainImportError struct {
	CorpName        string             `json:"corp_name"`
	CustomId        string             `json:"custom_id"`
	ErrCode         int                `json:"errcode"`
	ErrMsg          string             `json:"errmsg"`
	ContactInfoList []ChainPersonError `json:"contact_info_list"` // the people who were wrong
}

// ChainPersonError is a person who was not imported.
type ChainPersonError struct {
	Mobile  string `json:"mobile"`
	ErrCode int    `json:"errcode"`
	ErrMsg  string `json:"errmsg"`
}

// GetChainImportResult 获取异步任务结果: reports the state of a job of [ImportChainContact].
// accessToken is that of the self-built app that started it.
//
// WeCom accepts at most 5 calls at a time. Errors: 40088 no such job, 40089 its result is gone.
// https://developer.work.weixin.qq.com/document/path/95823
func GetChainImportResult(api *token.Api, accessToken, jobId string) (*ChainImport, error) {
	if err := cmp.Or(check.Required("access_token", accessToken), check.Id("jobid", jobId, 64)); err != nil {
		return nil, err
	}
	ep := token.Endpoint{Method: "GET", Path: "/cgi-bin/corpgroup/getresult", Credential: token.Static(accessToken), Read: true}.Needing("status")
	return token.Call[ChainImport](api, ep, url.Values{"jobid": {jobId}})
}

// RemoveCorp 移除企业: removes a corp from a chain, by corpId or, while it has not joined, by
// pendingCorpId; the other is "". WeCom accepts the call only from a self-built app under
// 可调用接口的应用 of the chain: accessToken is that app's.
//
// WeCom accepts one call at a time. Errors: 670002 wrong chain, 670004 not in the chain, 670027
// the founder can't be removed, 710002 wrong pending_corpid.
// https://developer.work.weixin.qq.com/document/path/95822
func RemoveCorp(api *token.Api, accessToken, chainId, corpId, pendingCorpId string) error {
	req := chainCorpReq{chainId, corpId, pendingCorpId}
	if err := cmp.Or(check.Required("access_token", accessToken), req.check()); err != nil {
		return err
	}
	ep := token.Endpoint{Path: "/cgi-bin/corpgroup/corp/remove_corp", Credential: token.Static(accessToken)}
	return api.Do(ep, req, nil)
}
