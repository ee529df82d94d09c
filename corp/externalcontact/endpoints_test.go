package externalcontact_test

import (
	"errors"
	"iter"
	"net/url"
	"slices"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spec"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
	"github.com/stretchr/testify/assert"
)

func last[T any](seq iter.Seq2[T, error]) (last error) {
	for _, err := range seq {
		last = err
	}
	return last
}

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, slices.Concat(customerRows(), marketingRows()), slices.Concat(customerWalks(), marketingWalks())...)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }

// The fake checks the form of each request, and every walk of its pages ends. It knows none of
// the ids in the samples: that is a code of the facts, if it has rules.
func TestTheFakeTakesEveryCall(t *testing.T) {
	t.Parallel()
	codes := map[string][]int{}
	for _, e := range spec.Endpoints() {
		codes[e.File+"/"+e.Name] = append(e.Errors, 40058) // of ids that have no code of their own
	}
	wecom := wecomtest.New(t)
	api := wecom.Install(wecomtest.Corp{AgentId: corptest.AgentId}).Api()
	for _, row := range slices.Concat(customerRows(), marketingRows()) {
		_, err := row.Call(api)
		var unlicensed *externalcontact.Unlicensed
		var refused *token.Error
		requests := wecom.Requests("")
		switch {
		case err == nil:
		case !requests[len(requests)-1].Sample:
			if assert.ErrorAs(t, err, &refused, row.Go) {
				assert.Contains(t, codes[row.Endpoint], refused.Code, row.Go)
			}
		case !errors.As(err, &unlicensed): // some members of the sample are
			assert.NoError(t, err, row.Go)
		}
	}
}

// customerRows are the rows about customers, their tags and their groups.
func customerRows() []corptest.Row {
	return slices.Concat(contactRows(), convertRows(), tagRows(), wayRows(), groupChatRows(), transferRows(), statisticRows())
}

func contactRows() []corptest.Row {
	return slices.Concat([]corptest.Row{
		{Go: "GetFollowUserList", Endpoint: "corp/externalcontact/get_follow_user_list", Call: func(api *token.Api) (any, error) {
			return externalcontact.GetFollowUserList(api)
		}},
		{Go: "List", Endpoint: "corp/externalcontact/list", Query: url.Values{"userid": {"woLin"}}, Call: func(api *token.Api) (any, error) {
			return externalcontact.List(api, "woLin")
		}},
		{Go: "Get", Endpoint: "corp/externalcontact/get", Query: url.Values{"external_userid": {"wmLi"}, "cursor": {"c"}}, Call: func(api *token.Api) (any, error) {
			return externalcontact.Get(api, "wmLi", "c")
		}},
		{Go: "AllFollowUsers", Endpoint: "corp/externalcontact/get", Sweep: true, Call: func(api *token.Api) (any, error) {
			return nil, last(externalcontact.AllFollowUsers(api, "wmLi"))
		}},
		{Go: "AllByUser", Endpoint: "corp/externalcontact/batch_get_by_user", Sweep: true, Call: func(api *token.Api) (any, error) {
			return nil, last(externalcontact.AllByUser(api, []string{"woLin"}))
		}},
		{Go: "AllCustomers", Endpoint: "corp/externalcontact/get_follow_user_list", Sweep: true, Call: func(api *token.Api) (any, error) {
			return nil, last(externalcontact.AllCustomers(api))
		}},
	}, corptest.Rows("BatchGetByUser", "corp/externalcontact/batch_get_by_user", func(api *token.Api, in struct {
		UserIdList []string `json:"userid_list"`
		Cursor     string
		Limit      int
	}) (any, error) {
		return externalcontact.BatchGetByUser(api, in.UserIdList, in.Cursor, in.Limit)
	}), corptest.Rows("Remark", "corp/externalcontact/remark", func(api *token.Api, in externalcontact.Remarks) (any, error) {
		return nil, externalcontact.Remark(api, in)
	}))
}

