package externalcontact

import (
	"github.com/gothird/wecom/corp/internal/cgi"
	"github.com/gothird/wecom/token"
)

type strategyTagsReq struct {
	StrategyId int64 `json:"strategy_id,omitempty"`
	TagIds
}

// GetStrategyTagList 获取指定规则组下的企业客户标签: lists the tags of a rule group (规则组)
// that this app made, 0 for all of these, otherwise like [GetCorpTagList].
//
// Errors: 40068 wrong id.
// https://developer.work.weixin.qq.com/document/path/99542
func GetStrategyTagList(api *token.Api, strategyId int64, ids TagIds) ([]TagGroup, error) {
	return tagGroups(api, "externalcontact/get_strategy_tag_list", strategyTagsReq{strategyId, ids})
}

type addStrategyTagReq struct {
	StrategyId int64 `json:"strategy_id"`
	NewTags
}

// AddStrategyTag 为指定规则组创建企业客户标签: makes tags in a rule group of the first level
// that this app made, otherwise like [AddCorpTag]. They are part of the corp's 10000 tags.
// https://developer.work.weixin.qq.com/document/path/99542
func AddStrategyTag(api *token.Api, strategyId int64, tags NewTags) (*TagGroup, error) {
	return addTags(api, "externalcontact/add_strategy_tag", addStrategyTagReq{strategyId, tags}, tags.check())
}

// EditStrategyTag 编辑指定规则组下的企业客户标签: changes a tag of a rule group, or a group of
// them, otherwise like [EditCorpTag].
// https://developer.work.weixin.qq.com/document/path/99542
func EditStrategyTag(api *token.Api, t TagEdit) error {
	return cgi.Do(api, cgi.Write("externalcontact/edit_strategy_tag"), t, t.check())
}

// DelStrategyTag 删除指定规则组下的企业客户标签: deletes tags of rule groups, otherwise like
// [DelCorpTag].
// https://developer.work.weixin.qq.com/document/path/99542
func DelStrategyTag(api *token.Api, ids TagIds) error {
	return cgi.Do(api, cgi.Write("externalcontact/del_strategy_tag"), ids, ids.check())
}
