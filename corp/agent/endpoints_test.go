package agent_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/gothird/wecom/corp/agent"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
)

type row = corptest.Row

var rows = slices.Concat([]row{
	{Go: "Get", Endpoint: "corp/agent/get", Query: url.Values{"agentid": {"1000012"}}, Call: func(api *token.Api) (any, error) {
		return agent.Get(api)
	}},
	{Go: "List", Endpoint: "corp/agent/list", Call: func(api *token.Api) (any, error) {
		return agent.List(api)
	}},
	{
		Go: "ClaimCustomizedApp", Endpoint: "corp/agent/claim_customized_app",
		Except: spectest.Why{"suite_access_token": "is the suite's present one"},
		Call: func(api *token.Api) (any, error) {
			return nil, agent.ClaimCustomizedApp(api, "TOKEN-corp-held")
		},
	},
	{Go: "GetWorkbenchTemplate", Endpoint: "corp/agent/get_workbench_template", Call: func(api *token.Api) (any, error) {
		return agent.GetWorkbenchTemplate(api)
	}},
}, corptest.Rows("SetWorkbenchTemplate", "corp/agent/set_workbench_template", func(api *token.Api, in struct {
	AgentId int64
	agent.Template
}) (any, error) {
	return nil, agent.SetWorkbenchTemplate(api, in.Template)
}), corptest.Rows("SetWorkbenchData", "corp/agent/set_workbench_data", func(api *token.Api, in struct {
	AgentId int64
	UserId  string
	agent.Workbench
}) (any, error) {
	return nil, agent.SetWorkbenchData(api, in.UserId, in.Workbench)
}), corptest.Rows("BatchSetWorkbenchData", "corp/agent/batch_set_workbench_data", func(api *token.Api, in struct {
	AgentId    int64
	UserIdList []string `json:"userid_list"`
	Data       agent.Workbench
}) (any, error) {
	return nil, agent.BatchSetWorkbenchData(api, in.UserIdList, in.Data)
}), corptest.Rows("GetWorkbenchData", "corp/agent/get_workbench_data", func(api *token.Api, in struct {
	AgentId int64
	UserId  string
}) (any, error) {
	return agent.GetWorkbenchData(api, in.UserId)
}))

// G: endpoint/documented
func TestEndpoints(t *testing.T) {
	corptest.Run(t, rows)
}

// G: endpoint/names
func TestWireNames(t *testing.T) { spectest.WireNames(t, ".", nil) }
