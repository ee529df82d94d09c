package externalcontact

import (
	"cmp"
	"errors"

	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/internal/check"
	"github.com/gothird/wecom/token"
)

// What a rule does with a message that has one of its words.
const (
	InterceptBlock = 1 // warns, and does not send
	InterceptWarn  = 2
)

// What a rule finds without words.
const (
	SemanticsMobile    = 1
	SemanticsMail      = 2
	SemanticsRedPacket = 3
)

// RuleRange lists the members and departments to whom a rule applies.
type RuleRange struct {
	UserList       []string `json:"user_list,omitempty"`       // at most 1000 in a request
	DepartmentList []int64  `json:"department_list,omitempty"` // at most 1000 in a request
}

func (r *RuleRange) check(field string) error {
	if r == nil {
		return nil
	}
	if len(r.UserList)+len(r.DepartmentList) == 0 {
		return errors.New("wecom: " + field + " has neither user_list nor department_list")
	}
	return cmp.Or(check.Items(field+".user_list", len(r.UserList), 1000), check.Items(field+".department_list", len(r.DepartmentList), 1000))
}

// NewInterceptRule 敏感词规则: is a new rule.
type NewInterceptRule struct {
	RuleName        string    `json:"rule_name"`                // 1 to 20 characters
	WordList        []string  `json:"word_list"`                // 1 to 300 words of 1 to 32 characters
	SemanticsList   []int     `json:"semantics_list,omitempty"` // SemanticsMobile, …
	InterceptType   int       `json:"intercept_type"`           // InterceptBlock, InterceptWarn
	ApplicableRange RuleRange `json:"applicable_range"`         // of a rule at most 10,000 members
}

func (r NewInterceptRule) check() error {
	return cmp.Or(check.Required("rule_name", r.RuleName), check.Ids("word_list", r.WordList, 300), checkRule(r.RuleName, r.WordList, r.SemanticsList),
		check.Between("intercept_type", r.InterceptType, InterceptBlock, InterceptWarn), r.ApplicableRange.check("applicable_range"))
}

func checkRule(name string, words []string, semantics []int) error {
	for i, word := range words {
		if err := cmp.Or(check.Required("word", word), check.Runes("word", word, 32)); err != nil {
			return check.At("word_list", i, err)
		}
	}
	for i, kind := range semantics {
		if err := check.Between("semantics", kind, SemanticsMobile, SemanticsRedPacket); err != nil {
			return check.At("semantics_list", i, err)
		}
	}
	return cmp.Or(check.Runes("rule_name", name, 20), check.Items("word_list", len(words), 300))
}

type ruleReq struct {
	RuleId string `json:"rule_id"`
}

func (r ruleReq) check() error { return check.Required("rule_id", r.RuleId) }

// AddInterceptRule 新建敏感词规则: makes a rule against words in chats with customers, and
// returns its id. A corp has at most 100.
//
// Errors: 41068 too many words, 41069 too many rules, 41076 its range is too large, 41077
// there is one of that name, 41083 wrong word, 41084 wrong semantics.
// https://developer.work.weixin.qq.com/document/path/95097
func AddInterceptRule(api *token.Api, in NewInterceptRule) (ruleId string, err error) {
	res, err := cgi.Call[ruleReq](api, cgi.Write("externalcontact/add_intercept_rule").Needing("rule_id"), in, in.check())
	if err != nil {
		return "", err
	}
	return res.RuleId, nil
}

// RuleInfo is a rule in the list.
type RuleInfo struct {
	RuleId     string `json:"rule_id"`
	RuleName   string `json:"rule_name"`
	CreateTime int64  `json:"create_time"` // Unix seconds
}

type rulesRes struct {
	RuleList []RuleInfo `json:"rule_list"`
}

