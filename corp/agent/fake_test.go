package agent_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gothird/wecom/corp/agent"
	"github.com/gothird/wecom/internal/spectest"
	"github.com/gothird/wecom/token"
	"github.com/gothird/wecom/wecomtest"
)

// What the app has set for all, or for some, is what it reads: of each kind that the facts have.
func TestWorkbenchIsReadAsItWasSet(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t)
	corp := w.Install(wecomtest.Corp{})
	api, lin, wang := corp.Api(), corp.Members[0].UserId, corp.Members[1].UserId
	kinds := map[string]bool{}
	for i := range spectest.Samples("corp/agent/set_workbench_template") {
		set := spectest.Request[struct {
			AgentId int64
			agent.Template
		}]("corp/agent/set_workbench_template", i).Template
		require.NoError(t, agent.SetWorkbenchTemplate(api, set), "sample %d", i)
		got, err := agent.GetWorkbenchTemplate(api)
		require.NoError(t, err)
		kinds[got.Type] = true
		if got.Type == "normal" {
			continue
		}
		assert.Equal(t, set.ReplaceUserData, got.ReplaceUserData)
		assert.Equal(t, set.Workbench, got.Workbench, "sample %d", i)
		shown, err := agent.GetWorkbenchData(api, lin)
		require.NoError(t, err)
		assert.Equal(t, set.Workbench, *shown, "without data of her own")
		require.NoError(t, agent.SetWorkbenchData(api, lin, set.Workbench))
		require.NoError(t, agent.BatchSetWorkbenchData(api, []string{lin, wang}, set.Workbench))
	}
	assert.GreaterOrEqual(t, len(kinds), 4, "%v", kinds)
	require.ErrorIs(t, agent.SetWorkbenchData(api, "woNobody", agent.Workbench{Image: &agent.Image{Url: "https://app.example"}}), token.Code(40058), "another kind")
}

// The visible range is what the members of the test are.
func TestVisibleRangeOfTheFake(t *testing.T) {
	t.Parallel()
	w := wecomtest.New(t, wecomtest.Suites(1), wecomtest.Customized(1))
	corp := w.Install(wecomtest.Corp{Members: []wecomtest.Member{
		{UserId: "woLin"}, {UserId: "woZhou", Departments: []string{"Sales"}}, {UserId: "woWang", Departments: []string{"Lab", "Sales"}, Hidden: true},
		{UserId: "woChen", Departments: []string{"Kitchen/Oven"}},
	}})
	got, err := agent.Get(corp.Api())
	require.NoError(t, err)
	assert.Equal(t, []agent.UserInfo{{UserId: "woLin"}, {UserId: "woZhou"}}, got.AllowUserInfos.User)
	assert.Equal(t, []int64{corp.Department("Kitchen")}, got.AllowPartys.PartyId)
	list, err := agent.List(corp.Api())
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, []any{corp.AgentId, got.Name}, []any{list[0].AgentId, list[0].Name})
	custom := w.Install(wecomtest.Corp{Id: corp.Id, App: w.Suite(1)})
	other, err := agent.Get(custom.Api())
	require.NoError(t, err)
	assert.NotEqual(t, got.AgentId, other.AgentId)
	assert.Equal(t, 2, other.CustomizedPublishStatus)
}