func convertRows() []corptest.Row {
	return slices.Concat(corptest.Rows("UnionIdToExternalUserId", "corp/externalcontact/unionid_to_external_userid", func(api *token.Api, in struct{ UnionId, OpenId string }) (any, error) {
		return externalcontact.UnionIdToExternalUserId(api, in.UnionId, in.OpenId)
	}), corptest.Rows("ConvertToOpenId", "corp/externalcontact/convert_to_openid", func(api *token.Api, in struct {
		ExternalUserId string `json:"external_userid"`
	}) (any, error) {
		return externalcontact.ConvertToOpenId(api, in.ExternalUserId)
	}), corptest.Rows("BatchToExternalUserId", "corp/externalcontact/batch_to_external_userid", func(api *token.Api, in struct{ Mobiles []string }) (any, error) {
		return externalcontact.BatchToExternalUserId(api, in.Mobiles)
	}), corptest.Rows("OpenGidToChatId", "corp/externalcontact/opengid_to_chatid", func(api *token.Api, in struct{ OpenGid string }) (any, error) {
		return externalcontact.OpenGidToChatId(api, in.OpenGid)
	}))
}

// app is the app's id, which the functions add by themselves.
type app struct{ AgentId int64 }

func tagRows() []corptest.Row {
	return slices.Concat(corptest.Rows("GetCorpTagList", "corp/externalcontact/get_corp_tag_list", func(api *token.Api, in externalcontact.TagIds) (any, error) {
		return externalcontact.GetCorpTagList(api, in)
	}), corptest.Rows("AddCorpTag", "corp/externalcontact/add_corp_tag", func(api *token.Api, in struct {
		externalcontact.NewTags
		app
	}) (any, error) {
		return externalcontact.AddCorpTag(api, in.NewTags)
	}), corptest.Rows("EditCorpTag", "corp/externalcontact/edit_corp_tag", func(api *token.Api, in struct {
		externalcontact.TagEdit
		app
	}) (any, error) {
		return nil, externalcontact.EditCorpTag(api, in.TagEdit)
	}), corptest.Rows("DelCorpTag", "corp/externalcontact/del_corp_tag", func(api *token.Api, in struct {
		externalcontact.TagIds
		app
	}) (any, error) {
		return nil, externalcontact.DelCorpTag(api, in.TagIds)
	}), corptest.Rows("MarkTag", "corp/externalcontact/mark_tag", func(api *token.Api, in struct {
		UserId         string
		ExternalUserId string   `json:"external_userid"`
		AddTag         []string `json:"add_tag"`
		RemoveTag      []string `json:"remove_tag"`
	}) (any, error) {
		return nil, externalcontact.MarkTag(api, in.UserId, in.ExternalUserId, in.AddTag, in.RemoveTag)
	}), strategyTagRows())
}

// strategy is how requests name a rule group.
type strategy struct {
	StrategyId int64 `json:"strategy_id"`
}

func strategyTagRows() []corptest.Row {
	return slices.Concat(corptest.Rows("GetStrategyTagList", "corp/externalcontact/get_strategy_tag_list", func(api *token.Api, in struct {
		strategy
		externalcontact.TagIds
	}) (any, error) {
		return externalcontact.GetStrategyTagList(api, in.StrategyId, in.TagIds)
	}), corptest.Rows("AddStrategyTag", "corp/externalcontact/add_strategy_tag", func(api *token.Api, in struct {
		strategy
		externalcontact.NewTags
	}) (any, error) {
		return externalcontact.AddStrategyTag(api, in.StrategyId, in.NewTags)
	}), corptest.Rows("EditStrategyTag", "corp/externalcontact/edit_strategy_tag", func(api *token.Api, in externalcontact.TagEdit) (any, error) {
		return nil, externalcontact.EditStrategyTag(api, in)
	}), corptest.Rows("DelStrategyTag", "corp/externalcontact/del_strategy_tag", func(api *token.Api, in externalcontact.TagIds) (any, error) {
		return nil, externalcontact.DelStrategyTag(api, in)
	}))
}