// GetInterceptRuleList 获取敏感词规则列表: lists all rules of the corp, including those of other
// apps.
// https://developer.work.weixin.qq.com/document/path/95097
func GetInterceptRuleList(api *token.Api) ([]RuleInfo, error) {
	res, err := cgi.Call[rulesRes](api, cgi.Get("externalcontact/get_intercept_rule_list"), nil)
	if err != nil {
		return nil, err
	}
	return res.RuleList, nil
}

// InterceptRule is a rule. WeCom returns its semantics in one of two places: use Semantics.
type InterceptRule struct {
	RuleInfo
	WordList        []string  `json:"word_list"`
	SemanticsList   []int     `json:"semantics_list"`
	ExtraRule       ExtraRule `json:"extra_rule"`
	InterceptType   int       `json:"intercept_type"`   // InterceptBlock, InterceptWarn
	ApplicableRange RuleRange `json:"applicable_range"` // what the app sees of it
}

// ExtraRule is what a rule finds without words.
type ExtraRule struct {
	SemanticsList []int `json:"semantics_list"`
}

// Semantics returns what the rule finds without words: [SemanticsMobile], ….
func (r InterceptRule) Semantics() []int {
	if len(r.SemanticsList) > 0 {
		return r.SemanticsList
	}
	return r.ExtraRule.SemanticsList
}

type ruleRes struct {
	Rule InterceptRule `json:"rule"`
}

// GetInterceptRule 获取敏感词规则详情: reads a rule.
//
// Errors: 41070 wrong id, 41071 it is deleted.
// https://developer.work.weixin.qq.com/document/path/95097
func GetInterceptRule(api *token.Api, ruleId string) (*InterceptRule, error) {
	req := ruleReq{ruleId}
	res, err := cgi.Call[ruleRes](api, cgi.Read("externalcontact/get_intercept_rule").Needing("rule"), req, req.check())
	if err != nil {
		return nil, err
	}
	return &res.Rule, nil
}

// InterceptRuleEdit changes a rule. Fields that are left out do not change.
type InterceptRuleEdit struct {
	RuleId                string     `json:"rule_id"`
	RuleName              string     `json:"rule_name,omitempty"`  // at most 20 characters
	WordList              []string   `json:"word_list,omitempty"`  // replaces all
	ExtraRule             *ExtraRule `json:"extra_rule,omitempty"` // replaces all; with an empty list there are none
	InterceptType         int        `json:"intercept_type,omitempty"`
	AddApplicableRange    *RuleRange `json:"add_applicable_range,omitempty"`
	RemoveApplicableRange *RuleRange `json:"remove_applicable_range,omitempty"`
}

func (r InterceptRuleEdit) check() error {
	var semantics []int
	if r.ExtraRule != nil {
		semantics = r.ExtraRule.SemanticsList
	}
	return cmp.Or(check.Required("rule_id", r.RuleId), checkRule(r.RuleName, r.WordList, semantics), check.Between("intercept_type", r.InterceptType, 0, InterceptWarn),
		r.AddApplicableRange.check("add_applicable_range"), r.RemoveApplicableRange.check("remove_applicable_range"))
}

// UpdateInterceptRule 修改敏感词规则: changes a rule that the app made. Limits and errors are
// those of [AddInterceptRule]. Further errors: 41070 wrong id, 41071 it is deleted.
// https://developer.work.weixin.qq.com/document/path/95097
func UpdateInterceptRule(api *token.Api, in InterceptRuleEdit) error {
	if in.ExtraRule != nil { // an empty list clears, null does not
		in.ExtraRule = &ExtraRule{append([]int{}, in.ExtraRule.SemanticsList...)}
	}
	return cgi.Do(api, cgi.Write("externalcontact/update_intercept_rule"), in, in.check())
}

// DelInterceptRule 删除敏感词规则: deletes a rule that the app made.
//
// Errors: 41070 wrong id, 41071 it is deleted.
// https://developer.work.weixin.qq.com/document/path/95097
func DelInterceptRule(api *token.Api, ruleId string) error {
	req := ruleReq{ruleId}
	return cgi.Do(api, cgi.Write("externalcontact/del_intercept_rule"), req, req.check())
}
