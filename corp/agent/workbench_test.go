package agent_test

import (
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/agent"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/gothird/wecom/token"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheKindOfAWorkbench(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{}`, `{}`)
	require.NoError(t, agent.SetWorkbenchTemplate(api, agent.Template{}))
	require.NoError(t, agent.SetWorkbenchData(api, "woAnna", agent.Workbench{Type: "list", Image: &agent.Image{Url: "https://x.example"}}))
	assert.Equal(t, []string{
		`/cgi-bin/agent/set_workbench_template {"agentid":1000012,"type":"normal"}`,
		`/cgi-bin/agent/set_workbench_data {"agentid":1000012,"userid":"woAnna","type":"image","image":{"url":"https://x.example"}}`,
	}, asked(), "the type follows from the kind")
}

// G: endpoint/checked
func TestWorkbenchLimits(t *testing.T) {
	t.Parallel()
	item := agent.KeyItem{Key: strings.Repeat("字", 64), Data: strings.Repeat("字", 64), JumpUrl: strings.Repeat("u", 1024), PagePath: strings.Repeat("p", 1024)}
	line := agent.Item{Title: strings.Repeat("t", 128)}
	api, _ := corptest.Script(t, `{}`, `{}`)
	require.NoError(t, agent.SetWorkbenchData(api, "woAnna", agent.Workbench{KeyData: &agent.KeyData{Items: []agent.KeyItem{item, item, item, item}}}))
	require.NoError(t, agent.SetWorkbenchData(api, "woAnna", agent.Workbench{List: &agent.Items{Items: []agent.Item{line, line, line}}}))

	api, _ = corptest.Script(t)
	long := func(change func(*agent.KeyItem)) agent.Workbench {
		wrong := item
		change(&wrong)
		return agent.Workbench{KeyData: &agent.KeyData{Items: []agent.KeyItem{item, wrong}}}
	}
	for want, w := range map[string]agent.Workbench{
		"workbench is empty: it takes":      {},
		"workbench has image and webview":   {Image: &agent.Image{Url: "u"}, Webview: &agent.Webview{Url: "u"}},
		"the number of keydata.items is 5":  {KeyData: &agent.KeyData{Items: make([]agent.KeyItem, 5)}},
		"keydata.items[1].key has 65":       long(func(k *agent.KeyItem) { k.Key += "x" }),
		"keydata.items[1].data has 65":      long(func(k *agent.KeyItem) { k.Data += "x" }),
		"keydata.items[1].jump_url has 1":   long(func(k *agent.KeyItem) { k.JumpUrl += "x" }),
		"keydata.items[1].pagepath has 102": long(func(k *agent.KeyItem) { k.PagePath += "x" }),
		"the number of list.items is 4":     {List: &agent.Items{Items: []agent.Item{line, line, line, line}}},
		"list.items[0].title has 129":       {List: &agent.Items{Items: []agent.Item{{Title: line.Title + "x"}}}},
		"list.items[0].title is empty":      {List: &agent.Items{Items: []agent.Item{{}}}},
		"the number of keydata.items is 0":  {KeyData: &agent.KeyData{}},
		"the number of list.items is 0":     {List: &agent.Items{}},
		"image.url is empty":                {Image: &agent.Image{}},
		"webview.url is empty":              {Webview: &agent.Webview{}},
	} {
		assert.ErrorContains(t, agent.SetWorkbenchData(api, "woAnna", w), want)
		assert.ErrorContains(t, agent.BatchSetWorkbenchData(api, []string{"woAnna"}, w), want)
	}
	ok := agent.Workbench{Image: &agent.Image{Url: "u"}}
	assert.ErrorContains(t, agent.SetWorkbenchData(api, "", ok), "userid is empty")
	assert.ErrorContains(t, agent.BatchSetWorkbenchData(api, nil, ok), "userid_list is empty")
	_, err := agent.GetWorkbenchData(api, "")
	assert.ErrorContains(t, err, "userid is empty")
}

func TestBatchesSayHowFarTheyCame(t *testing.T) {
	t.Parallel()
	users := strings.Split(strings.Repeat("woAnna,", 2500), ",")[:2500]
	w := agent.Workbench{Image: &agent.Image{Url: "u"}}
	api, asked := corptest.Script(t, `{}`, `{}`, `{}`)
	require.NoError(t, agent.BatchSetWorkbenchData(api, users, w))
	assert.Len(t, asked(), 3)
	assert.Equal(t, 500, strings.Count(asked()[2], "woAnna"))

	api, _ = corptest.Script(t, `{}`, `{"errcode":60111}`)
	err := agent.BatchSetWorkbenchData(api, users, w)
	var partial *token.PartialError
	require.ErrorAs(t, err, &partial)
	assert.Equal(t, 1000, partial.Done)
	assert.Zero(t, partial.Unknown)
	assert.ErrorIs(t, err, token.Code(60111))
}

func TestWithoutAnInstallation(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	require.NoError(t, api.RemoveInstallation())
	_, err := agent.Get(api)
	require.ErrorIs(t, err, token.ErrNotInstalled)
	_, err = agent.GetWorkbenchData(api, "woAnna")
	require.ErrorIs(t, err, token.ErrNotInstalled)
	require.ErrorIs(t, agent.SetWorkbenchTemplate(api, agent.Template{}), token.ErrNotInstalled)
	require.ErrorIs(t, agent.BatchSetWorkbenchData(api, []string{"a"}, agent.Workbench{Image: &agent.Image{Url: "u"}}), token.ErrNotInstalled)
}
