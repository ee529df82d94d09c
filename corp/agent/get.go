package agent

import (
	"net/url"
	"strconv"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/token"
)

// Agent 应用: is the app as the corp has set it up.
type Agent struct {
	AgentId                 int64     `json:"agentid"`
	Name                    string    `json:"name"`
	SquareLogoUrl           string    `json:"square_logo_url"`
	Description             string    `json:"description"`
	AllowUserInfos          UserInfos `json:"allow_userinfos"` // visible range: members
	AllowPartys             Partys    `json:"allow_partys"`    // visible range: departments
	AllowTags               Tags      `json:"allow_tags"`      // visible range: tags
	Close                   int       `json:"close"`           // 1: switched off
	RedirectDomain          string    `json:"redirect_domain"` // trusted domain
	ReportLocationFlag      int       `json:"report_location_flag"`
	IsReportEnter           int       `json:"isreportenter"` // 1: enter events are sent
	HomeUrl                 string    `json:"home_url"`
	CustomizedPublishStatus int       `json:"customized_publish_status"` // customised apps: 0 not made yet, 1 in development, 2 online, 3 online with a version that is not
}

// UserInfos lists members.
type UserInfos struct {
	User []UserInfo `json:"user"`
}

// UserInfo is one member.
type UserInfo struct {
	UserId string `json:"userid"`
}

// Partys lists departments.
type Partys struct {
	PartyId []int64 `json:"partyid"`
}

// Tags lists tags.
type Tags struct {
	TagId []int64 `json:"tagid"`
}

// Get 获取指定的应用详情: reads the app's name, state and visible range.
//
// The members of the visible range come with the ids under which the app knows them.
// https://developer.work.weixin.qq.com/document/path/90363
func Get(api *token.Api) (*Agent, error) {
	agentId, err := api.AgentId()
	return cgi.Call[Agent](api, cgi.Get("agent/get").Needing("agentid"), url.Values{"agentid": {strconv.FormatInt(agentId, 10)}}, err)
}

// Listed is an app in a list.
type Listed struct {
	AgentId       int64  `json:"agentid"`
	Name          string `json:"name"`
	SquareLogoUrl string `json:"square_logo_url"`
}

type listRes struct {
	AgentList []Listed `json:"agentlist"`
}

// List 获取access_token对应的应用列表: lists the apps that the token gives access to, which is
// this one.
// https://developer.work.weixin.qq.com/document/path/90363
func List(api *token.Api) ([]Listed, error) {
	res, err := cgi.Call[listRes](api, cgi.Get("agent/list"), nil)
	if err != nil {
		return nil, err
	}
	return res.AgentList, nil
}

type claimReq struct {
	SuiteAccessToken string `json:"suite_access_token"`
}

// ClaimCustomizedApp 自建应用迁移成代开发应用: turns a self-built app of the corp into a
// customised app of the bound suite, which is a template. accessToken is the self-built app's.
//
// WeCom pushes the authorisation, as after an installation.
// https://developer.work.weixin.qq.com/document/path/99617
func ClaimCustomizedApp(api *token.Api, accessToken string) error {
	suite, err := api.AccessToken(token.Suite)
	if err != nil {
		return err
	}
	ep := cgi.Write("agent/claim_customized_app")
	ep.Credential = token.Static(accessToken)
	return cgi.Do(api, ep, claimReq{suite.AcsToken})
}
