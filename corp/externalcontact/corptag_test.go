package externalcontact_test

import (
	"math"
	"strings"
	"testing"

	"github.com/gothird/wecom/corp/externalcontact"
	"github.com/gothird/wecom/corp/internal/corptest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The three requests that change tags of the corp name the app, those of rule groups don't.
// G: endpoint/zeros
func TestWhatTagRequestsSay(t *testing.T) {
	t.Parallel()
	const made = `{"tag_group":{"group_id":"et"}}`
	api, asked := corptest.Script(t, made, `{}`, `{}`, made, `{}`, `{}`, `{}`, `{}`)
	tags := externalcontact.NewTags{GroupName: "grade", Tag: []externalcontact.NewTag{{Name: "gold"}}}
	_, err := externalcontact.AddCorpTag(api, tags)
	require.NoError(t, err)
	require.NoError(t, externalcontact.EditCorpTag(api, externalcontact.TagEdit{Id: "et", Order: new(int64)}))
	require.NoError(t, externalcontact.DelCorpTag(api, externalcontact.TagIds{GroupId: []string{"et"}}))
	_, err = externalcontact.AddStrategyTag(api, 7, tags)
	require.NoError(t, err)
	require.NoError(t, externalcontact.EditStrategyTag(api, externalcontact.TagEdit{Id: "et"}))
	require.NoError(t, externalcontact.DelStrategyTag(api, externalcontact.TagIds{TagId: []string{"et"}}))
	_, err = externalcontact.GetStrategyTagList(api, 0, externalcontact.TagIds{})
	require.NoError(t, err)
	require.NoError(t, externalcontact.MarkTag(api, "wo", "wm", nil, []string{"et"}))
	const path = "/cgi-bin/externalcontact/"
	assert.Equal(t, []string{
		path + `add_corp_tag {"group_name":"grade","tag":[{"name":"gold"}],"agentid":1000012}`,
		path + `edit_corp_tag {"id":"et","order":0,"agentid":1000012}`,
		path + `del_corp_tag {"group_id":["et"],"agentid":1000012}`,
		path + `add_strategy_tag {"strategy_id":7,"group_name":"grade","tag":[{"name":"gold"}]}`,
		path + `edit_strategy_tag {"id":"et"}`,
		path + `del_strategy_tag {"tag_id":["et"]}`,
		path + `get_strategy_tag_list {}`,
		path + `mark_tag {"userid":"wo","external_userid":"wm","remove_tag":["et"]}`,
	}, asked())
}

// G: endpoint/checked
func TestTagsRefusedBeforeAnyRequest(t *testing.T) {
	t.Parallel()
	api, _ := corptest.Script(t)
	long := strings.Repeat("字", 31)
	gold := []externalcontact.NewTag{{Name: "gold"}}
	for want, tags := range map[string]externalcontact.NewTags{
		"group_name is empty":              {Tag: gold},
		"group_name has 31 characters":     {GroupName: long, Tag: gold},
		"order is -1":                      {GroupId: "et", Order: -1, Tag: gold},
		"order is 4294967296":              {GroupId: "et", Order: 1 << 32, Tag: gold},
		"tag is empty":                     {GroupId: "et"},
		"tag[1].name is empty":             {GroupId: "et", Tag: []externalcontact.NewTag{{Name: "gold"}, {}}},
		"tag[0].name has 31 characters":    {GroupId: "et", Tag: []externalcontact.NewTag{{Name: long}}},
		"tag[0].order is 4294967296":       {GroupId: "et", Tag: []externalcontact.NewTag{{Name: "gold", Order: 1 << 32}}},
		"tag[0].order is -1: it must be 0": {GroupId: "et", Tag: []externalcontact.NewTag{{Name: "gold", Order: -1}}},
	} {
		_, err := externalcontact.AddCorpTag(api, tags)
		require.ErrorContains(t, err, "wecom: "+want)
		_, err = externalcontact.AddStrategyTag(api, 7, tags)
		require.ErrorContains(t, err, "wecom: "+want)
	}
	negative, large := int64(-1), int64(math.MaxUint32+1)
	for want, edit := range map[string]externalcontact.TagEdit{
		"id is empty":            {Name: "gold"},
		"name has 31 characters": {Id: "et", Name: long},
		"order is -1":            {Id: "et", Order: &negative},
		"order is 4294967296":    {Id: "et", Order: &large},
	} {
		require.ErrorContains(t, externalcontact.EditCorpTag(api, edit), "wecom: "+want)
		require.ErrorContains(t, externalcontact.EditStrategyTag(api, edit), "wecom: "+want)
	}
	require.ErrorContains(t, externalcontact.DelCorpTag(api, externalcontact.TagIds{}), "tag_id and group_id are empty")
	require.ErrorContains(t, externalcontact.DelStrategyTag(api, externalcontact.TagIds{}), "tag_id and group_id are empty")
	require.ErrorContains(t, externalcontact.MarkTag(api, "", "wm", []string{"et"}, nil), "userid is empty")
	require.ErrorContains(t, externalcontact.MarkTag(api, "wo", "", []string{"et"}, nil), "external_userid is empty")
	require.ErrorContains(t, externalcontact.MarkTag(api, "wo", "wm", nil, nil), "add_tag and remove_tag are empty")
}

// G: endpoint/checked
func TestTagsThatAreJustLegal(t *testing.T) {
	t.Parallel()
	api, asked := corptest.Script(t, `{"tag_group":{"group_id":"et"}}`, `{}`)
	full, last := strings.Repeat("字", 30), int64(math.MaxUint32)
	group, err := externalcontact.AddCorpTag(api, externalcontact.NewTags{GroupName: full, Order: last, Tag: []externalcontact.NewTag{{Name: full, Order: last}}})
	require.NoError(t, err)
	assert.Equal(t, &externalcontact.TagGroup{GroupId: "et"}, group)
	require.NoError(t, externalcontact.EditStrategyTag(api, externalcontact.TagEdit{Id: "et", Name: full, Order: &last}))
	assert.Len(t, asked(), 2)
}
